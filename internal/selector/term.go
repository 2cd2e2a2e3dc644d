package selector

import (
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Term is a set of conditions on one node that must hold together. The zero Term
// is satisfied by every node. Terms are values and are never changed.
type Term struct {
	conditions []condition // sorted by key
	names      *Set        // the node's name, nil if nothing is said of it
}

type condition struct {
	key string
	set Set
}

// FromLabels is the term that asks for every one of the labels, as a pod's
// nodeSelector does.
func FromLabels(labels map[string]string) Term {
	t := Term{conditions: make([]condition, 0, len(labels))}
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		t.conditions = append(t.conditions, condition{k, Only(labels[k])})
	}
	return t
}

// And is the term with the conditions of a nodeSelectorTerm added. It tells
// false where the nodeSelectorTerm matches no node at all: because it is empty,
// or because a requirement of it cannot be read.
func (t Term) And(nst corev1.NodeSelectorTerm) (Term, bool) {
	if len(nst.MatchExpressions) == 0 && len(nst.MatchFields) == 0 {
		return t, false
	}
	for _, req := range nst.MatchExpressions {
		set, err := FromRequirement(req)
		if err != nil {
			return t, false
		}
		t = t.With(req.Key, set)
	}
	for _, req := range nst.MatchFields {
		set, err := fromField(req)
		if err != nil {
			return t, false
		}
		t = t.withName(set)
	}
	return t, true
}

// Of is the set of what the term lets the label be.
func (t Term) Of(key string) Set {
	if i, found := t.find(key); found {
		return t.conditions[i].set
	}
	return Any()
}

// With is the term with one more condition on a label.
func (t Term) With(key string, set Set) Term {
	i, found := t.find(key)
	if found {
		c := slices.Clone(t.conditions)
		c[i].set = c[i].set.Intersect(set)
		return Term{c, t.names}
	}
	return Term{slices.Insert(slices.Clone(t.conditions), i, condition{key, set}), t.names}
}

// Keys lists the labels the term speaks of, in order.
func (t Term) Keys() []string {
	keys := make([]string, len(t.conditions))
	for i, c := range t.conditions {
		keys[i] = c.key
	}
	return keys
}

// Empty tells whether no node can satisfy the term.
func (t Term) Empty() bool {
	return t.names != nil && t.names.Empty() ||
		slices.ContainsFunc(t.conditions, func(c condition) bool { return c.set.Empty() })
}

// Implies tells whether every node that satisfies the term carries the labels.
// A term that no node satisfies implies everything.
func (t Term) Implies(labels map[string]string) bool {
	if t.Empty() {
		return true
	}
	for k, v := range labels {
		if !t.Of(k).IsOnly(v) {
			return false
		}
	}
	return true
}

// Excludes tells whether no node that satisfies the term carries all of the
// labels.
func (t Term) Excludes(labels map[string]string) bool {
	if t.Empty() {
		return true
	}
	for k, v := range labels {
		if !t.Of(k).Allows(v) {
			return true
		}
	}
	return false
}

// Matches tells whether a node with the name and labels satisfies the term.
func (t Term) Matches(name string, labels map[string]string) bool {
	if t.names != nil && name != "" && !t.names.Allows(name) {
		return false
	}
	for _, c := range t.conditions {
		value, present := labels[c.key]
		if present && !c.set.Allows(value) || !present && !c.set.AllowsAbsent() {
			return false
		}
	}
	return true
}

// NamesNode tells whether the term leaves only nodes that it names.
func (t Term) NamesNode() bool {
	if t.names == nil {
		return false
	}
	_, finite := t.names.Values()
	return finite
}

func (t Term) withName(set Set) Term {
	if t.names != nil {
		set = t.names.Intersect(set)
	}
	t.names = &set
	return t
}

func (t Term) find(key string) (int, bool) {
	return slices.BinarySearchFunc(t.conditions, key, func(c condition, key string) int { return strings.Compare(c.key, key) })
}
