package placement

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

const (
	detailImpossible = "the pod's own word allows no node at all"
	detailDenied     = "the pod is refused"
)

// required0 lists the conditions on nodes that hold now: no wishes, no
// tolerations.
func (d *draft) required0() []Constraint {
	return slices.DeleteFunc(d.constraints(), func(c Constraint) bool { return c.Preferred || c.Toleration })
}

// namesNode tells whether the constraint is on a node's name.
func (c Constraint) namesNode() bool {
	return c.Field == "nodeName" || c.Field == "nodeSelector["+corev1.LabelHostname+"]" ||
		strings.Contains(c.Field, "].matchFields[") || strings.HasPrefix(c.Text, corev1.LabelHostname+" In ")
}

// nodesKeeping is the selector that remains of the draft with only the
// conditions for which keep says yes, asked by the constraint's field. A term
// that keeps no condition matches every node.
func (d *draft) nodesKeeping(keep func(field string) bool) selector.Selector {
	rest := draft{subject: &Subject{}, labels: map[string]tracedValue{}, required: d.required}
	for k, v := range d.labels {
		if keep("nodeSelector[" + k + "]") {
			rest.labels[k] = v
		}
	}
	for i, t := range d.terms {
		kept := draftTerm{open: len(t.exprs)+len(t.fields) > 0 || t.open}
		for j, e := range t.exprs {
			if keep(fmt.Sprintf("%s.matchExpressions[%d]", termField(i), j)) {
				kept.exprs = append(kept.exprs, e)
			}
		}
		for j, f := range t.fields {
			if keep(fmt.Sprintf("%s.matchFields[%d]", termField(i), j)) {
				kept.fields = append(kept.fields, f)
			}
		}
		rest.terms = append(rest.terms, kept)
	}
	return rest.nodes()
}

// NodesKeeping is the selector that remains of a pod's placement with only the
// conditions for which keep says yes; the argument is a Constraint's Field. A
// term of the node affinity that keeps no condition matches every node.
func (s Spec) NodesKeeping(keep func(field string) bool) selector.Selector {
	return newDraft(&Subject{Spec: s}).nodesKeeping(keep)
}

// blame is a smallest part of the draft's conditions that already contradicts
// the rule: taking away any one of them would not.
func (c *deciding) blame(ru *rule, v view) []Constraint {
	all := c.draft.required0()
	left := Minimal(len(all), func(in []bool) bool {
		kept := map[string]bool{}
		for i, k := range all {
			kept[k.Field] = in[i]
		}
		return c.conflicts(ru, c.draft.nodesKeeping(func(f string) bool { return kept[f] }), v)
	})
	out := make([]Constraint, len(left))
	for i, at := range left {
		out[i] = all[at]
	}
	return out
}

// Minimal takes members away from a set of n for as long as holds still says yes
// of the rest, and returns the indexes of those it cannot do without, in order.
// It needs n+1 questions. holds must say yes of the whole set, and go on saying
// yes when a set grows.
func Minimal(n int, holds func(in []bool) bool) []int {
	in := make([]bool, n)
	for i := range in {
		in[i] = true
	}
	var left []int
	for i := range in {
		in[i] = false
		if !holds(in) {
			in[i] = true
			left = append(left, i)
		}
	}
	return left
}

// yieldsTo says what a default gives way to.
func (c *deciding) yieldsTo(ru *rule, v view) ([]Constraint, string) {
	if closed := c.closed(ru); len(closed) > 0 {
		return closed, constraintList(closed) + " and no cluster policy names it for this pod"
	}
	to := c.blame(ru, v)
	return to, "contradicted by " + constraintList(to)
}

// closed lists the exclusive pools the pod has no right to if every pool of the
// rule is or lies inside one of them; nil otherwise.
func (c *deciding) closed(ru *rule) []Constraint {
	if ru.avoid {
		return nil
	}
	var out []Constraint
	for _, p := range ru.pools {
		i := slices.IndexFunc(c.off, func(o *pool) bool { return slices.Contains(p.around, o) })
		if i < 0 {
			return nil
		}
		out = append(out, Constraint{
			Text:   fmt.Sprintf("pool %q is exclusive", c.off[i].name),
			Source: Source{v1alpha1.LayerExclusive, v1alpha1.KindPool + "/" + c.off[i].name, "spec.exclusive"},
		})
	}
	return slices.Compact(out)
}

func constraintList(cs []Constraint) string {
	parts := make([]string, len(cs))
	for i, k := range cs {
		parts[i] = fmt.Sprintf("%s (%s)", k.Text, k.Source)
	}
	return strings.Join(parts, " and ")
}

// denyMessage names both sides of a contradiction with an Admin policy.
func (c *deciding) denyMessage(ru *rule, to []Constraint) string {
	verb := "on"
	if ru.avoid {
		verb = "off"
	}
	msg := fmt.Sprintf("%s (tier Admin) keeps this pod %s pool %s", ru.object, verb, quotedList(ru.names()))
	switch {
	case len(to) == 0:
		return msg
	case to[0].Source.Layer == v1alpha1.LayerExclusive:
		return fmt.Sprintf("%s, but %s and no cluster policy names it for this pod; fix: grant it with a ClusterPlacementPolicy whose subject selects this pod and whose placement.pools lists it",
			msg, constraintList(to))
	}
	return fmt.Sprintf("%s, but the pod carries %s; fix: remove that, or change the policy's subject or set its onConflict to Override",
		msg, constraintList(to))
}

func (c *deciding) forbiddenMessage(pools []*pool, to []Constraint) string {
	names := quotedList(poolNames(pools))
	msg := fmt.Sprintf("pool %s is exclusive and no cluster policy names it for this pod in namespace %q", names, c.rules.namespace)
	if len(to) > 0 {
		msg += ", but the pod carries " + constraintList(to)
	}
	return msg + fmt.Sprintf("; fix: remove that, or grant it with a ClusterPlacementPolicy whose subject selects this pod and whose placement.pools lists %s", names)
}
