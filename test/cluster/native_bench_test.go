package cluster

import (
	"fmt"
	"slices"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/native"
)

// BenchmarkNative measures what a dry-run creation of a pod takes, one after the
// other, in namespaces that ask more and more of the native policies.
func BenchmarkNative(b *testing.B) {
	c, err := Start(b.Context(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Stop)
	admin := dynamicFor(b, c.Config())
	applyDefinitions(b, admin)
	cases := benchmarkWorlds()
	for _, w := range cases {
		createNamespace(b, c, w)
	}
	createNamespace(b, c, probeWorld())
	// the namespace "nothing" has no EffectivePlacement at all
	if err := admin.Resource(effectivePlacements()).Namespace("nothing").Delete(b.Context(), v1alpha1.EffectivePlacementName, metav1.DeleteOptions{}); err != nil {
		b.Fatal(err)
	}
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "none"}}}}
	spoken := pod.DeepCopy()
	spoken.Spec.NodeSelector = map[string]string{"kubernetes.io/arch": "amd64"}
	spoken.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
		NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "zone", Operator: corev1.NodeSelectorOpIn, Values: []string{"a", "b"}}}}},
	}}}
	measure := func(b *testing.B, namespace string, pod *corev1.Pod) {
		b.Helper()
		client := clientFor(b, c, "")
		pod = pod.DeepCopy()
		pod.Namespace = namespace
		var took []time.Duration
		for b.Loop() {
			begin := time.Now()
			if _, err := send(client, pod); err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begin))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-µs")
	}
	b.Run("without-policies", func(b *testing.B) { measure(b, "nothing", pod) })
	for _, policy := range native.Policies() {
		create(b, admin, policy)
	}
	waitForPolicies(b, c)
	for _, w := range cases {
		b.Run(w.namespace+"/silent", func(b *testing.B) { measure(b, w.namespace, pod) })
		b.Run(w.namespace+"/spoken", func(b *testing.B) { measure(b, w.namespace, spoken) })
	}
}

// benchmarkWorlds are a namespace whose EffectivePlacement is taken away, one that
// has no rules, one with a default, and two with an Admin policy, a default and
// exclusive pools.
func benchmarkWorlds() []world {
	placed := func(namespace string, pools int, exclusive, admin bool) world {
		w := world{namespace: namespace}
		for i := range pools {
			p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("p%d", i)}}
			p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{"pool": v1alpha1.LabelValue(p.Name)}
			p.Spec.Taints = []v1alpha1.Taint{{Key: "pool", Value: p.Name, Effect: corev1.TaintEffectNoSchedule}}
			p.Spec.Exclusive = exclusive && i%4 == 3
			w.pools = append(w.pools, p)
		}
		place := func(name string, tier v1alpha1.Tier, placement v1alpha1.Placement) {
			p := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
			p.Spec.Tier, p.Spec.Placement = tier, placement
			w.cluster = append(w.cluster, p)
		}
		place("default", v1alpha1.TierBaseline, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"p0"}})
		if admin {
			place("admin", v1alpha1.TierAdmin, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"p0", "p1"}})
		}
		return w
	}
	return []world{placed("nothing", 1, false, false), {namespace: "no-rules"}, placed("one-default", 3, false, false), placed("all-layers", 8, true, true), placed("many-pools", 40, true, true)}
}
