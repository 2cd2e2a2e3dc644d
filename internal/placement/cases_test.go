package placement

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// named is a term on the name of node n1.
func named(op corev1.NodeSelectorOperator) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchFields: []corev1.NodeSelectorRequirement{req("metadata.name", op, "n1")}}
}

func wishes(terms ...corev1.PreferredSchedulingTerm) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{PreferredDuringSchedulingIgnoredDuringExecution: terms}}
}

func wish(weight int32, reqs ...corev1.NodeSelectorRequirement) corev1.PreferredSchedulingTerm {
	return corev1.PreferredSchedulingTerm{Weight: weight, Preference: term(reqs...)}
}

// TestWhatIsWritten goes through the awkward shapes of pools and pods, one policy
// each.
func TestWhatIsWritten(t *testing.T) {
	gpu := withTaint(aPool("gpu", false, "kind", "gpu", "site", "east"), "gpu", "yes", corev1.TaintEffectNoSchedule)
	web := aPool("web", false, "kind", "web")
	batch := withTaint(aPool("batch", false, "kind", "batch"), "batch", "", corev1.TaintEffectNoExecute)
	big := withTaint(aPool("big", false, "kind", "batch", "size", "big"), "big", "", corev1.TaintEffectNoSchedule)
	pools := []v1alpha1.Pool{gpu, web, batch, big}
	tolerateBatch := corev1.Toleration{Key: "batch", Operator: "Equal", Effect: "NoExecute"}
	tolerateBig := corev1.Toleration{Key: "big", Operator: "Equal", Effect: "NoSchedule"}
	tolerateGPU := corev1.Toleration{Key: "gpu", Operator: "Equal", Value: "yes", Effect: "NoSchedule"}
	eastGPU := map[string]string{"kind": "gpu", "site": "east"}
	tests := map[string]struct {
		tier   v1alpha1.Tier
		policy []policyOption
		own    Spec
		want   Spec
		said   Said
	}{
		"a pool of two labels is avoided by either of them": {
			policy: []policyOption{off("gpu")},
			want:   Spec{Affinity: required(term(req("kind", "NotIn", "gpu")), term(req("site", "NotIn", "east")))},
			said:   SaidApplied,
		},
		"avoiding goes into every term, a dead one stays": {
			policy: []policyOption{off("gpu")},
			own: Spec{Affinity: required(
				term(req("zone", "In", "a")), term(), term(req("site", "In", "east")), term(req("kind", "In", "web")), term(req("zone", "Like", "b")),
			)},
			want: Spec{Affinity: required(
				term(req("zone", "In", "a"), req("kind", "NotIn", "gpu")), term(req("zone", "In", "a"), req("site", "NotIn", "east")),
				term(), term(req("site", "In", "east"), req("kind", "NotIn", "gpu")), term(req("kind", "In", "web")), term(req("zone", "Like", "b")),
			)},
			said: SaidApplied,
		},
		"a term that asks for the pool to avoid matches nothing any more": {
			policy: []policyOption{off("web")},
			own:    Spec{Affinity: required(term(req("zone", "In", "a")), term(req("kind", "In", "web")))},
			want:   Spec{Affinity: required(term(req("zone", "In", "a"), req("kind", "NotIn", "web")), term(req("kind", "In", "web"), req("kind", "NotIn", "web")))},
			said:   SaidApplied,
		},
		"avoiding what the pod avoids already": {
			policy: []policyOption{off("gpu")},
			own:    Spec{NodeSelector: map[string]string{"site": "west"}},
			want:   Spec{NodeSelector: map[string]string{"site": "west"}},
			said:   SaidSatisfied,
		},
		"avoiding the pool the pod asks for yields": {
			policy: []policyOption{off("gpu")},
			own:    Spec{NodeSelector: eastGPU, Tolerations: []corev1.Toleration{tolerateGPU}},
			want:   Spec{NodeSelector: eastGPU, Tolerations: []corev1.Toleration{tolerateGPU}},
			said:   SaidYielded,
		},
		"avoiding all but a pool whose taints the pod does not tolerate yields": {
			policy: []policyOption{off("web")},
			own:    Spec{Affinity: required(term(req("kind", "In", "web", "batch")))},
			want:   Spec{Affinity: required(term(req("kind", "In", "web", "batch")))},
			said:   SaidYielded,
		},
		"avoiding all but a pool whose taints the pod tolerates": {
			policy: []policyOption{off("web")},
			own:    Spec{Affinity: required(term(req("kind", "In", "web", "batch"))), Tolerations: []corev1.Toleration{tolerateBatch}},
			want:   Spec{Affinity: required(term(req("kind", "In", "web", "batch"), req("kind", "NotIn", "web"))), Tolerations: []corev1.Toleration{tolerateBatch}},
			said:   SaidApplied,
		},
		"a pool to avoid if possible": {
			policy: []policyOption{off("gpu"), preferred},
			want:   Spec{Affinity: wishes(wish(100, req("kind", "NotIn", "gpu")), wish(100, req("site", "NotIn", "east")))},
			said:   SaidApplied,
		},
		"an empty term stays empty": {
			policy: []policyOption{on("web")},
			own:    Spec{Affinity: required(term(), term(req("zone", "In", "a")))},
			want:   Spec{NodeSelector: map[string]string{"kind": "web"}, Affinity: required(term(), term(req("zone", "In", "a")))},
			said:   SaidApplied,
		},
		"an empty term alone allows no node, and stays": {
			policy: []policyOption{on("web", "batch")},
			own:    Spec{Affinity: required(term())},
			want:   Spec{Affinity: required(term())},
			said:   SaidYielded,
		},
		"several pools leave dead terms alone": {
			policy: []policyOption{on("web", "batch")},
			own:    Spec{Affinity: required(term(), term(req("zone", "Like", "a")), term(req("kind", "In", "web")))},
			want:   Spec{Affinity: required(term(), term(req("zone", "Like", "a")), term(req("kind", "In", "web")))},
			said:   SaidSatisfied,
		},
		"several pools wished for, with falling weights and all tolerations": {
			policy: []policyOption{on("web", "batch", "gpu"), preferred},
			want: Spec{
				Affinity: wishes(
					wish(100, req("kind", "In", "web")), wish(66, req("kind", "In", "batch")), wish(33, req("kind", "In", "gpu"), req("site", "In", "east")),
				),
				Tolerations: []corev1.Toleration{tolerateBatch, tolerateGPU},
			},
			said: SaidApplied,
		},
		"a wish is not made where the pod has the label": {
			policy: []policyOption{on("web"), preferred},
			own:    Spec{NodeSelector: map[string]string{"kind": "web"}},
			want:   Spec{NodeSelector: map[string]string{"kind": "web"}},
			said:   SaidSatisfied,
		},
		"a pool inside another takes the taints of both": {
			policy: []policyOption{on("big")},
			want: Spec{
				NodeSelector: map[string]string{"kind": "batch", "size": "big"},
				Tolerations:  []corev1.Toleration{tolerateBatch, tolerateBig},
			},
			said: SaidApplied,
		},
		"a pool around another takes its own taints only": {
			policy: []policyOption{on("batch")},
			want:   Spec{NodeSelector: map[string]string{"kind": "batch"}, Tolerations: []corev1.Toleration{tolerateBatch}},
			said:   SaidApplied,
		},
		"the pod's own toleration serves": {
			policy: []policyOption{on("batch")},
			own:    Spec{Tolerations: []corev1.Toleration{{Operator: "Exists"}}},
			want:   Spec{NodeSelector: map[string]string{"kind": "batch"}, Tolerations: []corev1.Toleration{{Operator: "Exists"}}},
			said:   SaidApplied,
		},
		"numbers that leave only the pool's value": {
			policy: []policyOption{on("web")},
			own:    Spec{Affinity: required(term(req("cores", "Gt", "3"), req("cores", "Lt", "5")))},
			want:   Spec{NodeSelector: map[string]string{"kind": "web"}, Affinity: required(term(req("cores", "Gt", "3"), req("cores", "Lt", "5")))},
			said:   SaidApplied,
		},
		"a label compared with a number is no word": {
			policy: []policyOption{on("web")},
			own:    Spec{Affinity: required(term(req("kind", "Gt", "3")))},
			want:   Spec{Affinity: required(term(req("kind", "Gt", "3")))},
			said:   SaidYielded,
		},
		"a pod with a nodeName": {
			policy: []policyOption{on("web")},
			own:    Spec{NodeName: "n1"}, want: Spec{NodeName: "n1"}, said: SaidYielded,
		},
		"a pod with a hostname": {
			policy: []policyOption{on("web")},
			own:    Spec{NodeSelector: map[string]string{corev1.LabelHostname: "n1"}},
			want:   Spec{NodeSelector: map[string]string{corev1.LabelHostname: "n1"}}, said: SaidYielded,
		},
		"a pod on nodes by their names": {
			policy: []policyOption{on("web")},
			own:    Spec{Affinity: required(named("In"), term(req(corev1.LabelHostname, "In", "n2")))},
			want:   Spec{Affinity: required(named("In"), term(req(corev1.LabelHostname, "In", "n2")))}, said: SaidYielded,
		},
		"a pod off a node by its name is no pin": {
			policy: []policyOption{on("web")},
			own:    Spec{Affinity: required(named("NotIn"))},
			want:   Spec{NodeSelector: map[string]string{"kind": "web"}, Affinity: required(named("NotIn"))}, said: SaidApplied,
		},
		"overriding replaces each label of the pool, and keeps the rest": {
			tier: v1alpha1.TierAdmin, policy: []policyOption{on("gpu"), overriding},
			own: Spec{
				NodeSelector: map[string]string{"kind": "web", "zone": "a"},
				Affinity:     required(term(req("site", "NotIn", "east"), req("cores", "Gt", "3")), term(req("kind", "In", "batch"), req("disk", "Exists"))),
			},
			want: Spec{
				NodeSelector: map[string]string{"kind": "gpu", "site": "east", "zone": "a"},
				Affinity:     required(term(req("cores", "Gt", "3")), term(req("disk", "Exists"))),
				Tolerations:  []corev1.Toleration{tolerateGPU},
			},
			said: SaidOverrode,
		},
		"overriding all of a term opens the choice": {
			tier: v1alpha1.TierAdmin, policy: []policyOption{on("web"), overriding},
			own:  Spec{Affinity: required(term(req("kind", "In", "gpu"), req("cores", "Gt", "3")), term(req("kind", "In", "batch")))},
			want: Spec{NodeSelector: map[string]string{"kind": "web"}, Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{}}},
			said: SaidOverrode,
		},
		"overriding with a pool to avoid": {
			tier: v1alpha1.TierAdmin, policy: []policyOption{off("gpu"), overriding},
			own:  Spec{NodeSelector: map[string]string{"kind": "gpu", "site": "east", "zone": "a"}},
			want: Spec{NodeSelector: map[string]string{"zone": "a"}, Affinity: required(term(req("kind", "NotIn", "gpu")), term(req("site", "NotIn", "east")))},
			said: SaidOverrode,
		},
		"a wish overrides nothing": {
			tier: v1alpha1.TierAdmin, policy: []policyOption{on("gpu"), preferred, overriding},
			own:  Spec{NodeSelector: map[string]string{"kind": "web"}},
			want: Spec{NodeSelector: map[string]string{"kind": "web"}},
			said: SaidYielded,
		},
		"a wish denies nothing": {
			tier: v1alpha1.TierAdmin, policy: []policyOption{on("gpu"), preferred},
			own:  Spec{NodeSelector: map[string]string{"kind": "web"}},
			want: Spec{NodeSelector: map[string]string{"kind": "web"}},
			said: SaidYielded,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tier := tt.tier
			if tier == "" {
				tier = v1alpha1.TierBaseline
			}
			policies := []v1alpha1.ClusterPlacementPolicy{clusterPolicyOf("policy", tier, tt.policy...)}
			got := decideIn(t, "shop", pools, policies, Subject{Object: "Deployment/x", Spec: tt.own})
			if diff := cmp.Diff(tt.want, got.Spec); diff != "" {
				t.Errorf("Spec (-want +got):\n%s", diff)
			}
			if said := got.Layer(v1alpha1.Layer(tier)).Said; said != tt.said {
				t.Errorf("layer %s says %s, want %s", tier, said, tt.said)
			}
		})
	}
}

// TestTooManyTerms: what would take more terms than a pod should carry is left
// undone, whole, by a default; an Admin policy and exclusive pools refuse the pod.
func TestTooManyTerms(t *testing.T) {
	var pools []v1alpha1.Pool
	var names []v1alpha1.PoolName
	for i := range 5 {
		name := fmt.Sprintf("p%d", i)
		pools = append(pools, aPool(name, false, "a"+name, "1", "b"+name, "1"))
		names = append(names, v1alpha1.PoolName(name))
	}
	var terms []corev1.NodeSelectorTerm
	for i := range maxTerms/(1<<len(pools)) + 1 {
		terms = append(terms, term(req("zone", "In", fmt.Sprint(i))))
	}
	own := Spec{Affinity: required(terms...)}
	subject := Subject{Object: "Deployment/x", Spec: own}

	fewer := subject
	fewer.Spec = Spec{Affinity: required(terms[1:]...)}
	policy := clusterPolicyOf("policy", v1alpha1.TierBaseline, off(names...))
	got := decideIn(t, "shop", pools, []v1alpha1.ClusterPlacementPolicy{policy}, fewer)
	if n := len(nodeAffinity(got.Spec.Affinity).RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms); n != maxTerms {
		t.Errorf("avoiding five pools of two labels makes %d terms of %d, want %d", n, len(terms)-1, maxTerms)
	}

	got = decideIn(t, "shop", pools, []v1alpha1.ClusterPlacementPolicy{policy}, subject)
	if l := got.Layer(v1alpha1.LayerBaseline); l.Said != SaidYielded || !strings.Contains(l.Detail, "more node selector terms") || len(got.Ops) > 0 {
		t.Errorf("a default says %s (%s) and writes %v", l.Said, l.Detail, got.Ops)
	}

	policy.Spec.Tier = v1alpha1.TierAdmin
	got = decideIn(t, "shop", pools, []v1alpha1.ClusterPlacementPolicy{policy}, subject)
	if got.Outcome != OutcomeDenied || len(got.Ops) > 0 || !strings.Contains(got.Denial, "more node selector terms") {
		t.Errorf("an Admin policy: %s, %v, %q", got.Outcome, got.Ops, got.Denial)
	}

	for i := range pools {
		pools[i].Spec.Exclusive = true
	}
	web := clusterPolicyOf("web", v1alpha1.TierBaseline, on("web"))
	got = decideIn(t, "shop", append(pools, aPool("web", false, "kind", "web")), []v1alpha1.ClusterPlacementPolicy{web}, subject)
	if got.Outcome != OutcomeDenied || len(got.Ops) > 0 || !strings.Contains(got.Denial, "more node selector terms") {
		t.Errorf("exclusive pools: %s, %v, %q", got.Outcome, got.Ops, got.Denial)
	}
	if diff := cmp.Diff(own, got.Spec); diff != "" {
		t.Errorf("a refused pod is changed:\n%s", diff)
	}
}
