package placement

import (
	"slices"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// ownWord says what the pod itself said.
func (c *deciding) ownWord() LayerResult {
	result := LayerResult{Layer: v1alpha1.LayerOwnWord, Said: SaidNothing}
	own := newDraft(c.subject)
	for _, k := range own.constraints() {
		if !k.Toleration {
			result.Said = SaidApplied
			result.To = append(result.To, k)
		}
	}
	if result.Said == SaidApplied {
		result.Detail = constraintList(result.To)
	}
	result.Pools = poolNames(c.rules.universe.bound(own.nodes()))
	return result
}

// bound are the pools that every node of the selector belongs to one of, the
// innermost of those that lie inside each other, by name; nil if a node may
// belong to none. Terms that leave only nodes no pool declares do not count, unless
// all do.
func (u *universe) bound(nodes selector.Selector) []*pool {
	found := map[*pool]bool{}
	declared := u.possible(question{nodes: nodes}, viewPools)
	for _, t := range nodes {
		if t.Empty() || declared && !u.possible(question{nodes: selector.Selector{t}}, viewPools) {
			continue
		}
		var in []*pool
		for _, p := range u.pools {
			if p.impliedBy(t) {
				in = append(in, p)
			}
		}
		if len(in) == 0 {
			return nil
		}
		for _, p := range in {
			inner := slices.ContainsFunc(in, func(o *pool) bool { return len(o.labels) > len(p.labels) && slices.Contains(o.around, p) })
			if !inner {
				found[p] = true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(u.pools), func(p *pool) bool { return !found[p] })
}

func (c *deciding) outcome() Outcome {
	if c.denial != "" {
		return OutcomeDenied
	}
	if c.subject.DaemonSet && len(c.off) == 0 && !slices.ContainsFunc(c.results, func(r LayerResult) bool { return r.Policy != "" }) {
		c.subject.Skip = SkipDaemonSet
		return OutcomeSkipped
	}
	if decided := c.decided(); decided.by.Layer == "" {
		return OutcomeUncovered
	}
	return OutcomePlaced
}

// chosen is what chose where a pod goes, and the pools it chose.
type chosen struct {
	pools []*pool
	by    Source
}

// decided is decidedBy, asked once all layers have spoken.
func (c *deciding) decided() chosen {
	if c.chosen == nil {
		pools, by := c.decidedBy()
		c.chosen = &chosen{pools, by}
	}
	return *c.chosen
}

// decidedBy is what chose where the pod goes, and the pools it chose: the
// highest layer that names pools, before any that only names pools to avoid or
// only wishes.
func (c *deciding) decidedBy() ([]*pool, Source) {
	var avoiding, wishing *LayerResult
	own := c.rules.universe.bound(c.own)
	for i := range c.results {
		r := &c.results[i]
		spoke := r.Said == SaidApplied || r.Said == SaidSatisfied || r.Said == SaidOverrode
		switch {
		case r.Layer == v1alpha1.LayerOwnWord && len(own) > 0:
			return own, Source{Layer: r.Layer}
		case r.Policy == "" || !spoke:
		case r.Avoid:
			avoiding = first(avoiding, r)
		case c.wishes[r.Layer]:
			if len(c.stillOpen(c.live[r.Layer])) > 0 {
				wishing = first(wishing, r)
			}
		default:
			return c.live[r.Layer], Source{Layer: r.Layer, Object: r.Policy}
		}
	}
	rest := c.rules.universe.bound(c.draft.nodes())
	switch {
	case wishing != nil:
		return c.live[wishing.Layer], Source{Layer: wishing.Layer, Object: wishing.Policy}
	case avoiding != nil:
		return rest, Source{Layer: avoiding.Layer, Object: avoiding.Policy}
	}
	// No policy has written anything: what the pod is bound to now is its own
	// word, less the exclusive pools it has no right to.
	yielded := slices.ContainsFunc(c.results, func(r LayerResult) bool { return r.Said == SaidYielded && yieldedToOwn(r) })
	if yielded || len(rest) > 0 || len(c.namedNodes()) > 0 {
		return rest, Source{Layer: v1alpha1.LayerOwnWord}
	}
	return nil, Source{}
}

func first(have, r *LayerResult) *LayerResult {
	if have != nil {
		return have
	}
	return r
}

func yieldedToOwn(r LayerResult) bool {
	return slices.ContainsFunc(r.To, func(k Constraint) bool { return k.Source.Layer == v1alpha1.LayerOwnWord })
}

// finish puts the decision together.
func (c *deciding) finish(outcome Outcome) Decision {
	d := Decision{Outcome: outcome, Skip: c.subject.Skip, Denial: c.denial, Spec: c.subject.Spec}
	slices.Reverse(c.results)
	d.Layers = orderLayers(c.results)
	slices.Reverse(c.results)
	if outcome == OutcomeDenied || c.results == nil {
		d.Constraints = newDraft(c.subject).constraints()
		d.DecidedBy = c.deniedBy()
		return d
	}
	decided := c.decided()
	d.Pools, d.DecidedBy = poolNames(c.stillOpen(decided.pools)), decided.by
	d.Constraints = c.draft.constraints()
	if c.draft.writes > 0 {
		d.Spec = c.draft.spec()
		d.Ops = opsBetween(c.subject.Spec, d.Spec)
	}
	return d
}

// stillOpen are the pools that what lower layers have written leaves open: a
// default may choose among the pools of an Admin policy. All are, where the pod's
// own word is impossible.
func (c *deciding) stillOpen(pools []*pool) []*pool {
	v, ok := c.view()
	if !ok {
		return pools
	}
	nodes := c.draft.nodes()
	return slices.DeleteFunc(slices.Clone(pools), func(p *pool) bool { return !c.possible(nodes, p, c.off, v) })
}

// deniedBy is the layer and object that refused the pod.
func (c *deciding) deniedBy() Source {
	for _, r := range c.results {
		switch {
		case r.Said != SaidDenied:
		case r.Layer == v1alpha1.LayerExclusive:
			return Source{Layer: r.Layer, Object: v1alpha1.KindPool + "/" + r.Pools[0]}
		default:
			return Source{Layer: r.Layer, Object: r.Policy}
		}
	}
	return Source{}
}

// orderLayers puts the results from the lowest layer to the highest, exclusive
// pools last.
func orderLayers(results []LayerResult) []LayerResult {
	order := []v1alpha1.Layer{
		v1alpha1.LayerBaseline, v1alpha1.LayerNamespace, v1alpha1.LayerOwnWord, v1alpha1.LayerAdmin, v1alpha1.LayerExclusive,
	}
	out := slices.Clone(results)
	slices.SortStableFunc(out, func(a, b LayerResult) int { return slices.Index(order, a.Layer) - slices.Index(order, b.Layer) })
	return out
}
