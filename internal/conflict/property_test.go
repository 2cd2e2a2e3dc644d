package conflict_test

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/internal/conflict"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/selector"
	"github.com/stowage-dev/stowage/internal/selector/selectortest"
)

// dice draws what selectortest asks for from rapid.
type dice struct{ t *rapid.T }

func (d dice) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// world is a pod and the nodes it could land on.
type world struct {
	pod         placement.Subject
	constraints []placement.Constraint
	nodes       []selector.Node
}

func draw(t *rapid.T) world {
	spec := placement.SpecOf(selectortest.Pod(dice{t}).Spec)
	var w world
	w.pod, w.constraints = subject(t, spec)
	for range rapid.IntRange(0, 4).Draw(t, "nodes") {
		n := selectortest.Node(dice{t})
		w.nodes = append(w.nodes, selector.Node{Name: n.Name, Labels: n.Labels, Taints: n.Spec.Taints, Unschedulable: n.Spec.Unschedulable})
	}
	return w
}

// only is the world in which nothing but the members stands between the pod and
// the nodes: the pod is written anew without its other conditions, and the nodes
// lose the taints that are not among the members.
func (w world) only(members []placement.Constraint) (placement.Spec, []selector.Node) {
	kept, texts := map[string]bool{}, map[string]bool{}
	for _, m := range members {
		kept[m.Field], texts[m.Text] = true, true
	}
	spec := placement.Spec{Tolerations: w.pod.Spec.Tolerations, Affinity: w.affinity(kept)}
	if kept["nodeName"] {
		spec.NodeName = w.pod.Spec.NodeName
	}
	spec.NodeSelector = map[string]string{}
	for k, v := range w.pod.Spec.NodeSelector {
		if kept["nodeSelector["+k+"]"] {
			spec.NodeSelector[k] = v
		}
	}
	nodes := slices.Clone(w.nodes)
	for i := range nodes {
		nodes[i].Taints = slices.DeleteFunc(slices.Clone(nodes[i].Taints), func(t corev1.Taint) bool {
			return !texts["no toleration for "+t.ToString()]
		})
		nodes[i].Unschedulable = nodes[i].Unschedulable && texts["the node is cordoned"]
	}
	return spec, nodes
}

const termsField = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

// affinity is the required node affinity with only the conditions kept. One whose
// term has lost all its conditions takes every node and is gone.
func (w world) affinity(kept map[string]bool) *corev1.Affinity {
	a := w.pod.Spec.Affinity
	if a == nil || a.NodeAffinity == nil || a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	var terms []corev1.NodeSelectorTerm
	for i, t := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		var rest corev1.NodeSelectorTerm
		for j, e := range t.MatchExpressions {
			if kept[fmt.Sprintf("%s[%d].matchExpressions[%d]", termsField, i, j)] {
				rest.MatchExpressions = append(rest.MatchExpressions, e)
			}
		}
		for j, e := range t.MatchFields {
			if kept[fmt.Sprintf("%s[%d].matchFields[%d]", termsField, i, j)] {
				rest.MatchFields = append(rest.MatchFields, e)
			}
		}
		had := len(t.MatchExpressions)+len(t.MatchFields) > 0
		if had && len(rest.MatchExpressions)+len(rest.MatchFields) == 0 {
			return nil
		}
		terms = append(terms, rest)
	}
	return required(terms...)
}

// never tells whether the members leave no node there could be.
func (w world) never(members []placement.Constraint) bool {
	spec, _ := w.only(members)
	return selector.FromPod(spec.NodeSelector, requiredOf(spec)).Empty()
}

// nowhere tells whether the members leave none of the nodes.
func (w world) nowhere(members []placement.Constraint) bool {
	spec, nodes := w.only(members)
	pod := selector.NewPod(spec.NodeName, spec.NodeSelector, requiredOf(spec), spec.Tolerations)
	return !slices.ContainsFunc(nodes, func(n selector.Node) bool { return pod.On(n).Fits() })
}

func requiredOf(s placement.Spec) *corev1.NodeSelector {
	if s.Affinity == nil {
		return nil
	}
	return s.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
}

// all are the constraints of the pod and what the nodes have against it.
func (w world) all() []placement.Constraint {
	all := slices.DeleteFunc(slices.Clone(w.constraints), func(c placement.Constraint) bool { return c.Preferred || c.Toleration })
	seen := map[string]bool{}
	for _, n := range w.nodes {
		texts := []string{}
		if n.Unschedulable {
			texts = append(texts, "the node is cordoned")
		}
		for _, t := range n.Taints {
			texts = append(texts, "no toleration for "+t.ToString())
		}
		for _, text := range texts {
			if !seen[text] {
				seen[text] = true
				all = append(all, placement.Constraint{Text: text})
			}
		}
	}
	return all
}

// TestSmallestIsMinimal: what is found leaves no node, without any one member it
// would, and where few constraints contradict no smaller set does. Whether there
// is a conflict at all is what the filters of the scheduler say.
func TestSmallestIsMinimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := draw(t)
		set, ok := conflict.Smallest(w.pod, w.constraints, w.nodes)
		all := w.all()
		wantNever := w.never(all)
		if want := wantNever || len(w.nodes) > 0 && w.nowhere(all); ok != want || set.Always != wantNever {
			t.Fatalf("conflict %t, always %t; want %t, %t", ok, set.Always, want, wantNever)
		}
		if !ok {
			return
		}
		holds := w.nowhere
		if set.Always {
			holds = w.never
		}
		if len(set.Members) == 1 && set.Members[0].Field == termsField { // empty terms: no constraint has a part in it
			if !holds(nil) {
				t.Fatalf("the terms are blamed, but do not exclude every node")
			}
			return
		}
		if !holds(set.Members) {
			t.Fatalf("the members leave a node:\n%s", list(set.Members))
		}
		for i, m := range set.Members {
			if holds(slices.Delete(slices.Clone(set.Members), i, i+1)) {
				t.Fatalf("it holds without %q as well:\n%s", m.Text, list(set.Members))
			}
		}
		if smaller := w.smaller(all, len(set.Members), holds); smaller != nil {
			t.Fatalf("found\n%sbut these are fewer:\n%s", list(set.Members), list(smaller))
		}
	})
}

// smaller tries every set of fewer than n members, up to the three that the
// exhaustive search promises.
func (w world) smaller(all []placement.Constraint, n int, holds func([]placement.Constraint) bool) []placement.Constraint {
	if len(all) > 10 {
		return nil
	}
	for mask := range uint(1) << len(all) {
		if size := bits.OnesCount(mask); size >= n || size > 3 {
			continue
		}
		var members []placement.Constraint
		for i, c := range all {
			if mask&(1<<i) != 0 {
				members = append(members, c)
			}
		}
		if holds(members) {
			return members
		}
	}
	return nil
}

func list(cs []placement.Constraint) string {
	var out strings.Builder
	for _, c := range cs {
		fmt.Fprintf(&out, "  %s (%s)\n", c.Text, c.Field)
	}
	return out.String()
}
