package placement

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// universe is the set of nodes that may exist by what the pools declare: a node
// belongs to one pool and to those that pool lies inside of, or to none. Whether
// such a node is there at present does not matter; a pool may be scaled to zero.
type universe struct {
	pools  []*pool // by name
	byName map[string]*pool
}

// view says how closely a question looks at the nodes that may exist.
type view int

const (
	// viewTaints counts a node only if the pod tolerates what its pools declare.
	viewTaints view = iota
	// viewPools counts every node of the universe.
	viewPools
	// viewLabels counts nodes with any labels, of several rival pools too.
	viewLabels
)

func newUniverse(declared []v1alpha1.EffectivePool) *universe {
	u := &universe{byName: map[string]*pool{}}
	for _, d := range declared {
		p := &pool{name: d.Name, labels: plainLabels(d.NodeSelector)}
		p.keys = slices.Sorted(maps.Keys(p.labels))
		for _, k := range p.keys {
			p.values = append(p.values, p.labels[k])
		}
		u.pools = append(u.pools, p)
		u.byName[p.name] = p
	}
	own := map[*pool][]corev1.Taint{}
	for i, d := range declared {
		for _, t := range d.Taints {
			own[u.pools[i]] = append(own[u.pools[i]], corev1.Taint{Key: t.Key, Value: t.Value, Effect: t.Effect})
		}
	}
	for _, p := range u.pools {
		at := selector.FromLabels(p.labels)
		for _, o := range u.pools {
			switch {
			case contains(p.labels, o.labels):
				p.around = append(p.around, o)
				p.taints = append(p.taints, missing(p.taints, own[o])...)
			case !at.Excludes(o.labels):
				p.rivals = append(p.rivals, o)
			}
		}
	}
	return u
}

func missing(have, more []corev1.Taint) []corev1.Taint {
	var out []corev1.Taint
	for _, t := range more {
		if !slices.Contains(have, t) {
			out = append(out, t)
		}
	}
	return out
}

// question asks whether a node may exist that a pod can land on.
type question struct {
	nodes       selector.Selector
	tolerations []corev1.Toleration
	within      *pool   // the node must belong to it, if not nil
	off         []*pool // the node must belong to none of them
}

// possible answers a question under a view.
func (u *universe) possible(q question, v view) bool {
	for _, t := range q.nodes {
		if q.within != nil {
			t = fix(t, q.within.labels)
		}
		if !t.Empty() && u.possibleTerm(t, q, v) {
			return true
		}
	}
	return false
}

func (u *universe) possibleTerm(t selector.Term, q question, v view) bool {
	if v == viewLabels {
		return staysOff(t, q.off)
	}
	if q.within == nil && staysOff(t, u.pools) { // a node of no pool
		return true
	}
	if q.within != nil && u.inPool(t, q.within, q, v) {
		return true
	}
	return slices.ContainsFunc(u.pools, func(p *pool) bool { return p != q.within && u.inPool(t, p, q, v) })
}

// inPool tells whether a node of exactly this pool satisfies the term.
func (u *universe) inPool(t selector.Term, p *pool, q question, v view) bool {
	if q.within != nil && !slices.Contains(p.around, q.within) || p.excludedBy(t) {
		return false
	}
	if slices.ContainsFunc(q.off, func(o *pool) bool { return slices.Contains(p.around, o) }) {
		return false
	}
	if v == viewTaints {
		tolerations := q.tolerations
		if q.within != nil {
			tolerations = append(slices.Clone(tolerations), tolerationsFor(q.within.taints)...)
		}
		if _, found := selector.Untolerated(tolerations, p.taints); found {
			return false
		}
	}
	return staysOff(fix(t, p.labels), p.rivals)
}

// fix is the term with the labels given.
func fix(t selector.Term, labels map[string]string) selector.Term {
	for k, v := range labels {
		t = t.With(k, selector.Only(v))
	}
	return t
}

// staysOff tells whether a node can satisfy the term and belong to none of the
// pools.
func staysOff(t selector.Term, pools []*pool) bool {
	var tight []*pool
	for _, p := range pools {
		if p.excludedBy(t) {
			continue
		}
		// A label whose values have no end can take one that no pool has, or
		// none, and this keeps the node off every pool with that label.
		free := slices.ContainsFunc(p.keys, func(k string) bool {
			_, finite := t.Of(k).Values()
			return !finite || t.Of(k).AllowsAbsent()
		})
		if !free {
			tight = append(tight, p)
		}
	}
	budget := maxSteps
	return staysOffTight(t, tight, &budget)
}

// maxSteps bounds the search below; past it the answer is "possible", which
// leaves a pod as a plain merge of its conditions would.
const maxSteps = 10_000

// staysOffTight looks for a choice of one label per pool by which a node stays off
// it; all labels of these pools have few values left in the term.
func staysOffTight(t selector.Term, pools []*pool, budget *int) bool {
	if *budget--; *budget < 0 {
		return true
	}
	if t.Empty() {
		return false
	}
	if len(pools) == 0 {
		return true
	}
	p := pools[0]
	if p.excludedBy(t) {
		return staysOffTight(t, pools[1:], budget)
	}
	return slices.ContainsFunc(p.keys, func(k string) bool {
		return staysOffTight(t.With(k, selector.NotOneOf(p.labels[k])), pools[1:], budget)
	})
}
