package placement

import (
	"cmp"
	"path"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// OwnNamespace is the namespace Stowage runs in. Like kube-system it is never
// touched unless a policy names it in full.
const OwnNamespace = "stowage-system"

// Namespace is what policies look at to tell whether they speak of it.
type Namespace struct {
	Name   string
	Labels map[string]string
}

// exempt tells whether the namespace is touched only by policies that name it.
func (ns Namespace) exempt() bool {
	return ns.Name == metav1.NamespaceSystem || ns.Name == OwnNamespace
}

// Compiler turns pools and policies into the rules of namespaces. It is safe for
// use by several goroutines.
type Compiler struct {
	pools      []v1alpha1.Pool
	declared   map[string]bool
	cluster    []clusterPolicy
	namespaced map[string][]v1alpha1.PlacementPolicy
	// effective are the pools as rules hold them, and universe what they make
	// together: made once, when first asked for.
	effective func() []v1alpha1.EffectivePool
	universe  func() *universe
}

type clusterPolicy struct {
	v1alpha1.ClusterPlacementPolicy
	namespaces labels.Selector
}

// NewCompiler takes in pools and policies; their order does not matter. Pools
// that a policy names but nobody declares are left out, and a policy is left out
// whose selectors cannot be read: Check reports both.
func NewCompiler(pools []v1alpha1.Pool, cluster []v1alpha1.ClusterPlacementPolicy, namespaced []v1alpha1.PlacementPolicy) *Compiler {
	c := &Compiler{pools: slices.Clone(pools), declared: map[string]bool{}, namespaced: map[string][]v1alpha1.PlacementPolicy{}}
	slices.SortFunc(c.pools, func(a, b v1alpha1.Pool) int { return cmp.Compare(a.Name, b.Name) })
	for _, p := range c.pools {
		c.declared[p.Name] = true
	}
	c.effective = sync.OnceValue(c.effectivePools)
	c.universe = sync.OnceValue(func() *universe { return newUniverse(c.effective()) })
	for _, p := range cluster {
		if sel, err := namespaceSelector(p.Spec.Subject.Namespaces); err == nil {
			c.cluster = append(c.cluster, clusterPolicy{p, sel})
		}
	}
	slices.SortFunc(c.cluster, func(a, b clusterPolicy) int {
		return cmp.Or(cmp.Compare(layerOrder(b.Spec.Tier), layerOrder(a.Spec.Tier)),
			cmp.Compare(b.Spec.Priority, a.Spec.Priority), cmp.Compare(a.Name, b.Name))
	})
	for _, p := range namespaced {
		c.namespaced[p.Namespace] = append(c.namespaced[p.Namespace], p)
	}
	for _, ps := range c.namespaced {
		slices.SortFunc(ps, func(a, b v1alpha1.PlacementPolicy) int {
			return cmp.Or(cmp.Compare(b.Spec.Priority, a.Spec.Priority), cmp.Compare(a.Name, b.Name))
		})
	}
	return c
}

func layerOrder(t v1alpha1.Tier) int {
	if t == v1alpha1.TierAdmin {
		return 1
	}
	return 0
}

// Rules are the rules of a namespace, ready for decisions. Unlike what NewRules
// makes of Compile they know all pools even where no policy speaks, so that a
// pod's own word is recognised as the choice of a pool.
func (c *Compiler) Rules(ns Namespace) (*Rules, error) {
	return c.RulesOf(ns.Name, c.Compile(ns))
}

// RulesOf are Rules from what Compile made of a namespace and the caller has taken
// something out of.
func (c *Compiler) RulesOf(namespace string, spec v1alpha1.EffectivePlacementSpec) (*Rules, error) {
	return newRules(namespace, spec, c.universe())
}

// Compile is what is in force in a namespace. Pools are shared between the
// results and must not be changed.
func (c *Compiler) Compile(ns Namespace) v1alpha1.EffectivePlacementSpec {
	var spec v1alpha1.EffectivePlacementSpec
	var matching []clusterPolicy
	for _, p := range c.cluster {
		if p.speaksOf(ns) {
			matching = append(matching, p)
		}
	}
	add := func(layer v1alpha1.Layer) {
		for _, p := range matching {
			if (layer == v1alpha1.LayerAdmin) == (p.Spec.Tier == v1alpha1.TierAdmin) {
				c.addRule(&spec, clusterRule(layer, p.ClusterPlacementPolicy))
			}
		}
	}
	add(v1alpha1.LayerAdmin)
	for _, p := range c.namespaced[ns.Name] {
		c.addRule(&spec, v1alpha1.EffectiveRule{
			Layer: v1alpha1.LayerNamespace, Policy: p.Name, PodSelector: p.Spec.Subject.PodSelector,
			DaemonSets: daemonSets(p.Spec.Subject.DaemonSets), Placement: p.Spec.Placement,
		})
	}
	add(v1alpha1.LayerBaseline)
	if ns.exempt() {
		spec.Exempt = len(spec.Rules) == 0
	} else {
		c.addExclusive(&spec, ns, matching)
	}
	if len(spec.Rules) > 0 || len(spec.Exclusive) > 0 {
		spec.Pools = slices.Clone(c.effective())
	}
	spec.Summary = summary(spec)
	return spec
}

func (c *Compiler) effectivePools() []v1alpha1.EffectivePool {
	pools := make([]v1alpha1.EffectivePool, len(c.pools))
	for i, p := range c.pools {
		pools[i] = v1alpha1.EffectivePool{Name: p.Name, NodeSelector: p.Spec.NodeSelector, Taints: p.Spec.Taints}
	}
	relate(pools)
	return pools
}

func clusterRule(layer v1alpha1.Layer, p v1alpha1.ClusterPlacementPolicy) v1alpha1.EffectiveRule {
	rule := v1alpha1.EffectiveRule{
		Layer: layer, Policy: p.Name, PodSelector: p.Spec.Subject.PodSelector,
		DaemonSets: daemonSets(p.Spec.Subject.DaemonSets), Placement: p.Spec.Placement,
	}
	if layer == v1alpha1.LayerAdmin {
		rule.OnConflict = cmp.Or(p.Spec.OnConflict, v1alpha1.OnConflictDeny)
	}
	return rule
}

func daemonSets(m v1alpha1.DaemonSetMode) v1alpha1.DaemonSetMode {
	return cmp.Or(m, v1alpha1.DaemonSetsIgnore)
}

// addRule adds a rule without the pools nobody declares; a rule with none left
// says nothing.
func (c *Compiler) addRule(spec *v1alpha1.EffectivePlacementSpec, rule v1alpha1.EffectiveRule) {
	undeclared := func(name v1alpha1.PoolName) bool { return !c.declared[string(name)] }
	rule.Placement.Pools = slices.DeleteFunc(slices.Clone(rule.Placement.Pools), undeclared)
	rule.Placement.AvoidPools = slices.DeleteFunc(slices.Clone(rule.Placement.AvoidPools), undeclared)
	rule.Placement.Strength = cmp.Or(rule.Placement.Strength, v1alpha1.StrengthRequired)
	if len(rule.Placement.Pools)+len(rule.Placement.AvoidPools) > 0 {
		spec.Rules = append(spec.Rules, rule)
	}
}

func (c *Compiler) addExclusive(spec *v1alpha1.EffectivePlacementSpec, ns Namespace, matching []clusterPolicy) {
	for _, pool := range c.pools {
		if !pool.Spec.Exclusive {
			continue
		}
		rule := v1alpha1.ExclusiveRule{Pool: pool.Name, DaemonSets: matchesAny(pool.Spec.DaemonSetNamespaces, ns.Name)}
		for _, p := range matching {
			if slices.Contains(p.Spec.Placement.Pools, v1alpha1.PoolName(pool.Name)) {
				rule.Grants = append(rule.Grants, v1alpha1.Grant{Policy: p.Name, PodSelector: p.Spec.Subject.PodSelector})
				rule.DaemonSets = true
			}
		}
		spec.Exclusive = append(spec.Exclusive, rule)
	}
}

// speaksOf tells whether the policy's subject selects the namespace.
func (p clusterPolicy) speaksOf(ns Namespace) bool {
	subject := p.Spec.Subject.Namespaces
	if subject == nil {
		return !ns.exempt()
	}
	if ns.exempt() && !slices.Contains(subject.Names, v1alpha1.NamespacePattern(ns.Name)) {
		return false
	}
	if len(subject.Names) > 0 && !matchesAny(subject.Names, ns.Name) || matchesAny(subject.Exclude, ns.Name) {
		return false
	}
	return p.namespaces.Matches(labels.Set(ns.Labels))
}

func matchesAny(patterns []v1alpha1.NamespacePattern, name string) bool {
	return slices.ContainsFunc(patterns, func(p v1alpha1.NamespacePattern) bool {
		ok, err := path.Match(string(p), name)
		return err == nil && ok
	})
}

func namespaceSelector(subject *v1alpha1.NamespaceSubject) (labels.Selector, error) {
	if subject == nil {
		return labels.Everything(), nil
	}
	return labelSelector(subject.Selector)
}

// labelSelector reads a selector; nil selects everything.
func labelSelector(s *v1alpha1.LabelSelector) (labels.Selector, error) {
	if s == nil {
		return labels.Everything(), nil
	}
	m := metav1.LabelSelector{MatchLabels: plainLabels(s.MatchLabels)}
	for _, e := range s.MatchExpressions {
		req := metav1.LabelSelectorRequirement{Key: e.Key, Operator: e.Operator}
		for _, v := range e.Values {
			req.Values = append(req.Values, string(v))
		}
		m.MatchExpressions = append(m.MatchExpressions, req)
	}
	return metav1.LabelSelectorAsSelector(&m)
}

func plainLabels(in map[string]v1alpha1.LabelValue) map[string]string {
	out := make(map[string]string, len(in))
	for k, v := range in {
		out[k] = string(v)
	}
	return out
}
