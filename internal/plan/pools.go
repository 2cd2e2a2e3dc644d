package plan

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// PoolSummary is what a plan says of one pool.
type PoolSummary struct {
	Name      string
	Exclusive bool
	// Nodes the pool selects, Ready those of them that are ready and not
	// cordoned. Both are zero if the snapshot holds no nodes.
	Nodes, Ready int
	// Workloads that are bound to the pool or prefer it, and their pods; a
	// workload with several pools counts for its first.
	Workloads, Pods int
	// Findings are sentences about what is wrong with the pool.
	Findings []string
}

// pools sums the rows up by pool, in the order of the pools' names.
func (b *builder) pools(rows []Row) []PoolSummary {
	pools := slices.Clone(b.snapshot.Pools)
	slices.SortFunc(pools, func(x, y v1alpha1.Pool) int { return strings.Compare(x.Name, y.Name) })
	out := make([]PoolSummary, len(pools))
	at := map[string]*PoolSummary{}
	for i, p := range pools {
		out[i] = PoolSummary{Name: p.Name, Exclusive: p.Spec.Exclusive}
		at[p.Name] = &out[i]
		b.poolNodes(p, &out[i])
	}
	for _, r := range rows {
		if len(r.Decision.Pools) == 0 {
			continue
		}
		if p := at[r.Decision.Pools[0]]; p != nil {
			p.Workloads++
			p.Pods += r.Workload.Pods
		}
	}
	return out
}

// poolNodes counts the pool's nodes and compares their taints with those the
// pool declares.
func (b *builder) poolNodes(p v1alpha1.Pool, sum *PoolSummary) {
	labels := p.Spec.Labels()
	term := selector.FromLabels(labels)
	declared := b.declaredTaints(term)
	extra, lacking := map[string]int{}, map[string]int{}
	for i, n := range b.plain {
		if !term.Matches(n.Name, n.Labels) {
			continue
		}
		sum.Nodes++
		if !n.Unschedulable && ready(b.snapshot.Nodes[i]) {
			sum.Ready++
		}
		compareTaints(declared, n.Taints, extra, lacking)
	}
	if len(b.plain) > 0 && sum.Nodes == 0 {
		sum.Findings = append(sum.Findings, fmt.Sprintf("no node carries %s", labelText(labels)))
	}
	for _, t := range sortedCount(extra) {
		sum.Findings = append(sum.Findings, fmt.Sprintf("%d of its nodes carry the taint %s, which the pool does not declare: pods placed on the pool do not tolerate it", extra[t], t))
	}
	for _, t := range sortedCount(lacking) {
		sum.Findings = append(sum.Findings, fmt.Sprintf("the pool declares the taint %s, which %d of its nodes do not carry", t, lacking[t]))
	}
}

// declaredTaints are those that pods placed on a pool tolerate: its own and those
// of the pools it lies inside of. inside asks for the pool's labels.
func (b *builder) declaredTaints(inside selector.Term) []v1alpha1.Taint {
	var taints []v1alpha1.Taint
	for _, p := range b.snapshot.Pools {
		labels := p.Spec.Labels()
		if inside.Implies(labels) {
			taints = append(taints, p.Spec.Taints...)
		}
	}
	return taints
}

// ready tells whether the node says it is; a node without the condition, as in a
// file written by hand, counts as ready.
func ready(n corev1.Node) bool {
	for _, c := range n.Status.Conditions {
		if c.Type == corev1.NodeReady {
			return c.Status == corev1.ConditionTrue
		}
	}
	return true
}

// compareTaints counts the taints a node carries beyond those declared, and those
// it lacks. What Kubernetes itself puts on nodes that are not well is left out.
func compareTaints(declared []v1alpha1.Taint, carried []corev1.Taint, extra, lacking map[string]int) {
	have := map[string]bool{}
	for _, t := range carried {
		have[t.ToString()] = true
	}
	want := map[string]bool{}
	for _, t := range declared {
		text := (&corev1.Taint{Key: t.Key, Value: t.Value, Effect: t.Effect}).ToString()
		want[text] = true
		if !have[text] {
			lacking[text]++
		}
	}
	for _, t := range carried {
		if !strings.HasPrefix(t.Key, "node.kubernetes.io/") && t.Effect != corev1.TaintEffectPreferNoSchedule && !want[t.ToString()] {
			extra[t.ToString()]++
		}
	}
}

func sortedCount(m map[string]int) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func labelText(labels map[string]string) string {
	parts := make([]string, 0, len(labels))
	for k, v := range labels {
		parts = append(parts, k+"="+v)
	}
	slices.Sort(parts)
	return strings.Join(parts, ",")
}
