package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/native"
	"github.com/stowage-dev/stowage/internal/placement"
)

// TestNativeLimits tries what random pods hardly ever meet: the bounds of the
// engine, and the bounds of CEL beyond which the native policies refuse or yield
// where the engine would still write.
func TestNativeLimits(t *testing.T) {
	c := startCluster(t, Options{})
	admin := dynamicFor(t, c.Config())
	applyDefinitions(t, admin)
	createNamespace(t, c, probeWorld())
	for _, policy := range native.Policies() {
		create(t, admin, policy)
	}
	waitForPolicies(t, c)
	silent := podOf(nil).Spec
	choosing := podOf(nil).Spec
	var terms corev1.NodeSelectorTerm
	for _, key := range []string{"k0", "k1", "k2", "k3", "k4"} {
		terms.MatchExpressions = append(terms.MatchExpressions, corev1.NodeSelectorRequirement{Key: key, Operator: corev1.NodeSelectorOpIn, Values: []string{"in", "out"}})
	}
	choosing.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{terms}},
	}}
	for _, tt := range []struct {
		name    string
		pools   []v1alpha1.Pool
		avoid   int // pools that a default keeps off
		pod     corev1.PodSpec
		refused bool // natively
		differs string
	}{
		{name: "pools-of-two-labels-to-256-terms", pools: exclusivePools(8, 2, false), pod: silent},
		{name: "pools-of-two-labels-past-256-terms", pools: exclusivePools(9, 2, false), pod: silent, refused: true},
		{name: "hundred-pools-of-one-label", pools: exclusivePools(100, 1, false), pod: silent},
		{name: "eight-pools-that-share-a-label", pools: exclusivePools(8, 2, true), pod: silent},
		{name: "nine-pools-that-share-a-label", pools: exclusivePools(9, 2, true), pod: silent, refused: true, differs: "the engine writes 10 terms"},
		{name: "a-default-off-four-pools", pools: ordinaryPools(4, 2), avoid: 4, pod: silent},
		{name: "a-default-off-five-pools", pools: ordinaryPools(5, 2), avoid: 5, pod: silent, differs: "the engine writes 32 terms, the native policy yields"},
		{name: "five-labels-to-choose-from", pools: exclusivePools(1, 5, false), pod: choosing},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := world{namespace: tt.name, pools: tt.pools}
			if tt.avoid > 0 {
				p := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: "avoid"}}
				for i := range tt.avoid {
					p.Spec.Placement.AvoidPools = append(p.Spec.Placement.AvoidPools, v1alpha1.PoolName(tt.pools[i].Name))
				}
				w.cluster = append(w.cluster, p)
			}
			createNamespace(t, c, w)
			pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: w.namespace}, Spec: tt.pod}
			rules, err := placement.NewRules(w.namespace, w.spec())
			if err != nil {
				t.Fatal(err)
			}
			want := rules.Decide(placement.Subject{Object: "Pod/web", Spec: placement.SpecOf(pod.Spec)})
			got, err := send(clientFor(t, c, ""), pod)
			if (err != nil) != tt.refused || tt.refused && !strings.Contains(err.Error(), "; fix: ") {
				t.Fatalf("native admission: error %v; refused: want %v", err, tt.refused)
			}
			same := (err != nil) == (want.Outcome == placement.OutcomeDenied)
			if err == nil {
				same = same && cmp.Equal(plain(want.Spec), plain(placement.SpecOf(got.Spec)), cmpopts.EquateEmpty())
			}
			if same != (tt.differs == "") {
				t.Errorf("the same as the engine: %v; want difference %q; the engine says %s %q and writes\n%+v\nerror %v", same, tt.differs, want.Outcome, want.Denial, want.Spec, err)
			}
		})
	}
}

// TestNativeUndone takes the mutating policy out of force, which to the validating
// one looks as if a webhook had undone the placement: a pod that an Admin policy
// or an exclusive pool would still write for must be refused.
func TestNativeUndone(t *testing.T) {
	c := startCluster(t, Options{})
	admin := dynamicFor(t, c.Config())
	applyDefinitions(t, admin)
	bound, kept := probeWorld(), world{namespace: "kept-off", pools: exclusivePools(1, 1, false)}
	createNamespace(t, c, bound)
	createNamespace(t, c, kept)
	create(t, admin, native.Validating())
	create(t, admin, native.ValidatingBinding())
	pod := func(namespace string, labels map[string]string) *corev1.Pod {
		spec := podOf(nil).Spec
		spec.NodeSelector = labels
		return &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "web", Namespace: namespace}, Spec: spec}
	}
	client := clientFor(t, c, "")
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		_, err := send(client, pod(bound.namespace, nil))
		if err != nil && strings.Contains(err.Error(), `ClusterPlacementPolicy/all (tier Admin) keeps this pod on pool "main", and the pod does not say so`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("a pod that is not bound to the pool of an Admin policy: error %v", err)
		}
	}
	if _, err := send(client, pod(bound.namespace, map[string]string{"pool": "main"})); err != nil {
		t.Errorf("a pod that is bound: %v", err)
	}
	if _, err := send(client, pod(kept.namespace, nil)); err == nil || !strings.Contains(err.Error(), `pool "p0" is exclusive`) || !strings.Contains(err.Error(), "and nothing keeps it off") {
		t.Errorf("a pod that could land on an exclusive pool: error %v", err)
	}
	if _, err := send(client, pod(kept.namespace, map[string]string{"k0": "out"})); err != nil {
		t.Errorf("a pod that cannot land on the exclusive pool: %v", err)
	}
}

// exclusivePools are pools that nobody has a right to, each with labels k0, k1 and
// so on, of its own or, but for the first, the same in all.
func exclusivePools(n, labels int, shared bool) []v1alpha1.Pool {
	pools := ordinaryPools(n, labels)
	for i := range pools {
		pools[i].Spec.Exclusive = true
		if !shared && n > 1 {
			continue
		}
		pools[i].Spec.NodeSelector = map[string]v1alpha1.LabelValue{}
		for j := range labels {
			value := v1alpha1.LabelValue("in")
			if shared && j == 0 {
				value = v1alpha1.LabelValue(pools[i].Name)
			}
			pools[i].Spec.NodeSelector[fmt.Sprintf("k%d", j)] = value
		}
	}
	return pools
}

// ordinaryPools are pools with labels that no two have in common.
func ordinaryPools(n, labels int) []v1alpha1.Pool {
	var pools []v1alpha1.Pool
	for i := range n {
		p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("p%d", i)}}
		p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{}
		for j := range labels {
			p.Spec.NodeSelector[fmt.Sprintf("p%d-k%d", i, j)] = "in"
		}
		pools = append(pools, p)
	}
	return pools
}
