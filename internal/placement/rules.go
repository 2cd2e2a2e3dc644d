package placement

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// Rules are the rules of one namespace, prepared for decisions. They are never
// changed and are safe for use by several goroutines.
type Rules struct {
	namespace string
	exempt    bool
	universe  *universe
	rules     []rule
	exclusive []exclusive
}

type rule struct {
	layer      v1alpha1.Layer
	object     string // Kind/name
	pods       labels.Selector
	daemonSets bool
	pools      []*pool
	avoid      bool // pools are to be avoided
	preferred  bool
	override   bool
}

type exclusive struct {
	pool       *pool
	grants     []labels.Selector
	daemonSets bool
}

// NewRules prepares what Compile made of a namespace. It returns an error where
// a selector cannot be read or a rule names a pool the spec does not hold, which
// Compile never makes.
func NewRules(namespace string, spec v1alpha1.EffectivePlacementSpec) (*Rules, error) {
	return newRules(namespace, spec, newUniverse(spec.Pools))
}

func newRules(namespace string, spec v1alpha1.EffectivePlacementSpec, u *universe) (*Rules, error) {
	r := &Rules{namespace: namespace, exempt: spec.Exempt, universe: u}
	for _, er := range spec.Rules {
		prepared, err := r.prepare(er)
		if err != nil {
			return nil, fmt.Errorf("preparing the rules of namespace %q: policy %q: %w", namespace, er.Policy, err)
		}
		r.rules = append(r.rules, prepared)
	}
	for _, ex := range spec.Exclusive {
		pool := r.universe.byName[ex.Pool]
		if pool == nil {
			return nil, fmt.Errorf("preparing the rules of namespace %q: unknown pool %q", namespace, ex.Pool)
		}
		prepared := exclusive{pool: pool, daemonSets: ex.DaemonSets}
		for _, g := range ex.Grants {
			pods, err := labelSelector(g.PodSelector)
			if err != nil {
				return nil, fmt.Errorf("preparing the rules of namespace %q: policy %q: %w", namespace, g.Policy, err)
			}
			prepared.grants = append(prepared.grants, pods)
		}
		r.exclusive = append(r.exclusive, prepared)
	}
	return r, nil
}

func (r *Rules) prepare(er v1alpha1.EffectiveRule) (rule, error) {
	pods, err := labelSelector(er.PodSelector)
	if err != nil {
		return rule{}, err
	}
	kind := v1alpha1.KindClusterPlacementPolicy
	if er.Layer == v1alpha1.LayerNamespace {
		kind = v1alpha1.KindPlacementPolicy
	}
	prepared := rule{
		layer: er.Layer, object: kind + "/" + er.Policy, pods: pods,
		daemonSets: er.DaemonSets == v1alpha1.DaemonSetsInclude,
		preferred:  er.Placement.Strength == v1alpha1.StrengthPreferred,
		override:   er.OnConflict == v1alpha1.OnConflictOverride,
		avoid:      len(er.Placement.Pools) == 0,
	}
	for _, name := range slices.Concat(er.Placement.Pools, er.Placement.AvoidPools) {
		pool := r.universe.byName[string(name)]
		if pool == nil {
			return rule{}, fmt.Errorf("unknown pool %q", name)
		}
		prepared.pools = append(prepared.pools, pool)
	}
	return prepared, nil
}

// pick is the rule of a layer that decides for the subject, nil if none does.
func (r *Rules) pick(layer v1alpha1.Layer, s Subject) *rule {
	for i := range r.rules {
		ru := &r.rules[i]
		if ru.layer == layer && (!s.DaemonSet || ru.daemonSets) && ru.pods.Matches(labels.Set(s.Labels)) {
			return ru
		}
	}
	return nil
}

// forbidden lists the exclusive pools that the subject has no right to.
func (r *Rules) forbidden(s Subject) []*pool {
	var pools []*pool
	for _, ex := range r.exclusive {
		granted := slices.ContainsFunc(ex.grants, func(g labels.Selector) bool { return g.Matches(labels.Set(s.Labels)) })
		if s.DaemonSet {
			granted = ex.daemonSets
		}
		if !granted {
			pools = append(pools, ex.pool)
		}
	}
	return pools
}

// excludedBy tells whether no node that satisfies the term carries the pool's
// labels, as Term.Excludes does, without a walk over a map.
func (p *pool) excludedBy(t selector.Term) bool {
	for i, k := range p.keys {
		if !t.Of(k).Allows(p.values[i]) {
			return true
		}
	}
	return t.Empty()
}

// impliedBy tells whether every node that satisfies the term carries the pool's
// labels, as Term.Implies does.
func (p *pool) impliedBy(t selector.Term) bool {
	for i, k := range p.keys {
		if !t.Of(k).IsOnly(p.values[i]) {
			return t.Empty()
		}
	}
	return true
}

// source is where a constraint of the rule comes from: the entry of the policy
// that names the pool.
func (ru *rule) source(p *pool) Source {
	field := "pools"
	if ru.avoid {
		field = "avoidPools"
	}
	return Source{ru.layer, ru.object, fmt.Sprintf("spec.placement.%s[%d]", field, slices.Index(ru.pools, p))}
}

func (ru *rule) names() []string { return poolNames(ru.pools) }

func poolNames(pools []*pool) []string {
	names := make([]string, len(pools))
	for i, p := range pools {
		names[i] = p.name
	}
	return names
}

// pool is a declared pool and where it stands among the others.
type pool struct {
	name   string
	labels map[string]string
	keys   []string // of labels, in order
	values []string // of labels, in the order of keys
	// taints of the pool and of those it lies inside of: a node of the pool
	// carries them all.
	taints []corev1.Taint
	// around lists the pools that every node of the pool belongs to, the pool
	// itself included.
	around []*pool
	// rivals are the pools that a node of the pool could belong to by its labels
	// although it lies inside neither.
	rivals []*pool
}
