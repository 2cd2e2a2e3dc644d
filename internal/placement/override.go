package placement

import (
	"slices"

	"github.com/stowage-dev/stowage/internal/selector"
)

// override takes out of the pod's own word what contradicts an Admin policy that
// overrides, and returns what it took out. First goes what contradicts the
// policy by itself; where the contradiction lies in several conditions together,
// all those on labels of pools.
func (c *deciding) override(ru *rule) []Constraint {
	if ru == nil || !ru.override || ru.preferred { // a wish contradicts nothing
		return nil
	}
	v, ok := c.view()
	for _, w := range []view{viewTaints, viewPools, viewLabels} {
		if !ok && c.possible(c.draft.nodes(), nil, nil, w) { // only exclusive pools stand in the way
			v, ok = w, true
		}
	}
	if !ok || !c.contradicts(ru, c.draft.nodes(), v) {
		return nil
	}
	all := c.draft.required0()
	alone := func(k Constraint) selector.Selector {
		return c.draft.nodesKeeping(func(field string) bool { return field == k.Field })
	}
	dropped := c.drop(all, func(k Constraint) bool { return c.contradicts(ru, alone(k), v) })
	if c.contradicts(ru, c.draft.nodes(), v) {
		vocabulary := map[string]bool{}
		for _, p := range c.rules.universe.pools {
			for _, key := range p.keys {
				vocabulary[key] = true
			}
		}
		dropped = append(dropped, c.drop(c.draft.required0(), func(k Constraint) bool {
			return slices.ContainsFunc(alone(k).Keys(), func(key string) bool { return vocabulary[key] })
		})...)
	}
	return dropped
}

// contradicts tells whether it is the rule that leaves no node of those given. A
// pool to avoid is no reason to take out what asks for an exclusive pool the pod
// has no right to: such a pod is refused.
func (c *deciding) contradicts(ru *rule, nodes selector.Selector, v view) bool {
	return c.conflicts(ru, nodes, v) && (!ru.avoid || c.possible(nodes, nil, c.off, v))
}

// drop takes the conditions for which gone says yes out of the draft.
func (c *deciding) drop(all []Constraint, gone func(Constraint) bool) []Constraint {
	var dropped []Constraint
	out := map[string]bool{}
	for _, k := range all {
		if gone(k) {
			dropped = append(dropped, k)
			out[k.Field] = true
		}
	}
	if len(dropped) > 0 {
		c.draft.remove(func(field string) bool { return out[field] })
	}
	return dropped
}
