package cluster

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
)

// world is what the pods of one namespace meet. The vocabulary is small, so that
// pools lie inside each other, share keys, or could share nodes, and pods' own
// words often meet them.
type world struct {
	namespace  string
	pools      []v1alpha1.Pool
	cluster    []v1alpha1.ClusterPlacementPolicy
	namespaced []v1alpha1.PlacementPolicy
}

// spec is what is in force in the world's namespace.
func (w world) spec() v1alpha1.EffectivePlacementSpec {
	return placement.NewCompiler(w.pools, w.cluster, w.namespaced).Compile(placement.Namespace{Name: w.namespace})
}

func oneIn(t *rapid.T, n int, what string) bool { return rapid.IntRange(1, n).Draw(t, what) == n }

func oneOf[T any](t *rapid.T, what string, of ...T) T { return rapid.SampledFrom(of).Draw(t, what) }

// worldNumber is the world with a number, always the same.
func worldNumber(i int) world {
	w := rapid.Custom(drawWorld).Example(i)
	w.namespace = fmt.Sprintf("w%d", i)
	for j := range w.namespaced {
		w.namespaced[j].Namespace = w.namespace
	}
	return w
}

func drawWorld(t *rapid.T) world {
	var w world
	for i := range rapid.IntRange(1, 6).Draw(t, "pools") {
		w.pools = append(w.pools, drawPool(t, fmt.Sprintf("p%d", i)))
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "cluster policies") {
		p := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("c%d", i)}}
		p.Spec.Tier = v1alpha1.TierBaseline
		if oneIn(t, 2, "admin") {
			p.Spec.Tier = v1alpha1.TierAdmin
			p.Spec.OnConflict = oneOf(t, "onConflict", "", v1alpha1.OnConflictDeny, v1alpha1.OnConflictOverride, v1alpha1.OnConflictOverride)
		}
		p.Spec.Priority = int32(rapid.IntRange(-1, 1).Draw(t, "priority"))
		p.Spec.Subject.PodSubject = drawPods(t)
		p.Spec.Placement = drawPlacement(t)
		w.cluster = append(w.cluster, p)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "policies") {
		p := v1alpha1.PlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("n%d", i)}}
		p.Spec.Priority = int32(rapid.IntRange(-1, 1).Draw(t, "priority"))
		p.Spec.Subject, p.Spec.Placement = drawPods(t), drawPlacement(t)
		w.namespaced = append(w.namespaced, p)
	}
	return w
}

func drawPool(t *rapid.T, name string) v1alpha1.Pool {
	p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{}
	for range oneOf(t, "labels", 1, 1, 2, 3) {
		p.Spec.NodeSelector[oneOf(t, "key", "a", "b", "c", "a")] = oneOf[v1alpha1.LabelValue](t, "value", "1", "2", "3")
	}
	for range rapid.IntRange(0, 2).Draw(t, "taints") {
		p.Spec.Taints = append(p.Spec.Taints, v1alpha1.Taint{
			Key: oneOf(t, "taint", "t", "u"), Value: oneOf(t, "value", "", "x", "5"),
			Effect: oneOf(t, "effect", corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute, corev1.TaintEffectPreferNoSchedule),
		})
	}
	p.Spec.Exclusive = oneIn(t, 3, "exclusive")
	return p
}

func drawPods(t *rapid.T) v1alpha1.PodSubject {
	var s v1alpha1.PodSubject
	app := oneOf[v1alpha1.LabelValue](t, "app", "x", "y")
	need := func(op metav1.LabelSelectorOperator, values ...v1alpha1.LabelValue) *v1alpha1.LabelSelector {
		return &v1alpha1.LabelSelector{MatchExpressions: []v1alpha1.LabelSelectorRequirement{{Key: "app", Operator: op, Values: values}}}
	}
	switch rapid.IntRange(0, 7).Draw(t, "podSelector") {
	case 0:
		s.PodSelector = &v1alpha1.LabelSelector{MatchLabels: map[string]v1alpha1.LabelValue{"app": app}}
	case 1:
		s.PodSelector = need(metav1.LabelSelectorOpNotIn, app)
	case 2:
		s.PodSelector = need(metav1.LabelSelectorOpIn, app, "z")
	case 3:
		s.PodSelector = need(oneOf(t, "operator", metav1.LabelSelectorOpExists, metav1.LabelSelectorOpDoesNotExist))
	}
	return s
}

func drawPlacement(t *rapid.T) v1alpha1.Placement {
	var p v1alpha1.Placement
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]v1alpha1.PoolName{"p0", "p1", "p2", "p3", "p4", "p5"}), 1, 4, rapid.ID[v1alpha1.PoolName]).Draw(t, "names")
	if oneIn(t, 3, "avoid") {
		p.AvoidPools = names
	} else {
		p.Pools = names
	}
	p.Strength = oneOf(t, "strength", "", v1alpha1.StrengthRequired, v1alpha1.StrengthPreferred)
	return p
}

// podNumber is the pod with a number, always the same.
func podNumber(namespace string, i int) *corev1.Pod {
	pod := rapid.Custom(drawPod).Example(i)
	pod.Namespace, pod.Name = namespace, fmt.Sprintf("pod-%d", i)
	return pod
}

func drawPod(t *rapid.T) *corev1.Pod {
	pod := &corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "none"}}}}
	if !oneIn(t, 6, "no labels") {
		pod.Labels = map[string]string{"app": oneOf(t, "app", "x", "y")}
	}
	if oneIn(t, 20, "nodeName") {
		pod.Spec.NodeName = oneOf(t, "node", "n1", "n2")
	}
	if oneIn(t, 2, "nodeSelector") {
		pod.Spec.NodeSelector = rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "a", "b", corev1.LabelHostname, "zone"}),
			rapid.SampledFrom([]string{"1", "2", "3"}), 0, 2).Draw(t, "labels")
	}
	for range rapid.IntRange(0, 2).Draw(t, "tolerations") {
		toleration := corev1.Toleration{
			Key: oneOf(t, "taint", "t", "u"), Operator: oneOf(t, "operator", "", corev1.TolerationOpEqual, corev1.TolerationOpExists),
			Effect: oneOf(t, "effect", "", corev1.TaintEffectNoSchedule, corev1.TaintEffectNoExecute),
		}
		if toleration.Operator != corev1.TolerationOpExists {
			toleration.Value = oneOf(t, "value", "", "x")
		} else if oneIn(t, 4, "all") {
			toleration.Key = ""
		}
		pod.Spec.Tolerations = append(pod.Spec.Tolerations, toleration)
	}
	if rapid.Bool().Draw(t, "affinity") {
		pod.Spec.Affinity = drawAffinity(t)
	}
	return pod
}

func drawAffinity(t *rapid.T) *corev1.Affinity {
	a := &corev1.Affinity{}
	if oneIn(t, 4, "podAntiAffinity") {
		a.PodAntiAffinity = &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
			TopologyKey: corev1.LabelHostname, LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "x"}},
		}}}
	}
	if oneIn(t, 6, "no nodeAffinity") {
		return a
	}
	a.NodeAffinity = &corev1.NodeAffinity{}
	if !oneIn(t, 4, "nothing required") {
		a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution = &corev1.NodeSelector{
			NodeSelectorTerms: rapid.SliceOfN(rapid.Custom(drawTerm), 1, 3).Draw(t, "terms"),
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "wishes") {
		term := drawTerm(t)
		if len(term.MatchExpressions)+len(term.MatchFields) == 0 { // the API server takes no empty wish
			term.MatchExpressions = append(term.MatchExpressions, drawRequirement(t))
		}
		a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution = append(a.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution,
			corev1.PreferredSchedulingTerm{Weight: int32(rapid.IntRange(1, 100).Draw(t, "weight")), Preference: term})
	}
	return a
}

// drawTerm is a term; it may be empty.
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

func drawRequirement(t *rapid.T) corev1.NodeSelectorRequirement {
	r := corev1.NodeSelectorRequirement{Key: oneOf(t, "key", "a", "b", "c", "a", "b", corev1.LabelHostname, "zone")}
	r.Operator = oneOf(t, "operator",
		corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpNotIn,
		corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt)
	switch r.Operator {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		r.Values = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"1", "2", "3", "01"}), 1, 3, rapid.ID[string]).Draw(t, "values")
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		r.Values = []string{oneOf(t, "bound", "0", "1", "2", "3", "word", "9223372036854775807", "9223372036854775806", "99999999999999999999")}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
	}
	return r
}
