// Package explain says why a workload's pods are where they are: what each layer
// said from the lowest to the highest, why each pool is in or out, where every
// constraint comes from, and, where nothing fits, the smallest set of them that
// contradict.
package explain

import (
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/conflict"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/selector"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// Explanation is the full account of one workload.
type Explanation struct {
	Workload *snapshot.Workload
	Decision placement.Decision
	// Pools that are declared, by name, and why each is in or out.
	Pools []PoolVerdict
	// Conflict is the smallest set of constraints that leaves no node; nil if
	// there is a node, or if none was given and there could be one.
	Conflict *conflict.Set
	// Nodes given, and how many of them take the pods.
	Nodes, Fits int
}

// PoolVerdict says whether a workload's pods may land on a pool.
type PoolVerdict struct {
	Name string
	In   bool
	// Chosen says that the pods are bound to the pool or prefer it.
	Chosen bool
	// Nodes of the pool, and how many of them take the pods.
	Nodes, Fits int
	// Out lists the constraints that keep the pods off the pool.
	Out []placement.Constraint
}

// Explain accounts for one workload of the snapshot by the decision made on it.
// pods is the placement of its pods as the scheduler sees it.
func Explain(s *snapshot.Snapshot, w *snapshot.Workload, d placement.Decision, pods placement.Spec) Explanation {
	e := Explanation{Workload: w, Decision: d, Nodes: len(s.Nodes)}
	nodes := make([]selector.Node, len(s.Nodes))
	pod := pods.Pod()
	for i, n := range s.Nodes {
		nodes[i] = selector.Node{Name: n.Name, Labels: n.Labels, Taints: n.Spec.Taints, Unschedulable: n.Spec.Unschedulable}
		if pod.On(nodes[i]).Fits() {
			e.Fits++
		}
	}
	subject := w.Subject
	subject.Spec = pods
	if set, ok := conflict.Smallest(subject, d.Constraints, nodes); ok {
		e.Conflict = &set
	}
	for _, p := range sortedPools(s.Pools) {
		e.Pools = append(e.Pools, e.poolVerdict(p, pods, nodes))
	}
	return e
}

// refused is what the decision has against the pool although the pods carry
// nothing that keeps them off: it is exclusive, and they were denied for it.
func refused(p v1alpha1.Pool, d placement.Decision) []placement.Constraint {
	r := d.Layer(v1alpha1.LayerExclusive)
	if r.Said != placement.SaidDenied || !slices.Contains(r.Pools, p.Name) {
		return nil
	}
	return []placement.Constraint{{
		Text:   "the pool is exclusive and no cluster policy names it for these pods",
		Source: placement.Source{Layer: v1alpha1.LayerExclusive, Object: v1alpha1.KindPool + "/" + p.Name, Field: "spec.exclusive"},
	}}
}

func sortedPools(pools []v1alpha1.Pool) []v1alpha1.Pool {
	pools = slices.Clone(pools)
	slices.SortFunc(pools, func(a, b v1alpha1.Pool) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return pools
}

func (e *Explanation) poolVerdict(p v1alpha1.Pool, pods placement.Spec, nodes []selector.Node) PoolVerdict {
	d := e.Decision
	v := PoolVerdict{Name: p.Name, Chosen: slices.Contains(d.Pools, p.Name)}
	labels := p.Spec.Labels()
	term, pod := selector.FromLabels(labels), pods.Pod()
	for _, n := range nodes {
		if !term.Matches(n.Name, n.Labels) {
			continue
		}
		v.Nodes++
		if pod.On(n).Fits() {
			v.Fits++
		}
	}
	v.Out = refused(p, d)
	for _, c := range d.Constraints {
		alone := pods.NodesKeeping(func(field string) bool { return field == c.Field })
		if !c.Preferred && !c.Toleration && alone.Excludes(labels) {
			v.Out = append(v.Out, c)
		}
	}
	v.Out = append(v.Out, untolerated(p, pods)...)
	if pods.NodeName != "" && v.Fits == 0 { // the pods have their node, whatever the pool
		v.Out = append(v.Out, d.Constraints[:min(1, len(d.Constraints))]...)
	}
	excluded := pods.NodesKeeping(func(string) bool { return true }).Excludes(labels)
	v.In = len(v.Out) == 0 && !excluded
	if excluded && len(v.Out) == 0 {
		v.Out = together(pods, labels, d)
	}
	if excluded && len(v.Out) == 0 && e.Conflict != nil {
		v.Out = e.Conflict.Members
	}
	return v
}

// untolerated are the taints the pool declares that the pods do not tolerate.
func untolerated(p v1alpha1.Pool, pods placement.Spec) []placement.Constraint {
	var out []placement.Constraint
	for _, t := range p.Spec.Taints {
		taint := corev1.Taint{Key: t.Key, Value: t.Value, Effect: t.Effect}
		if _, off := selector.Untolerated(pods.Tolerations, []corev1.Taint{taint}); off {
			out = append(out, placement.Constraint{
				Field: "tolerations", Text: "no toleration for " + taint.ToString(),
				Source: placement.Source{Object: v1alpha1.KindPool + "/" + p.Name, Field: "spec.taints"},
			})
		}
	}
	return out
}

// together are the constraints that keep the pods off a pool only together, such
// as the alternatives of a node affinity that all ask for something else.
func together(pods placement.Spec, labels map[string]string, d placement.Decision) []placement.Constraint {
	hard := slices.DeleteFunc(slices.Clone(d.Constraints), func(c placement.Constraint) bool { return c.Preferred || c.Toleration })
	left := placement.Minimal(len(hard), func(in []bool) bool {
		kept := map[string]bool{}
		for i, c := range hard {
			kept[c.Field] = in[i]
		}
		return pods.NodesKeeping(func(field string) bool { return kept[field] }).Excludes(labels)
	})
	out := make([]placement.Constraint, len(left))
	for i, at := range left {
		out[i] = hard[at]
	}
	return out
}
