package placement

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// Decide says where the subject may land and what to write for it. Deciding
// again about the result writes nothing.
func (r *Rules) Decide(s Subject) Decision {
	if s.Skip == "" && r.exempt {
		s.Skip = SkipExemptNamespace
	}
	c := &deciding{rules: r, subject: &s, draft: newDraft(&s)}
	if s.Skip != "" {
		return c.finish(OutcomeSkipped)
	}
	c.off = r.forbidden(s)
	c.speak()
	return c.finish(c.outcome())
}

// deciding is one decision on its way.
type deciding struct {
	rules   *Rules
	subject *Subject
	draft   *draft
	own     selector.Selector // of the subject, less what an Admin policy overrode
	off     []*pool           // exclusive pools it has no right to
	results []LayerResult     // highest layer first
	denial  string
	live    map[v1alpha1.Layer][]*pool
	wishes  map[v1alpha1.Layer]bool
	chosen  *chosen // what decided, once all layers have spoken
}

// speak lets every layer say its part, the highest first: what is lower yields
// to what stands already.
func (c *deciding) speak() {
	c.live, c.wishes = map[v1alpha1.Layer][]*pool{}, map[v1alpha1.Layer]bool{}
	admin := c.rules.pick(v1alpha1.LayerAdmin, *c.subject)
	overrode := c.override(admin)
	c.own = c.draft.nodes()
	exclusive := c.refuseForbidden()
	c.results = append(c.results, exclusive)
	c.results = append(c.results, c.hold(admin, overrode), c.ownWord())
	for _, layer := range []v1alpha1.Layer{v1alpha1.LayerNamespace, v1alpha1.LayerBaseline} {
		c.results = append(c.results, c.offer(layer, c.rules.pick(layer, *c.subject)))
	}
	if c.denial == "" {
		c.keepOff()
	}
}

// view is the closest look under which the draft still has a node that may
// exist; false if there is none, because the pod's own word is impossible.
func (c *deciding) view() (view, bool) {
	for _, v := range []view{viewTaints, viewPools, viewLabels} {
		if c.possible(c.draft.nodes(), nil, c.off, v) {
			return v, true
		}
	}
	return viewLabels, false
}

func (c *deciding) possible(nodes selector.Selector, within *pool, off []*pool, v view) bool {
	return c.rules.universe.possible(question{nodes, c.draft.plainTolerations(), within, off}, v)
}

// livePools are the pools of a rule that the nodes leave open. Landing on one of
// them brings tolerations, which may open a pool around it as well.
func (c *deciding) livePools(ru *rule, nodes selector.Selector, v view) []*pool {
	if ru.preferred { // or the tolerations of a lower layer would open more of them the next time
		v = max(v, viewPools)
	}
	tolerations := c.draft.plainTolerations()
	var live []*pool
	for {
		had := len(live)
		live = slices.DeleteFunc(slices.Clone(ru.pools), func(p *pool) bool {
			return slices.Contains(c.off, p) || !c.rules.universe.possible(question{nodes, tolerations, p, c.off}, v)
		})
		if len(live) == had {
			return live
		}
		for _, p := range live {
			tolerations = append(slices.Clip(tolerations), tolerationsFor(p.taints)...)
		}
	}
}

// conflicts tells whether the rule leaves no node of those given.
func (c *deciding) conflicts(ru *rule, nodes selector.Selector, v view) bool {
	if ru.avoid {
		return !ru.preferred && !c.possible(nodes, nil, slices.Concat(c.off, ru.pools), v)
	}
	return len(c.livePools(ru, nodes, v)) == 0
}

// write puts the rule's placement into the draft; false if it would take too
// many terms.
func (c *deciding) write(ru *rule, live []*pool) bool {
	if ru.avoid {
		for _, p := range ru.pools {
			if ru.preferred {
				if !c.draft.nodes().Excludes(p.labels) {
					c.draft.preferOff(p, ru.source(p))
				}
			} else if !c.draft.avoidPool(p, ru.source(p)) {
				return false
			}
		}
		return true
	}
	willDo := slices.DeleteFunc(slices.Clone(ru.pools), func(p *pool) bool { return slices.Contains(c.off, p) })
	if !ru.preferred && !c.draft.requirePools(live, willDo, ru.source) {
		return false
	}
	if len(live) > 1 || ru.preferred && !c.draft.nodes().Implies(live[0].labels) {
		c.draft.prefer(live, ru.source)
	}
	c.draft.tolerate(live, ru.source)
	return true
}

// settleLayer writes the rule and says what became of it.
func (c *deciding) settleLayer(ru *rule, v view) LayerResult {
	result := ru.result()
	before := *c.draft
	var live []*pool
	if !ru.avoid {
		live = c.livePools(ru, c.draft.nodes(), v)
	}
	if !c.write(ru, live) {
		*c.draft = before
		result.Said, result.Detail = SaidYielded, "writing it would take more node selector terms than a pod should carry"
		return result
	}
	c.live[ru.layer], c.wishes[ru.layer] = live, ru.preferred
	result.Said = SaidSatisfied
	if c.draft.writes > before.writes {
		result.Said = SaidApplied
	}
	return result
}

func (ru *rule) result() LayerResult {
	return LayerResult{Layer: ru.layer, Policy: ru.object, Pools: ru.names(), Avoid: ru.avoid}
}

// hold lets the Admin layer speak: it refuses the pod where it is contradicted.
func (c *deciding) hold(ru *rule, overrode []Constraint) LayerResult {
	if ru == nil {
		return LayerResult{Layer: v1alpha1.LayerAdmin, Said: SaidNothing}
	}
	v, ok := c.view()
	if c.denial != "" || !ok {
		result := ru.result()
		result.Said, result.Detail = SaidNothing, detailImpossible
		if c.denial != "" {
			result.Detail = detailDenied
		}
		return result
	}
	if c.conflicts(ru, c.draft.nodes(), v) {
		result := ru.result()
		result.To, result.Detail = c.yieldsTo(ru, v)
		if ru.preferred { // a wish refuses nobody
			result.Said = SaidYielded
			return result
		}
		result.Said = SaidDenied
		c.denial = c.denyMessage(ru, result.To)
		result.Detail = c.denial
		return result
	}
	result := c.settleLayer(ru, v)
	if result.Said == SaidYielded {
		result.Said = SaidDenied
		c.denial = c.denyMessage(ru, nil) + ": " + result.Detail
	}
	if len(overrode) > 0 && c.denial == "" {
		result.Said, result.To = SaidOverrode, overrode
		result.Detail = "replaced " + constraintList(overrode)
	}
	return result
}

// offer lets a layer of defaults speak: it yields, whole, where it is
// contradicted.
func (c *deciding) offer(layer v1alpha1.Layer, ru *rule) LayerResult {
	if ru == nil {
		return LayerResult{Layer: layer, Said: SaidNothing}
	}
	result := ru.result()
	v, ok := c.view()
	switch {
	case c.denial != "":
		result.Said, result.Detail = SaidNothing, detailDenied
		return result
	case !ok:
		result.Said, result.To, result.Detail = SaidYielded, c.draft.required0(), detailImpossible
		return result
	}
	if named := c.namedNodes(); len(named) > 0 {
		result.Said, result.To = SaidYielded, named
		result.Detail = "the pod names its node: " + constraintList(named)
		return result
	}
	if c.conflicts(ru, c.draft.nodes(), v) {
		result.Said = SaidYielded
		result.To, result.Detail = c.yieldsTo(ru, v)
		return result
	}
	return c.settleLayer(ru, v)
}

// refuseForbidden refuses a pod that asks for an exclusive pool it has no right
// to.
func (c *deciding) refuseForbidden() LayerResult {
	result := LayerResult{Layer: v1alpha1.LayerExclusive, Said: SaidNothing, Pools: poolNames(c.off), Avoid: true}
	for _, v := range []view{viewTaints, viewPools, viewLabels} {
		if !c.possible(c.draft.nodes(), nil, nil, v) {
			continue
		}
		if len(c.off) > 0 && !c.possible(c.draft.nodes(), nil, c.off, v) {
			asked := &rule{avoid: true, pools: c.asked(v)}
			off := c.off
			c.off = nil
			result.To = c.blame(asked, v)
			c.off = off
			result.Said, result.Pools = SaidDenied, poolNames(asked.pools)
			c.denial = c.forbiddenMessage(asked.pools, result.To)
			result.Detail = c.denial
		}
		break
	}
	return result
}

// asked are the forbidden pools without which the pod would have a node.
func (c *deciding) asked(v view) []*pool {
	for _, p := range c.off {
		if !c.possible(c.draft.nodes(), nil, []*pool{p}, v) {
			return []*pool{p}
		}
	}
	return c.off
}

// keepOff writes the exclusive pools the pod has no right to as pools to avoid.
func (c *deciding) keepOff() {
	before := *c.draft
	for _, p := range c.off {
		from := Source{v1alpha1.LayerExclusive, v1alpha1.KindPool + "/" + p.name, "spec.exclusive"}
		if !c.draft.avoidPool(p, from) {
			*c.draft = before
			c.results[0].Said = SaidDenied
			c.denial = c.forbiddenMessage([]*pool{p}, nil) + "; keeping it off would take more node selector terms than a pod should carry"
			return
		}
	}
	switch {
	case c.draft.writes > before.writes:
		c.results[0].Said = SaidApplied
	case len(c.off) > 0:
		c.results[0].Said = SaidSatisfied
	}
}

// namedNodes lists the constraints by which the pod itself names the nodes it
// wants; nil if it does not in every alternative that leads off the exclusive
// pools it has no right to.
func (c *deciding) namedNodes() []Constraint {
	if c.subject.Spec.NodeName != "" {
		return []Constraint{c.draft.constraints()[0]}
	}
	for _, t := range c.draft.nodes() {
		_, byHostname := t.Of(corev1.LabelHostname).Values()
		if !byHostname && !t.NamesNode() && c.possible(selector.Selector{t}, nil, c.off, viewLabels) {
			return nil
		}
	}
	var named []Constraint
	for _, k := range c.draft.required0() {
		if k.namesNode() {
			named = append(named, k)
		}
	}
	return named
}
