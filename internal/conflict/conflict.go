// Package conflict finds the smallest part of a pod's constraints that already
// keeps it off every node: what a person has to look at, out of all that the pod
// carries.
package conflict

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/selector"
)

// maxExhaustive is the size up to which every combination is tried, so that the
// set found is the smallest there is; past it a set is found that nothing can be
// taken away from, which may not be the smallest.
const maxExhaustive = 3

// maxMembers bounds the constraints of which all combinations are tried.
const maxMembers = 40

// termsField is the list of terms of the required node affinity.
const termsField = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

// Set is a smallest set of constraints that contradict.
type Set struct {
	// Members of the set; taking away any one of them would leave a node.
	Members []placement.Constraint
	// Always says that the constraints contradict each other on every node there
	// could be, not only on the nodes given.
	Always bool
}

// Smallest finds a smallest set among the constraints of a pod; ok is false if
// some node takes the pod, or if none was given and one could. The pod's Spec is
// its placement in the end, and the constraints are those of it, as a decision
// lists them. The set never is empty: where the form of the node affinity alone
// matches no node, that is its one member.
func Smallest(pod placement.Subject, constraints []placement.Constraint, nodes []selector.Node) (set Set, ok bool) {
	spec := pod.Spec
	hard := slices.DeleteFunc(slices.Clone(constraints), func(c placement.Constraint) bool { return c.Preferred || c.Toleration })
	never := func(in []bool) bool { return keeping(spec, hard, in).Empty() }
	if members, found := smallest(len(hard), never); found {
		if len(members) == 0 {
			return Set{[]placement.Constraint{empty(pod)}, true}, true
		}
		return Set{pick(hard, members), true}, true
	}
	if len(nodes) == 0 {
		return Set{}, false
	}
	refusals := refusals(spec, nodes)
	all := slices.Clone(hard)
	for _, r := range refusals {
		all = append(all, r.constraint)
	}
	views := viewsOf(spec, hard, refusals, nodes)
	nowhere := func(in []bool) bool {
		kept := bitsOf(in)
		return !slices.ContainsFunc(views, func(v view) bool { return !v.refuses(kept) })
	}
	members, found := smallest(len(all), nowhere)
	return Set{pick(all, members), false}, found
}

// empty is the constraint of a required node affinity in which every term is
// empty, or which has none.
func empty(pod placement.Subject) placement.Constraint {
	at := termsField
	if pod.Path != "" {
		at = pod.Path + "." + termsField
	}
	return placement.Constraint{
		Field: termsField, Text: "node affinity with nothing but empty terms, which match no node",
		Source: placement.Source{Layer: v1alpha1.LayerOwnWord, Object: pod.Object, Field: at},
	}
}

// keeping is the selector of the pod with only some of its constraints.
func keeping(spec placement.Spec, constraints []placement.Constraint, in []bool) selector.Selector {
	kept := make(map[string]bool, len(constraints))
	for i, c := range constraints {
		kept[c.Field] = in[i]
	}
	return spec.NodesKeeping(func(field string) bool { return kept[field] })
}

func pick(from []placement.Constraint, at []int) []placement.Constraint {
	out := make([]placement.Constraint, len(at))
	for i, a := range at {
		out[i] = from[a]
	}
	return out
}

// refusal is what nodes have against a pod: a taint it does not tolerate, or that
// they are cordoned.
type refusal struct {
	constraint placement.Constraint
	by         func(selector.Node) bool
}

// refusals lists what any of the nodes has against the pod, each once.
func refusals(spec placement.Spec, nodes []selector.Node) []refusal {
	var out []refusal
	count := map[corev1.Taint]int{}
	var order []corev1.Taint
	cordoned := 0
	tolerates := selector.Tolerates(spec.Tolerations, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	for _, n := range nodes {
		if n.Unschedulable && !tolerates {
			cordoned++
		}
		for _, t := range n.Taints {
			t.TimeAdded = nil
			if _, off := selector.Untolerated(spec.Tolerations, []corev1.Taint{t}); !off {
				continue
			}
			if count[t] == 0 {
				order = append(order, t)
			}
			count[t]++
		}
	}
	if cordoned > 0 {
		out = append(out, refusal{
			placement.Constraint{Field: "tolerations", Text: "the node is cordoned", Source: nodesSource(cordoned, "spec.unschedulable")},
			func(n selector.Node) bool { return n.Unschedulable },
		})
	}
	for _, t := range order {
		out = append(out, refusal{
			placement.Constraint{Field: "tolerations", Text: "no toleration for " + t.ToString(), Source: nodesSource(count[t], "spec.taints")},
			func(n selector.Node) bool {
				return slices.ContainsFunc(n.Taints, func(o corev1.Taint) bool { o.TimeAdded = nil; return o == t })
			},
		})
	}
	return out
}

func nodesSource(n int, field string) placement.Source {
	if n == 1 {
		return placement.Source{Object: "1 node", Field: field}
	}
	return placement.Source{Object: fmt.Sprintf("%d nodes", n), Field: field}
}

// smallest finds the fewest of n members for which holds says yes; found is
// false if it does not even of all. holds must go on saying yes when a set grows.
func smallest(n int, holds func(in []bool) bool) (members []int, found bool) {
	in := make([]bool, n)
	for i := range in {
		in[i] = true
	}
	if !holds(in) {
		return nil, false
	}
	if n <= maxMembers {
		for size := 0; size <= min(maxExhaustive, n); size++ {
			if members, found := combination(make([]bool, n), nil, size, holds); found {
				return members, true
			}
		}
	}
	return placement.Minimal(n, holds), true
}

// combination looks for size more members behind those chosen.
func combination(in []bool, chosen []int, size int, holds func(in []bool) bool) ([]int, bool) {
	if size == 0 {
		return slices.Clone(chosen), holds(in)
	}
	from := 0
	if len(chosen) > 0 {
		from = chosen[len(chosen)-1] + 1
	}
	for i := from; i < len(in); i++ {
		in[i] = true
		if members, found := combination(in, append(chosen, i), size-1, holds); found {
			return members, true
		}
		in[i] = false
	}
	return nil, false
}
