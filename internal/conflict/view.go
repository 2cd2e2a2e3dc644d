package conflict

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/selector"
)

// bits is a set of members by their index. Thousands of sets are asked about
// hundreds of nodes, so each question has to be a few machine words.
type bits []uint64

func bitsOf(in []bool) bits {
	b := make(bits, (len(in)+63)/64)
	for i, is := range in {
		if is {
			b.add(i)
		}
	}
	return b
}

func (b bits) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bits) meets(o bits) bool {
	for i := range b {
		if b[i]&o[i] != 0 {
			return true
		}
	}
	return false
}

// view is a node as the members see it.
type view struct {
	// always holds the members of which each alone keeps the pod off the node.
	always bits
	// terms of the required node affinity, and of each the members that the node
	// does not satisfy. The node is out if it fails every one; a term without any
	// condition left takes every node. Terms that are empty from the start match
	// nothing and are left out.
	terms    []bits
	required bool
}

// refuses tells whether a pod with only these members is kept off the node.
func (v view) refuses(kept bits) bool {
	if kept.meets(v.always) {
		return true
	}
	return v.required && !slices.ContainsFunc(v.terms, func(t bits) bool { return !kept.meets(t) })
}

// viewsOf looks at every node once, and keeps one view of those that look alike.
// The members are the constraints and, behind them, the refusals.
func viewsOf(spec placement.Spec, constraints []placement.Constraint, refusals []refusal, nodes []selector.Node) []view {
	conditions := conditionsOf(spec, constraints)
	seen := map[string]bool{}
	var views []view
	for _, n := range nodes {
		v := conditions.view(n, refusals)
		if key := fmt.Sprint(v.always, v.terms); !seen[key] {
			seen[key] = true
			views = append(views, v)
		}
	}
	return views
}

// conditions are a pod's conditions on nodes, one by one.
type conditions struct {
	members  int // constraints, without the refusals
	nodeName string
	named    int // member that is the nodeName, -1 if none
	base     []condition
	terms    [][]condition
	required bool
}

// condition is one condition by itself, and the member that it is.
type condition struct {
	member int
	nodes  selector.Selector
}

func conditionsOf(spec placement.Spec, constraints []placement.Constraint) conditions {
	at := make(map[string]int, len(constraints))
	for i, c := range constraints {
		at[c.Field] = i
	}
	out := conditions{members: len(constraints), nodeName: spec.NodeName, named: -1}
	if i, found := at["nodeName"]; found {
		out.named = i
	}
	for k, v := range spec.NodeSelector {
		if i, found := at["nodeSelector["+k+"]"]; found {
			out.base = append(out.base, condition{i, selector.FromPod(map[string]string{k: v}, nil)})
		}
	}
	required := spec.Required()
	if required == nil {
		return out
	}
	out.required = true
	for i, t := range required.NodeSelectorTerms {
		if term := termConditions(fmt.Sprintf("%s[%d]", termsField, i), t, at); len(t.MatchExpressions)+len(t.MatchFields) > 0 {
			out.terms = append(out.terms, term)
		}
	}
	return out
}

func termConditions(field string, t corev1.NodeSelectorTerm, at map[string]int) []condition {
	var out []condition
	add := func(name string, alone corev1.NodeSelectorTerm) {
		if i, found := at[field+name]; found {
			out = append(out, condition{i, selector.FromPod(nil, &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{alone}})})
		}
	}
	for i, e := range t.MatchExpressions {
		add(fmt.Sprintf(".matchExpressions[%d]", i), corev1.NodeSelectorTerm{MatchExpressions: []corev1.NodeSelectorRequirement{e}})
	}
	for i, f := range t.MatchFields {
		add(fmt.Sprintf(".matchFields[%d]", i), corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{f}})
	}
	return out
}

func (c conditions) view(n selector.Node, refusals []refusal) view {
	words := (c.members + len(refusals) + 63) / 64
	v := view{always: make(bits, words), required: c.required}
	if c.named >= 0 && c.nodeName != n.Name {
		v.always.add(c.named)
	}
	failed := func(into bits, cs []condition) {
		for _, one := range cs {
			if !one.nodes.Matches(n.Name, n.Labels) {
				into.add(one.member)
			}
		}
	}
	failed(v.always, c.base)
	for i, r := range refusals {
		if r.by(n) {
			v.always.add(c.members + i)
		}
	}
	for _, t := range c.terms {
		bits := make(bits, words)
		failed(bits, t)
		v.terms = append(v.terms, bits)
	}
	return v
}
