package plan

import (
	"fmt"
	"runtime"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// size of a generated platform.
type size struct{ nodes, workloads, podsEach, policies int }

// platform generates a cluster of 20 pools and as many namespaces as it takes.
// Every fourth workload has an own word, every tenth a node affinity. Each pod
// stands in the snapshot, counted under the workload that owns it.
func platform(sz size) *snapshot.Snapshot {
	s := &snapshot.Snapshot{}
	const pools = 20
	for i := range pools {
		p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("pool-%d", i)}}
		p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{"pool": v1alpha1.LabelValue(fmt.Sprintf("p%d", i))}
		p.Spec.Exclusive = i%4 == 0
		if i%5 == 0 {
			p.Spec.Taints = []v1alpha1.Taint{{Key: "dedicated", Value: fmt.Sprintf("p%d", i), Effect: corev1.TaintEffectNoSchedule}}
		}
		s.Pools = append(s.Pools, p)
	}
	for i := range sz.nodes {
		n := corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("node-%d", i)}}
		n.Labels = map[string]string{
			"pool": fmt.Sprintf("p%d", i%pools), corev1.LabelHostname: n.Name, corev1.LabelOSStable: "linux",
			corev1.LabelTopologyZone: fmt.Sprintf("zone-%d", i%3), corev1.LabelInstanceTypeStable: fmt.Sprintf("type-%d", i%7),
		}
		if i%pools%5 == 0 {
			n.Spec.Taints = []corev1.Taint{{Key: "dedicated", Value: fmt.Sprintf("p%d", i%pools), Effect: corev1.TaintEffectNoSchedule}}
		}
		s.Nodes = append(s.Nodes, n)
	}
	for i := range sz.policies {
		p := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("policy-%d", i)}}
		p.Spec.Tier = v1alpha1.TierBaseline
		if i%7 == 0 {
			p.Spec.Tier = v1alpha1.TierAdmin
		}
		p.Spec.Priority = int32(i % 3)
		p.Spec.Subject.Namespaces = &v1alpha1.NamespaceSubject{Names: namespacesOf(i, sz.policies)}
		p.Spec.Placement.Pools = []v1alpha1.PoolName{v1alpha1.PoolName(fmt.Sprintf("pool-%d", i%pools))}
		if i%6 == 0 {
			p.Spec.Placement.Pools = append(p.Spec.Placement.Pools, v1alpha1.PoolName(fmt.Sprintf("pool-%d", (i+1)%pools)))
		}
		s.Cluster = append(s.Cluster, p)
	}
	for i := range sz.workloads {
		addWorkload(s, i, sz)
	}
	return s
}

// namespaces of the generated platform; every one of them has a policy.
const namespaces = 1000

// namespacesOf shares the namespaces out among the policies.
func namespacesOf(policy, policies int) []v1alpha1.NamespacePattern {
	var names []v1alpha1.NamespacePattern
	for n := policy % namespaces; n < namespaces; n += policies {
		names = append(names, v1alpha1.NamespacePattern(fmt.Sprintf("ns-%d", n)), v1alpha1.NamespacePattern(fmt.Sprintf("ns-%d-*", n)))
	}
	return names
}

func addWorkload(s *snapshot.Snapshot, i int, sz size) {
	spec := placement.Spec{}
	if i%4 == 0 {
		spec.NodeSelector = map[string]string{corev1.LabelTopologyZone: fmt.Sprintf("zone-%d", i%3)}
	}
	if i%10 == 0 {
		spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{
				{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelInstanceTypeStable, Operator: corev1.NodeSelectorOpIn, Values: []string{"type-1", "type-2", "type-3"}}}},
				{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: corev1.LabelOSStable, Operator: corev1.NodeSelectorOpNotIn, Values: []string{"windows"}}}},
			},
		}}}
	}
	ref := snapshot.Ref{Group: "apps", Kind: "Deployment", Namespace: fmt.Sprintf("ns-%d", i%namespaces), Name: fmt.Sprintf("app-%d", i)}
	w := snapshot.Workload{
		Ref: ref, Pods: sz.podsEach, SpecPath: []string{"spec", "template", "spec"},
		Subject: placement.Subject{Object: ref.String(), Path: "spec.template.spec", Labels: map[string]string{"app": ref.Name}, Spec: spec},
	}
	s.Workloads = append(s.Workloads, w)
	for c := range sz.podsEach {
		pod := w
		pod.Kind, pod.Name, pod.Owner, pod.Covered = "Pod", fmt.Sprintf("%s-%d", ref.Name, c), ref.String(), true
		s.Workloads = append(s.Workloads, pod)
	}
}

// BenchmarkPlan plans a large platform and grows each dimension by itself. The
// figure MB-retained is what the plan holds beside its input.
func BenchmarkPlan(b *testing.B) {
	full := size{nodes: 5000, workloads: 10_000, podsEach: 10, policies: 500}
	for _, bm := range []struct {
		name string
		size size
	}{
		{"full", full},
		{"half-nodes", size{2500, 10_000, 10, 500}},
		{"half-workloads", size{5000, 5000, 10, 500}},
		{"half-policies", size{5000, 10_000, 10, 250}},
		{"double-nodes", size{10_000, 10_000, 10, 500}},
		{"double-workloads", size{5000, 20_000, 10, 500}},
		{"double-policies", size{5000, 10_000, 10, 1000}},
	} {
		b.Run(bm.name, func(b *testing.B) {
			s := platform(bm.size)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			var p *Plan
			for b.Loop() {
				var err error
				if p, err = Build(s); err != nil {
					b.Fatal(err)
				}
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB-retained")
			b.ReportMetric(float64(len(p.Rows))/b.Elapsed().Seconds()*float64(b.N), "rows/s")
			runtime.KeepAlive(s)
		})
	}
}
