package placement

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// world is all that a decision depends on: pools, policies, one namespace and
// one pod. Its vocabulary is small, so that pools lie inside each other, share
// keys, or could share nodes, and a pod's own word often meets them.
type world struct {
	pools      []v1alpha1.Pool
	cluster    []v1alpha1.ClusterPlacementPolicy
	namespaced []v1alpha1.PlacementPolicy
	subject    Subject
}

// worldNamespace is the namespace of every world.
func worldNamespace() Namespace {
	return Namespace{Name: "ns", Labels: map[string]string{"env": "prod"}}
}

// features are the parts of the model a property speaks of.
type features struct{ admin, exclusive bool }

func everything() features { return features{admin: true, exclusive: true} }

func drawWorld(t *rapid.T, with features) world {
	var w world
	for i := range rapid.IntRange(1, 5).Draw(t, "pools") {
		w.pools = append(w.pools, drawPool(t, fmt.Sprintf("p%d", i), with.exclusive))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "cluster policies") {
		w.cluster = append(w.cluster, drawClusterPolicy(t, fmt.Sprintf("c%d", i), with.admin))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "policies") {
		p := v1alpha1.PlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("n%d", i), Namespace: worldNamespace().Name}}
		p.Spec.Priority = int32(rapid.IntRange(-1, 1).Draw(t, "priority"))
		p.Spec.Subject = drawPods(t)
		p.Spec.Placement = drawPlacement(t)
		w.namespaced = append(w.namespaced, p)
	}
	w.subject = drawSubject(t)
	return w
}

func oneIn(t *rapid.T, n int, what string) bool { return rapid.IntRange(1, n).Draw(t, what) == n }

func oneOf[T any](t *rapid.T, what string, of ...T) T { return rapid.SampledFrom(of).Draw(t, what) }

func drawPool(t *rapid.T, name string, exclusive bool) v1alpha1.Pool {
	p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{}
	for range rapid.IntRange(1, 2).Draw(t, "labels") {
		p.Spec.NodeSelector[oneOf(t, "key", "a", "b", "c")] = oneOf[v1alpha1.LabelValue](t, "value", "1", "2")
	}
	for range rapid.IntRange(0, 2).Draw(t, "taints") {
		p.Spec.Taints = append(p.Spec.Taints, v1alpha1.Taint{
			Key: oneOf(t, "taint", "t", "u"), Value: oneOf(t, "value", "", "x"),
			Effect: oneOf(t, "effect", corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute, corev1.TaintEffectPreferNoSchedule),
		})
	}
	p.Spec.Exclusive = exclusive && oneIn(t, 3, "exclusive")
	if p.Spec.Exclusive && oneIn(t, 4, "for DaemonSets") {
		p.Spec.DaemonSetNamespaces = []v1alpha1.NamespacePattern{oneOf[v1alpha1.NamespacePattern](t, "namespace", "ns", "n*", "other")}
	}
	return p
}

func drawClusterPolicy(t *rapid.T, name string, admin bool) v1alpha1.ClusterPlacementPolicy {
	p := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.Tier = v1alpha1.TierBaseline
	if admin && oneIn(t, 3, "admin") {
		p.Spec.Tier = v1alpha1.TierAdmin
		p.Spec.OnConflict = oneOf(t, "onConflict", "", v1alpha1.OnConflictDeny, v1alpha1.OnConflictOverride)
	}
	p.Spec.Priority = int32(rapid.IntRange(-1, 1).Draw(t, "priority"))
	p.Spec.Subject.PodSubject = drawPods(t)
	if rapid.Bool().Draw(t, "of namespaces") {
		subject := &v1alpha1.NamespaceSubject{Names: []v1alpha1.NamespacePattern{oneOf[v1alpha1.NamespacePattern](t, "names", "ns", "n*", "?s", "team-*")}}
		if oneIn(t, 4, "excluding") {
			subject.Exclude = []v1alpha1.NamespacePattern{oneOf[v1alpha1.NamespacePattern](t, "exclude", "ns", "other")}
		}
		if oneIn(t, 4, "selecting") {
			subject.Selector = &v1alpha1.LabelSelector{MatchLabels: map[string]v1alpha1.LabelValue{"env": oneOf[v1alpha1.LabelValue](t, "env", "prod", "dev")}}
		}
		p.Spec.Subject.Namespaces = subject
	}
	p.Spec.Placement = drawPlacement(t)
	return p
}

func drawPods(t *rapid.T) v1alpha1.PodSubject {
	s := v1alpha1.PodSubject{DaemonSets: oneOf(t, "daemonSets", "", v1alpha1.DaemonSetsIgnore, v1alpha1.DaemonSetsInclude)}
	switch rapid.IntRange(0, 5).Draw(t, "podSelector") {
	case 0:
		s.PodSelector = &v1alpha1.LabelSelector{MatchLabels: map[string]v1alpha1.LabelValue{"app": oneOf[v1alpha1.LabelValue](t, "app", "x", "y")}}
	case 1:
		s.PodSelector = &v1alpha1.LabelSelector{MatchExpressions: []v1alpha1.LabelSelectorRequirement{
			{Key: "app", Operator: metav1.LabelSelectorOpNotIn, Values: []v1alpha1.LabelValue{"x"}},
		}}
	}
	return s
}

// drawPlacement names one to three pools of p0 to p5; p5 is never declared.
func drawPlacement(t *rapid.T) v1alpha1.Placement {
	var p v1alpha1.Placement
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]v1alpha1.PoolName{"p0", "p1", "p2", "p3", "p4", "p5"}), 1, 3, rapid.ID[v1alpha1.PoolName]).Draw(t, "names")
	if oneIn(t, 3, "avoid") {
		p.AvoidPools = names
	} else {
		p.Pools = names
	}
	p.Strength = oneOf(t, "strength", "", v1alpha1.StrengthRequired, v1alpha1.StrengthPreferred)
	return p
}

func drawSubject(t *rapid.T) Subject {
	s := Subject{Object: "Deployment/web", Path: oneOf(t, "path", "", "spec.template.spec")}
	s.Labels = map[string]string{"app": oneOf(t, "app", "x", "y")}
	if s.DaemonSet = oneIn(t, 8, "DaemonSet"); s.DaemonSet {
		s.Object = "DaemonSet/web"
	}
	if oneIn(t, 20, "nodeName") {
		s.Spec.NodeName = oneOf(t, "node", "n1", "n2")
	}
	if oneIn(t, 3, "nodeSelector") {
		s.Spec.NodeSelector = rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", corev1.LabelHostname}), rapid.SampledFrom([]string{"1", "2", "3"}), 0, 2).Draw(t, "labels")
	}
	for range rapid.IntRange(0, 2).Draw(t, "tolerations") {
		s.Spec.Tolerations = append(s.Spec.Tolerations, corev1.Toleration{
			Key: oneOf(t, "taint", "t", "u"), Operator: oneOf(t, "operator", "", corev1.TolerationOpEqual, corev1.TolerationOpExists),
			Effect: oneOf(t, "effect", "", corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute),
		})
	}
	if rapid.Bool().Draw(t, "affinity") {
		s.Spec.Affinity = drawAffinity(t)
	}
	return s
}

func drawAffinity(t *rapid.T) *corev1.Affinity {
	a := &corev1.Affinity{}
	if oneIn(t, 4, "podAntiAffinity") {
		a.PodAntiAffinity = &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{TopologyKey: corev1.LabelHostname}}}
	}
	if oneIn(t, 6, "no nodeAffinity") {
		return a
	}
	a.NodeAffinity = &corev1.NodeAffinity{}
	if !oneIn(t, 4, "nothing required") {
		a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{
			NodeSelectorTerms: rapid.SliceOfN(rapid.Custom(drawTerm), 0, 3).Draw(t, "terms"),
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "wishes") {
		a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = append(a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution,
			corev1.PreferredSchedulingTerm{Weight: int32(rapid.IntRange(1, 100).Draw(t, "weight")), Preference: drawTerm(t)})
	}
	return a
}

// drawTerm is a term; it may be empty, or hold what cannot be read.
func drawTerm(t *rapid.T) corev1.NodeSelectorTerm {
	var term corev1.NodeSelectorTerm
	for range rapid.IntRange(0, 3).Draw(t, "expressions") {
		term.MatchExpressions = append(term.MatchExpressions, drawRequirement(t))
	}
	if oneIn(t, 8, "fields") {
		term.MatchFields = append(term.MatchFields, corev1.NodeSelectorRequirement{
			Key: "metadata.name", Operator: oneOf(t, "operator", corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn),
			Values: []string{oneOf(t, "node", "n1", "n2")},
		})
	}
	return term
}

// drawRequirement compares only label a with numbers, as nodes of the twin have
// many spellings of numbers for it alone.
func drawRequirement(t *rapid.T) corev1.NodeSelectorRequirement {
	r := corev1.NodeSelectorRequirement{Key: oneOf(t, "key", "a", "b", "c", corev1.LabelHostname)}
	operators := []corev1.NodeSelectorOperator{
		corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpNotIn,
		corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist,
	}
	if r.Key == "a" {
		operators = append(operators, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt)
	}
	switch r.Operator = rapid.SampledFrom(operators).Draw(t, "operator"); r.Operator {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		r.Values = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3"}), 1, 2, rapid.ID[string]).Draw(t, "values")
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		r.Values = []string{oneOf(t, "bound", "0", "1", "2", "3")}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
	}
	if oneIn(t, 20, "unreadable") {
		r.Operator, r.Values = "Like", []string{"1"}
	}
	return r
}

// clone is a copy that shares nothing with the world.
func (w world) clone() world {
	c := w
	c.pools, c.cluster, c.namespaced = nil, nil, nil
	for i := range w.pools {
		c.pools = append(c.pools, *w.pools[i].DeepCopy())
	}
	for i := range w.cluster {
		c.cluster = append(c.cluster, *w.cluster[i].DeepCopy())
	}
	for i := range w.namespaced {
		c.namespaced = append(c.namespaced, *w.namespaced[i].DeepCopy())
	}
	c.subject.Labels = maps.Clone(w.subject.Labels)
	c.subject.Spec = w.subject.Spec.clone()
	return c
}

func (s Spec) clone() Spec {
	s.NodeSelector, s.Affinity, s.Tolerations = maps.Clone(s.NodeSelector), s.Affinity.DeepCopy(), slices.Clone(s.Tolerations)
	return s
}

func (w world) rules(t rapid.TB) *Rules {
	t.Helper()
	rules, err := NewRules(worldNamespace().Name, NewCompiler(w.pools, w.cluster, w.namespaced).Compile(worldNamespace()))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// ungranted lists the exclusive pools the world's pod has no right to, worked out
// from the objects themselves.
func (w world) ungranted() []v1alpha1.Pool {
	var out []v1alpha1.Pool
	for _, pool := range w.pools {
		granted := !pool.Spec.Exclusive
		for _, p := range w.cluster {
			names := slices.Contains(p.Spec.Placement.Pools, v1alpha1.PoolName(pool.Name))
			pods := w.subject.DaemonSet || appSelected(p.Spec.Subject.PodSelector, w.subject.Labels["app"])
			granted = granted || names && pods && selectsWorld(p.Spec.Subject.Namespaces)
		}
		for _, pattern := range pool.Spec.DaemonSetNamespaces {
			granted = granted || w.subject.DaemonSet && pattern != "other"
		}
		if !granted {
			out = append(out, pool)
		}
	}
	return out
}

// selectsWorld tells whether one of the subjects that drawClusterPolicy makes
// selects the world's namespace.
func selectsWorld(s *v1alpha1.NamespaceSubject) bool {
	if s == nil {
		return true
	}
	return s.Names[0] != "team-*" && !slices.Contains(s.Exclude, "ns") && (s.Selector == nil || s.Selector.MatchLabels["env"] == "prod")
}

// appSelected tells whether one of the selectors that drawPods makes selects a
// pod with the label app.
func appSelected(s *v1alpha1.LabelSelector, app string) bool {
	switch {
	case s == nil:
		return true
	case len(s.MatchLabels) > 0:
		return string(s.MatchLabels["app"]) == app
	}
	return app != "x"
}
