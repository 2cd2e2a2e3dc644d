package selector

import (
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	schedulinghelpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"github.com/stowage-dev/stowage/internal/selector/selectortest"
)

// seedVariable, set to a number that a failed test printed, repeats its run.
const seedVariable = "STOWAGE_TEST_SEED"

// dice is a source of random numbers whose seed a failing test prints.
func dice(t *testing.T) *rand.Rand {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv(seedVariable); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("reading %s: %v", seedVariable, err)
		}
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("repeat with %s=%d", seedVariable, seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

func podOf(p *corev1.Pod) *Pod {
	var required *corev1.NodeSelector
	if p.Spec.Affinity != nil && p.Spec.Affinity.NodeAffinity != nil {
		required = p.Spec.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution
	}
	return NewPod(p.Spec.NodeName, p.Spec.NodeSelector, required, p.Spec.Tolerations)
}

func nodeOf(n *corev1.Node) Node {
	return Node{Name: n.Name, Labels: n.Labels, Taints: n.Spec.Taints, Unschedulable: n.Spec.Unschedulable}
}

func blocks(t *corev1.Taint) bool {
	return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
}

// TestOnAgreesWithKubernetes compares every part of a verdict with the functions
// that kube-scheduler itself is built from.
func TestOnAgreesWithKubernetes(t *testing.T) {
	const pods, nodes = 4_000, 40
	d := dice(t)
	seen := map[Reason]int{}
	for range pods {
		pod := selectortest.Pod(d)
		prepared := podOf(pod)
		affinity := nodeaffinity.NewRequiredNodeAffinity(pod.Spec.NodeSelector, pod.Spec.Affinity)
		for range nodes {
			node := selectortest.Node(d)
			got := prepared.On(nodeOf(node))
			seen[got.Reason]++

			matches, _ := affinity.Match(node) // an unreadable term is one that does not match
			if have := prepared.selector.Matches(node.Name, node.Labels); have != matches {
				t.Fatalf("selector.Matches = %v, want %v\npod %+v\nnode %+v", have, matches, pod.Spec, node)
			}
			taint, tainted := schedulinghelpers.FindMatchingUntoleratedTaint(klog.Logger{}, node.Spec.Taints, pod.Spec.Tolerations, blocks, true)
			cordoned := node.Spec.Unschedulable && !schedulinghelpers.TolerationsTolerateTaint(klog.Logger{}, pod.Spec.Tolerations,
				&corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule}, true)
			refuses := map[Reason]bool{
				ReasonNodeName:          pod.Spec.NodeName != "" && pod.Spec.NodeName != node.Name,
				ReasonNodeUnschedulable: cordoned,
				ReasonTaintToleration:   tainted,
				ReasonNodeAffinity:      !matches,
				ReasonFits:              matches && !tainted && !cordoned && (pod.Spec.NodeName == "" || pod.Spec.NodeName == node.Name),
			}
			if !refuses[got.Reason] {
				t.Fatalf("On = %q, but of the filters these say no: %v\npod %+v\nnode %+v", got.Reason, refuses, pod.Spec, node)
			}
			if got.Reason != ReasonTaintToleration {
				taint = corev1.Taint{}
			}
			if got.Taint != taint {
				t.Fatalf("On names taint %v, want %v\npod %+v\nnode %+v", got.Taint, taint, pod.Spec, node)
			}
		}
	}
	for _, r := range []Reason{ReasonFits, ReasonNodeName, ReasonNodeUnschedulable, ReasonTaintToleration, ReasonNodeAffinity} {
		if seen[r] < pods*nodes/200 {
			t.Errorf("reason %q came up only %d times in %d", r, seen[r], pods*nodes)
		}
	}
}

func TestOnOrder(t *testing.T) {
	taint := corev1.Taint{Key: "dedicated", Value: "db", Effect: corev1.TaintEffectNoExecute}
	node := Node{Name: "n", Unschedulable: true, Taints: []corev1.Taint{
		{Key: "wish", Effect: corev1.TaintEffectPreferNoSchedule}, {Key: "odd", Effect: "Odd"}, taint,
	}}
	selects := map[string]string{"pool": "db"}
	anyTaint := []corev1.Toleration{{Operator: corev1.TolerationOpExists}}
	cordoned := []corev1.Toleration{{Key: corev1.TaintNodeUnschedulable, Operator: corev1.TolerationOpExists}}
	named := &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchFields: []corev1.NodeSelectorRequirement{
		{Key: "metadata.name", Operator: corev1.NodeSelectorOpIn, Values: []string{"m"}},
	}}}}
	tests := map[string]struct {
		pod  *Pod
		want Verdict
	}{
		"another node's name comes first":         {NewPod("m", selects, named, nil), Verdict{Reason: ReasonNodeName}},
		"an affinity to other names comes next":   {NewPod("n", selects, named, nil), Verdict{Reason: ReasonNodeAffinity}},
		"then a cordoned node":                    {NewPod("n", selects, nil, nil), Verdict{Reason: ReasonNodeUnschedulable}},
		"then the first taint that blocks":        {NewPod("n", selects, nil, cordoned), Verdict{ReasonTaintToleration, taint}},
		"then labels":                             {NewPod("n", selects, nil, anyTaint), Verdict{Reason: ReasonNodeAffinity}},
		"a pod without wishes that tolerates all": {NewPod("", nil, nil, anyTaint), Verdict{}},
		"required affinity without terms":         {NewPod("", nil, &corev1.NodeSelector{}, anyTaint), Verdict{Reason: ReasonNodeAffinity}},
		"required affinity with an empty term":    {NewPod("", nil, &corev1.NodeSelector{NodeSelectorTerms: make([]corev1.NodeSelectorTerm, 1)}, anyTaint), Verdict{Reason: ReasonNodeAffinity}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := tt.pod.On(node)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("On (-want +got):\n%s", diff)
			}
			if got.Fits() != (tt.want == Verdict{}) {
				t.Errorf("Fits = %v for %v", got.Fits(), got)
			}
		})
	}
}

func TestOnAllocatesNothing(t *testing.T) {
	d := dice(t)
	var pods []*Pod
	var nodes []Node
	for range 100 {
		pod := selectortest.Pod(d)
		for i := range pod.Spec.Tolerations { // reporting a number that cannot be read allocates, inside core/v1
			pod.Spec.Tolerations[i].Operator = corev1.TolerationOpExists
		}
		pods, nodes = append(pods, podOf(pod)), append(nodes, numberless(nodeOf(selectortest.Node(d))))
	}
	allocations := testing.AllocsPerRun(5, func() {
		for _, p := range pods {
			for _, n := range nodes {
				p.On(n)
			}
		}
	})
	if allocations != 0 {
		t.Errorf("On allocates: %v allocations for %d verdicts", allocations, len(pods)*len(nodes))
	}
}

// numberless is the node without labels that look like numbers too large to
// read: strconv makes an error of each.
func numberless(n Node) Node {
	labels := map[string]string{}
	for k, v := range n.Labels {
		if _, err := strconv.ParseInt(v, 10, 64); err == nil {
			labels[k] = v
		}
	}
	n.Labels = labels
	return n
}

func TestCountAgreesWithOn(t *testing.T) {
	d := dice(t)
	for _, size := range []int{0, 1, 3, 63, 64, 65, 130, 700} {
		var nodes []Node
		for i := range size {
			node := nodeOf(selectortest.Node(d))
			switch d.IntN(20) {
			case 0:
				node.Name = ""
			case 1, 2, 3, 4, 5:
				node.Name = "other-" + strconv.Itoa(i)
			}
			nodes = append(nodes, node)
		}
		index := NewNodes(nodes)
		if index.Len() != size {
			t.Errorf("Len = %d, want %d", index.Len(), size)
		}
		for range 400 {
			pod := selectortest.Pod(d)
			wantFits, want := countOneByOne(podOf(pod), nodes)
			fits, got := index.Count(podOf(pod))
			if fits != wantFits || got != want {
				t.Fatalf("Count = %d, %+v; want %d, %+v\npod %+v", fits, got, wantFits, want, pod.Spec)
			}
		}
	}
}

func countOneByOne(pod *Pod, nodes []Node) (fits int, refused Refused) {
	for _, n := range nodes {
		switch pod.On(n).Reason {
		case ReasonFits:
			fits++
		case ReasonNodeName:
			refused.NodeName++
		case ReasonNodeUnschedulable:
			refused.NodeUnschedulable++
		case ReasonTaintToleration:
			refused.TaintToleration++
		case ReasonNodeAffinity:
			refused.NodeAffinity++
		}
	}
	return fits, refused
}

// TestCountAtOnce is for the race detector as much as for the numbers.
func TestCountAtOnce(t *testing.T) {
	d := dice(t)
	var nodes []Node
	for range 200 {
		nodes = append(nodes, nodeOf(selectortest.Node(d)))
	}
	var pods []*Pod
	for range 200 {
		pods = append(pods, podOf(selectortest.Pod(d)))
	}
	index := NewNodes(nodes)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for i, p := range pods {
				fits, refused := index.Count(p)
				if wantFits, want := countOneByOne(p, nodes); fits != wantFits || refused != want {
					t.Errorf("pod %d: Count = %d, %+v; want %d, %+v", i, fits, refused, wantFits, want)
				}
			}
		})
	}
	group.Wait()
}

// BenchmarkCount counts, per operation, the nodes of 10,000 workloads in a
// cluster of 5,000 nodes, the building of Nodes and Pods included.
func BenchmarkCount(b *testing.B) {
	d := rand.New(rand.NewPCG(1, 2))
	var nodes []Node
	for i := range 5_000 {
		node := nodeOf(selectortest.Node(d))
		node.Name = "node-" + strconv.Itoa(i)
		node.Labels[corev1.LabelHostname] = node.Name
		nodes = append(nodes, node)
	}
	var pods []*corev1.Pod
	for range 10_000 {
		pods = append(pods, selectortest.Pod(d))
	}
	b.ReportAllocs()
	for b.Loop() {
		index := NewNodes(nodes)
		for _, p := range pods {
			index.Count(podOf(p))
		}
	}
}
