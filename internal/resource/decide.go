package resource

import (
	"slices"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/placement"
)

// Rules are the rules of one namespace for custom resources. They are never
// changed and are safe for use by several goroutines.
type Rules struct {
	known, blind *placement.Rules
	unasked      []string // policies that select pods by labels
}

// NewRules prepares the rules of a namespace. Where a resource does not tell the
// labels of its pods, policies that select pods by labels are left out, and so
// are exclusive pools that such policies grant: nothing can be said of them
// before the pods are there. The error is that of placement.NewRules.
func NewRules(compiler *placement.Compiler, ns placement.Namespace) (*Rules, error) {
	spec := compiler.Compile(ns)
	known, err := compiler.RulesOf(ns.Name, spec)
	if err != nil {
		return nil, err
	}
	r := &Rules{known: known}
	rules := spec.Rules
	spec.Rules = nil
	for _, rule := range rules {
		if selects(rule.PodSelector) {
			r.unasked = append(r.unasked, rule.Policy)
			continue
		}
		spec.Rules = append(spec.Rules, rule)
	}
	spec.Exclusive = slices.DeleteFunc(slices.Clone(spec.Exclusive), func(e v1alpha1.ExclusiveRule) bool {
		return slices.ContainsFunc(e.Grants, func(g v1alpha1.Grant) bool { return selects(g.PodSelector) })
	})
	r.blind, err = compiler.RulesOf(ns.Name, spec)
	return r, err
}

func selects(s *v1alpha1.LabelSelector) bool {
	return s != nil && len(s.MatchLabels)+len(s.MatchExpressions) > 0
}

// Answer is what becomes of one unit.
type Answer struct {
	Unit     *Unit
	Decision placement.Decision
	// Writes lists the fields that are written, from the root of the resource.
	Writes []string
	// Left says why some or all of the decision is not written; the admission of
	// the pods has to see to it. Empty if nothing is left.
	Left string
	// Unasked names the policies that were left out because they select pods by
	// labels, which the resource does not tell.
	Unasked []string
}

// Result is what becomes of a resource.
type Result struct {
	// Answers, one for each unit in their order.
	Answers []Answer
	// Ops turn the resource into the one wanted; their paths begin at its root.
	Ops []patch.Op
}

// Decide answers for the units of a resource. Units that are skipped are
// answered for, and not written to. Deciding about the result writes nothing.
func (r *Rules) Decide(object map[string]any, units []Unit) Result {
	var result Result
	var wanted any = object
	var settled []settledUnit
	result.Answers = make([]Answer, len(units))
	for _, i := range outsideIn(units) {
		u := &units[i]
		a := &result.Answers[i]
		a.Unit = u
		rules := r.known
		if !u.LabelsKnown {
			rules, a.Unasked = r.blind, r.unasked
		}
		a.Decision = rules.Decide(u.Subject)
		if u.Unreadable != "" {
			a.Left = u.Unreadable
			continue
		}
		changes, left := u.changes(a.Decision, u.around(settled))
		a.Left = left
		for _, c := range changes {
			wanted = set(wanted, c.field.path, c.value)
			a.Writes = append(a.Writes, c.what)
		}
		settled = append(settled, settledUnit{u, u.after(changes)})
	}
	result.Ops = difference(nil, object, wanted)
	return result
}

// outsideIn orders units so that each comes after those around it.
func outsideIn(units []Unit) []int {
	order := make([]int, len(units))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(units[a].Path) - len(units[b].Path) })
	return order
}
