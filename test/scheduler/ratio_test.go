package scheduler

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	fwk "k8s.io/kube-scheduler/framework"

	"github.com/stowage-dev/stowage/internal/selector"
)

// BenchmarkRatio counts, for every pod of a platform, the nodes of a cluster it
// may land on: with kube-scheduler's plugins, and as Stowage does, everything
// it has to prepare included. It fails where the two disagree, and reports how
// many times faster Stowage was.
func BenchmarkRatio(b *testing.B) {
	const pods, nodes = 1_000, 5_000
	d := rand.New(rand.NewPCG(1, 2))
	cluster, platform := aCluster(d, nodes), aPlatform(d, pods)
	infos, ours := infosOf(cluster), nodesOf(cluster)
	plugins, ctx := newPlugins(b), quiet(b)
	var theirTime, ourTime time.Duration
	for b.Loop() {
		start := time.Now()
		their := countWithPlugins(ctx, b, plugins, platform, infos)
		theirTime += time.Since(start)

		start = time.Now()
		our := countWithEngine(platform, ours)
		ourTime += time.Since(start)
		for i := range platform {
			if their[i] != our[i] {
				b.Fatalf("the engine finds %d nodes, kube-scheduler %d, for pod %+v", our[i], their[i], platform[i].Spec)
			}
		}
	}
	b.ReportMetric(float64(theirTime)/float64(ourTime), "times-faster")
	b.ReportMetric(float64(ourTime.Microseconds())/float64(b.N)/pods, "engine-µs/pod")
	b.ReportMetric(float64(theirTime.Microseconds())/float64(b.N)/pods, "plugins-µs/pod")
}

func countWithPlugins(ctx context.Context, b *testing.B, plugins []plugin, pods []*corev1.Pod, nodes []fwk.NodeInfo) []int {
	b.Helper()
	fits := make([]int, len(pods))
	for i, pod := range pods {
		c := newCycle(ctx, b, plugins, pod)
		for _, n := range nodes {
			if c.verdict(ctx, n) == "" {
				fits[i]++
			}
		}
	}
	return fits
}

func countWithEngine(pods []*corev1.Pod, nodes []selector.Node) []int {
	fits := make([]int, len(pods))
	index := selector.NewNodes(nodes)
	for i, pod := range pods {
		fits[i], _ = index.Count(podOf(pod))
	}
	return fits
}

const poolCount = 8

func poolName(i int) string { return fmt.Sprintf("pool-%d", i) }

// aCluster has eight pools, every second of them tainted, in three zones.
func aCluster(d *rand.Rand, size int) []*corev1.Node {
	nodes := make([]*corev1.Node, size)
	for i := range nodes {
		pool, name := d.IntN(poolCount), fmt.Sprintf("node-%04d", i)
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{
			"pool":                         poolName(pool),
			"cpus":                         fmt.Sprint(4 << d.IntN(4)),
			corev1.LabelHostname:           name,
			corev1.LabelTopologyZone:       fmt.Sprintf("zone-%d", d.IntN(3)),
			corev1.LabelOSStable:           "linux",
			corev1.LabelArchStable:         []string{"amd64", "arm64"}[pool%2],
			corev1.LabelInstanceTypeStable: fmt.Sprintf("type-%d", d.IntN(12)),
		}}}
		if pool%2 == 0 {
			n.Spec.Taints = []corev1.Taint{{Key: "dedicated", Value: poolName(pool), Effect: corev1.TaintEffectNoSchedule}}
		}
		if d.IntN(50) == 0 {
			n.Spec.Unschedulable = true
			n.Spec.Taints = append(n.Spec.Taints, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
		}
		nodes[i] = n
	}
	return nodes
}

// aPlatform has pods as Stowage makes them: bound to a pool and kept off others,
// some with a word of their own, a few on a node by its name.
func aPlatform(d *rand.Rand, size int) []*corev1.Pod {
	pods := make([]*corev1.Pod, size)
	for i := range pods {
		pool := poolName(d.IntN(poolCount))
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("pod-%d", i)}}
		p.Spec.Tolerations = []corev1.Toleration{
			{Key: corev1.TaintNodeNotReady, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute},
			{Key: corev1.TaintNodeUnreachable, Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute},
		}
		var terms []corev1.NodeSelectorTerm
		expect := func(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
			return corev1.NodeSelectorRequirement{Key: key, Operator: op, Values: values}
		}
		switch d.IntN(20) {
		case 0:
			terms = []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
				expect(corev1.LabelHostname, corev1.NodeSelectorOpIn, fmt.Sprintf("node-%04d", d.IntN(size))),
			}}}
		case 1, 2, 3, 4:
			terms = []corev1.NodeSelectorTerm{
				{MatchExpressions: []corev1.NodeSelectorRequirement{
					expect(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, "zone-0"), expect("pool", corev1.NodeSelectorOpIn, pool, "pool-1"),
				}},
				{MatchExpressions: []corev1.NodeSelectorRequirement{
					expect(corev1.LabelTopologyZone, corev1.NodeSelectorOpIn, "zone-1"), expect("cpus", corev1.NodeSelectorOpGt, "4"),
				}},
			}
		case 5, 6, 7, 8, 9:
			terms = []corev1.NodeSelectorTerm{{MatchExpressions: []corev1.NodeSelectorRequirement{
				expect("pool", corev1.NodeSelectorOpNotIn, "pool-2", "pool-3"),
			}}}
		default:
			p.Spec.NodeSelector = map[string]string{"pool": pool, corev1.LabelOSStable: "linux"}
			p.Spec.Tolerations = append(p.Spec.Tolerations,
				corev1.Toleration{Key: "dedicated", Operator: corev1.TolerationOpEqual, Value: pool, Effect: corev1.TaintEffectNoSchedule})
		}
		if terms != nil {
			p.Spec.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
			}}
		}
		pods[i] = p
	}
	return pods
}
