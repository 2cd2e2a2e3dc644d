package plan_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/plan"
	"github.com/stowage-dev/stowage/internal/selector"
	"github.com/stowage-dev/stowage/internal/selector/selectortest"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// dice draws what selectortest asks for from rapid.
type dice struct{ t *rapid.T }

func (d dice) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(d.t, "n") }

// draw is a snapshot of a few random nodes and pods, and of pools and policies
// that meet them often.
func draw(t *rapid.T, declared *snapshot.Snapshot) *snapshot.Snapshot {
	s := *declared
	s.Nodes = nil
	for i := range rapid.IntRange(0, 6).Draw(t, "nodes") {
		n := selectortest.Node(dice{t})
		n.Name = fmt.Sprintf("%s-%d", n.Name, i)
		s.Nodes = append(s.Nodes, *n)
	}
	s.Workloads = nil
	for i := range rapid.IntRange(1, 4).Draw(t, "pods") {
		ref := snapshot.Ref{Kind: "Pod", Namespace: rapid.SampledFrom([]string{"one", "two", "kube-system"}).Draw(t, "namespace"), Name: fmt.Sprintf("p%d", i)}
		s.Workloads = append(s.Workloads, snapshot.Workload{
			Ref: ref, SpecPath: []string{"spec"}, Pods: 1,
			Subject: placement.Subject{Object: ref.String(), Path: "spec", Spec: placement.SpecOf(selectortest.Pod(dice{t}).Spec)},
		})
	}
	return &s
}

// declare is the pools and policies that every snapshot drawn has.
func declare(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	return load(t, pool("a", "pool: a", ""), pool("b", "pool: b", ", exclusive: true"), pool("c", "example.com/tier: c", ", taints: [{key: pool, value: c, effect: NoSchedule}]"),
		policy("one", "subject: {namespaces: {names: [one]}}, placement: {pools: [a, c]}"),
		policy("two", "tier: Admin, onConflict: Override, subject: {namespaces: {names: [two]}}, placement: {pools: [b]}"),
	)
}

// TestFits: the number of nodes in a row is what the filters say node by node, and
// the verdict follows from it.
func TestFits(t *testing.T) {
	declared := declare(t)
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, declared)
		p, err := plan.Build(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Rows {
			fits := 0
			for _, n := range p.Nodes() {
				if r.Decision.Spec.Pod().On(n).Fits() {
					fits++
				}
			}
			if len(s.Nodes) == 0 {
				fits = -1
			}
			if r.Fits != fits || (r.Verdict == plan.VerdictUnplaceable) != (fits == 0 && r.Verdict != plan.VerdictDenied) {
				t.Fatalf("%s: %d nodes take it, verdict %s; want %d", r.Workload, r.Fits, r.Verdict, fits)
			}
			if (r.Verdict == plan.VerdictUnplaceable || r.Verdict == plan.VerdictDenied) && r.Reason == "" {
				t.Fatalf("%s is %s without a reason", r.Workload, r.Verdict)
			}
		}
	})
}

// TestOrder: the order in which nodes, pods, pools and policies were read makes no
// difference, and the input is left alone.
func TestOrder(t *testing.T) {
	declared := declare(t)
	rapid.Check(t, func(t *rapid.T) {
		s := draw(t, declared)
		before := fmt.Sprintf("%+v %+v", s.Nodes, s.Workloads)
		first, err := plan.Build(s)
		if err != nil {
			t.Fatal(err)
		}
		other := *s
		other.Nodes = rapid.Permutation(s.Nodes).Draw(t, "nodes")
		other.Workloads = rapid.Permutation(s.Workloads).Draw(t, "workloads")
		other.Pools = rapid.Permutation(s.Pools).Draw(t, "pools")
		other.Cluster = rapid.Permutation(s.Cluster).Draw(t, "policies")
		second, err := plan.Build(&other)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(rowTexts(first), rowTexts(second)); diff != "" {
			t.Fatalf("rows (-first +second):\n%s", diff)
		}
		if diff := gocmp.Diff(first.Pools, second.Pools); diff != "" {
			t.Fatalf("pools (-first +second):\n%s", diff)
		}
		if fmt.Sprintf("%+v %+v", s.Nodes, s.Workloads) != before {
			t.Fatalf("the input has changed")
		}
		sorted := slices.IsSortedFunc(first.Rows, func(a, b plan.Row) int {
			return cmp.Or(cmp.Compare(a.Workload.Namespace, b.Workload.Namespace), cmp.Compare(a.Workload.Name, b.Workload.Name))
		})
		if !sorted {
			t.Fatalf("the rows are not in order")
		}
	})
}

// TestPods: the pods of a DaemonSet tolerate what its controller makes them
// tolerate, and no pod of anything else does.
func TestPods(t *testing.T) {
	sick := selector.Node{Name: "n", Unschedulable: true, Taints: []corev1.Taint{
		{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule},
		{Key: corev1.TaintNodeNotReady, Effect: corev1.TaintEffectNoExecute},
		{Key: corev1.TaintNodeDiskPressure, Effect: corev1.TaintEffectNoSchedule},
	}}
	for _, daemonSet := range []bool{true, false} {
		spec := placement.Spec{Tolerations: make([]corev1.Toleration, 0, 10)}
		w := &snapshot.Workload{DaemonSetPods: daemonSet}
		if got := plan.Pods(w, spec).Pod().On(sick).Fits(); got != daemonSet {
			t.Errorf("DaemonSet %t: fits %t", daemonSet, got)
		}
		if len(spec.Tolerations) != 0 || spec.Tolerations[:1][0].Key != "" {
			t.Errorf("the template's own tolerations have changed")
		}
	}
}
