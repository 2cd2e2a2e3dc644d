package selector

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Selector is a choice between terms: a node satisfies it that satisfies one of
// them. The zero Selector has no term, and no node satisfies it.
type Selector []Term

// FromPod is the selector that a pod's nodeSelector and required node affinity
// make together. Both may be nil; then every node satisfies it. Terms that match
// no node by their form (empty, or unreadable) are left out.
func FromPod(nodeSelector map[string]string, required *corev1.NodeSelector) Selector {
	base := FromLabels(nodeSelector)
	if required == nil {
		return Selector{base}
	}
	s := make(Selector, 0, len(required.NodeSelectorTerms))
	for _, nst := range required.NodeSelectorTerms {
		if t, ok := base.And(nst); ok {
			s = append(s, t)
		}
	}
	return s
}

// Matches tells whether a node with the name and labels satisfies the selector,
// as kube-scheduler's NodeAffinity filter does.
func (s Selector) Matches(name string, labels map[string]string) bool {
	return slices.ContainsFunc(s, func(t Term) bool { return t.Matches(name, labels) })
}

// Empty tells whether no node can satisfy the selector.
func (s Selector) Empty() bool {
	return !slices.ContainsFunc(s, func(t Term) bool { return !t.Empty() })
}

// Implies tells whether every node that satisfies the selector carries all the
// labels of one of the sets. A choice is looked for term by term.
func (s Selector) Implies(choices ...map[string]string) bool {
	for _, t := range s {
		if !slices.ContainsFunc(choices, t.Implies) && !t.Empty() {
			return false
		}
	}
	return true
}

// Excludes tells whether no node that satisfies the selector carries all of the
// labels.
func (s Selector) Excludes(labels map[string]string) bool {
	return !slices.ContainsFunc(s, func(t Term) bool { return !t.Excludes(labels) })
}

// Keys lists the labels that the selector speaks of, in order.
func (s Selector) Keys() []string {
	var keys []string
	for _, t := range s {
		keys = append(keys, t.Keys()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
