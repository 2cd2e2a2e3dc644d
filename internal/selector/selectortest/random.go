// Package selectortest makes random pods and nodes for tests that compare two
// judges of placement. The vocabulary is small, so that pods and nodes meet
// often; it holds what is easy to get wrong: labels with empty values, several
// spellings of a number, numbers too large to read, requirements that cannot be
// read, terms without conditions.
package selectortest

import (
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Dice is where the randomness comes from, such as a *rand.Rand of
// math/rand/v2.
type Dice interface {
	// IntN is a number from 0 to n-1.
	IntN(n int) int
}

// names is the number of different node names.
const names = 10

func keys() []string { return []string{"pool", "example.com/tier", "size", corev1.LabelHostname} }

func values() []string {
	return []string{
		"", "a", "b", "c", "0", "1", "01", "2", "3", "003", "10",
		"9223372036854775806", "9223372036854775807", "9223372036854775808",
	}
}

func pick[T any](d Dice, of ...T) T { return of[d.IntN(len(of))] }

// chance is true percent times in a hundred.
func chance(d Dice, percent int) bool { return d.IntN(100) < percent }

// Node is a random node.
func Node(d Dice) *corev1.Node {
	n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: nodeName(d), Labels: map[string]string{}}}
	for _, k := range keys() {
		if chance(d, 60) {
			n.Labels[k] = pick(d, values()...)
		}
	}
	n.Spec.Unschedulable = chance(d, 10)
	for chance(d, 35) {
		n.Spec.Taints = append(n.Spec.Taints, taint(d))
	}
	if n.Spec.Unschedulable && chance(d, 80) {
		n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	}
	return n
}

func nodeName(d Dice) string { return "node-" + strconv.Itoa(d.IntN(names)) }

func taint(d Dice) corev1.Taint {
	return corev1.Taint{
		Key: pick(d, keys()...), Value: pick(d, values()...),
		Effect: pick(d, corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute, corev1.TaintEffectPreferNoSchedule),
	}
}

// Pod is a random pod, with nothing but its placement.
func Pod(d Dice) *corev1.Pod {
	p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "pod", Namespace: "default", UID: "pod"}}
	if chance(d, 5) {
		p.Spec.NodeName = nodeName(d)
	}
	for chance(d, 30) {
		if p.Spec.NodeSelector == nil {
			p.Spec.NodeSelector = map[string]string{}
		}
		p.Spec.NodeSelector[pick(d, keys()...)] = pick(d, values()...)
	}
	if chance(d, 70) {
		p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}
		if chance(d, 90) {
			p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = nodeSelector(d)
		}
	}
	for chance(d, 60) {
		p.Spec.Tolerations = append(p.Spec.Tolerations, toleration(d))
	}
	return p
}

func nodeSelector(d Dice) *corev1.NodeSelector {
	s := &corev1.NodeSelector{}
	for more := chance(d, 97); more; more = chance(d, 45) {
		s.NodeSelectorTerms = append(s.NodeSelectorTerms, Term(d))
	}
	return s
}

// Term is a random term of a node selector; it may be empty or unreadable.
func Term(d Dice) corev1.NodeSelectorTerm {
	var t corev1.NodeSelectorTerm
	for more := chance(d, 90); more; more = chance(d, 40) {
		t.MatchExpressions = append(t.MatchExpressions, Requirement(d))
	}
	for more := chance(d, 15); more; more = chance(d, 25) {
		t.MatchFields = append(t.MatchFields, field(d))
	}
	return t
}

// Requirement is a random requirement on a label; one in twenty cannot be read.
func Requirement(d Dice) corev1.NodeSelectorRequirement {
	if chance(d, 5) {
		return unreadable(d)
	}
	r := corev1.NodeSelectorRequirement{Key: pick(d, keys()...)}
	switch r.Operator = pick(d, operators()...); r.Operator {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		for more := true; more; more = chance(d, 50) {
			r.Values = append(r.Values, pick(d, values()...))
		}
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		r.Values = []string{pick(d, "0", "1", "02", "3", "10", "9223372036854775806", "9223372036854775807")}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
	}
	return r
}

func operators() []corev1.NodeSelectorOperator {
	return []corev1.NodeSelectorOperator{
		corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist,
		corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt,
	}
}

func unreadable(d Dice) corev1.NodeSelectorRequirement {
	return pick(d,
		corev1.NodeSelectorRequirement{Key: "pool", Operator: corev1.NodeSelectorOpIn},
		corev1.NodeSelectorRequirement{Key: "pool", Operator: corev1.NodeSelectorOpNotIn},
		corev1.NodeSelectorRequirement{Key: "pool", Operator: "in", Values: []string{"a"}},
		corev1.NodeSelectorRequirement{Key: "pool", Operator: corev1.NodeSelectorOpExists, Values: []string{"a"}},
		corev1.NodeSelectorRequirement{Key: "pool", Operator: corev1.NodeSelectorOpIn, Values: []string{"a", "-b"}},
		corev1.NodeSelectorRequirement{Key: "po ol", Operator: corev1.NodeSelectorOpDoesNotExist},
		corev1.NodeSelectorRequirement{Key: "size", Operator: corev1.NodeSelectorOpGt, Values: []string{"1", "2"}},
		corev1.NodeSelectorRequirement{Key: "size", Operator: corev1.NodeSelectorOpLt, Values: []string{"-1"}},
		corev1.NodeSelectorRequirement{Key: "size", Operator: corev1.NodeSelectorOpGt, Values: []string{"a"}},
		corev1.NodeSelectorRequirement{Key: "size", Operator: corev1.NodeSelectorOpLt, Values: []string{"9223372036854775808"}},
	)
}

func field(d Dice) corev1.NodeSelectorRequirement {
	r := corev1.NodeSelectorRequirement{
		Key:      metav1.ObjectNameField,
		Operator: pick(d, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn),
		Values:   []string{nodeName(d)},
	}
	switch d.IntN(20) {
	case 0:
		r.Operator = pick(d, operators()...)
	case 1:
		r.Key, r.Values = "metadata.namespace", []string{pick(d, "", "default")}
	case 2:
		r.Values = pick(d, nil, []string{""}, []string{nodeName(d), nodeName(d)})
	}
	return r
}

func toleration(d Dice) corev1.Toleration {
	t := corev1.Toleration{
		Key: pick(d, keys()...),
		Operator: pick(d, corev1.TolerationOpExists, corev1.TolerationOpExists, corev1.TolerationOpEqual, "",
			corev1.TolerationOpLt, corev1.TolerationOpGt, "Like"),
		Value:  pick(d, values()...),
		Effect: pick(d, "", "", corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute, corev1.TaintEffectPreferNoSchedule),
	}
	if chance(d, 10) {
		t.Key, t.Operator, t.Value = corev1.TaintNodeUnschedulable, corev1.TolerationOpExists, ""
	}
	if chance(d, 5) {
		t.Key, t.Operator, t.Value = "", corev1.TolerationOpExists, ""
	}
	return t
}
