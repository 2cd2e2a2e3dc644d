package placement

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// maxTerms bounds the terms that the cartesian product of several pools and
// several existing terms may come to. An object is stored whole in etcd, and a
// thousand terms in a pod would be nobody's wish.
const maxTerms = 256

// requirePools binds the draft to one of the pools and tells whether that could
// be written. Nothing is written where the draft is bound to them, or to others
// that will do, already.
func (d *draft) requirePools(pools, willDo []*pool, from func(*pool) Source) bool {
	if d.nodes().Implies(labelsOf(willDo)...) {
		return true
	}
	if len(pools) == 1 {
		p := pools[0]
		for k, v := range p.labels {
			if _, found := d.labels[k]; !found {
				d.labels[k] = tracedValue{v, from(p)}
				d.writes++
			}
		}
		return true
	}
	return d.rewrite(func(t draftTerm) []draftTerm { return d.choose(t, pools, willDo, from) })
}

// choose is a term once for every pool it leaves open, or the term itself where
// it is bound already.
func (d *draft) choose(t draftTerm, pools, willDo []*pool, from func(*pool) Source) []draftTerm {
	st, ok := t.under(d.base())
	if !ok || slices.ContainsFunc(willDo, func(p *pool) bool { return p.impliedBy(st) }) {
		return []draftTerm{t}
	}
	var out []draftTerm
	for _, p := range pools {
		if !p.excludedBy(st) {
			out = append(out, t.and(reqsIn(p, from(p))...))
		}
	}
	if len(out) == 0 { // the term's own choice lies elsewhere: it matches nothing now
		out = append(out, t.and(reqsIn(pools[0], from(pools[0]))...))
	}
	return out
}

// avoidPool keeps the draft off a pool and tells whether that could be written.
func (d *draft) avoidPool(p *pool, from Source) bool {
	if d.nodes().Excludes(p.labels) {
		return true
	}
	return d.rewrite(func(t draftTerm) []draftTerm {
		st, ok := t.under(d.base())
		if !ok || p.excludedBy(st) {
			return []draftTerm{t}
		}
		var out []draftTerm
		for _, req := range reqsNotIn(p, from) {
			if !st.Of(req.req.Key).IsOnly(p.labels[req.req.Key]) {
				out = append(out, t.and(req))
			}
		}
		if len(out) == 0 { // the term asks for the pool: it matches nothing now
			out = append(out, t.and(reqsNotIn(p, from)[0]))
		}
		return out
	})
}

// rewrite replaces each term by what f makes of it, and changes nothing if that
// comes to too many.
func (d *draft) rewrite(f func(draftTerm) []draftTerm) bool {
	terms := d.terms
	if !d.required {
		terms = []draftTerm{{open: true}}
	}
	var out []draftTerm
	for _, t := range terms {
		if out = append(out, f(t)...); len(out) > maxTerms {
			return false
		}
	}
	d.required, d.terms = true, out
	d.writes++
	return true
}

// and is the term with conditions added; the term itself stays as it is.
func (t draftTerm) and(reqs ...tracedReq) draftTerm {
	return draftTerm{exprs: append(slices.Clip(t.exprs), reqs...), fields: t.fields, open: t.open}
}

// prefer wishes for the pools, most for the first.
func (d *draft) prefer(pools []*pool, from func(*pool) Source) {
	for i, p := range pools {
		d.wish(max(int32(100*(len(pools)-i)/len(pools)), 1), draftTerm{exprs: reqsIn(p, from(p))}) //nolint:gosec // at most 100
	}
}

// preferOff wishes for nodes outside the pool: one wish for each label of it, of
// which a node in the pool fulfils none and any other at least one.
func (d *draft) preferOff(p *pool, from Source) {
	for _, req := range reqsNotIn(p, from) {
		d.wish(100, draftTerm{exprs: []tracedReq{req}})
	}
}

// wish adds a preference unless the draft already has it, with any weight.
func (d *draft) wish(weight int32, term draftTerm) {
	same := func(w draftWish) bool {
		return len(w.term.fields) == 0 && slices.EqualFunc(w.term.exprs, term.exprs, func(a, b tracedReq) bool {
			return a.req.Key == b.req.Key && a.req.Operator == b.req.Operator && slices.Equal(a.req.Values, b.req.Values)
		})
	}
	if !slices.ContainsFunc(d.preferred, same) {
		d.preferred = append(d.preferred, draftWish{weight, term})
		d.writes++
	}
}

// tolerate adds the tolerations that landing on the pools takes and that are not
// there yet.
func (d *draft) tolerate(pools []*pool, from func(*pool) Source) {
	for _, p := range pools {
		for i, t := range tolerationsFor(p.taints) {
			have := make([]corev1.Toleration, len(d.tolerations))
			for j, h := range d.tolerations {
				have[j] = h.toleration
			}
			if !tolerated(have, p.taints[i]) {
				d.tolerations = append(d.tolerations, tracedToleration{t, from(p)})
				d.writes++
			}
		}
	}
}

func reqsIn(p *pool, from Source) []tracedReq {
	out := make([]tracedReq, 0, len(p.keys))
	for _, k := range p.keys {
		out = append(out, tracedReq{corev1.NodeSelectorRequirement{Key: k, Operator: corev1.NodeSelectorOpIn, Values: []string{p.labels[k]}}, from})
	}
	return out
}

func reqsNotIn(p *pool, from Source) []tracedReq {
	out := reqsIn(p, from)
	for i := range out {
		out[i].req.Operator = corev1.NodeSelectorOpNotIn
	}
	return out
}

func labelsOf(pools []*pool) []map[string]string {
	out := make([]map[string]string, len(pools))
	for i, p := range pools {
		out[i] = p.labels
	}
	return out
}
