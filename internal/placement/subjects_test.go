package placement

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

func among(s v1alpha1.NamespaceSubject) policyOption {
	return func(spec *v1alpha1.ClusterPlacementPolicySpec) { spec.Subject.Namespaces = &s }
}

func priority(p int32) policyOption {
	return func(s *v1alpha1.ClusterPlacementPolicySpec) { s.Priority = p }
}

func forDaemonSets(s *v1alpha1.ClusterPlacementPolicySpec) {
	s.Subject.DaemonSets = v1alpha1.DaemonSetsInclude
}

func ofApp(app v1alpha1.LabelValue) policyOption {
	return func(s *v1alpha1.ClusterPlacementPolicySpec) {
		s.Subject.PodSelector = &v1alpha1.LabelSelector{MatchLabels: map[string]v1alpha1.LabelValue{"app": app}}
	}
}

func localPolicy(namespace, name string, p int32, placement v1alpha1.Placement) v1alpha1.PlacementPolicy {
	policy := v1alpha1.PlacementPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	policy.Spec.Priority, policy.Spec.Placement = p, placement
	return policy
}

func baselineOf(name string, options ...policyOption) v1alpha1.ClusterPlacementPolicy {
	return clusterPolicyOf(name, v1alpha1.TierBaseline, options...)
}

func TestNamespaces(t *testing.T) {
	tests := map[string]struct {
		subject v1alpha1.NamespaceSubject
		in, out []Namespace
	}{
		"globs": {
			v1alpha1.NamespaceSubject{Names: []v1alpha1.NamespacePattern{"team-*", "shop-?"}},
			[]Namespace{{Name: "team-a"}, {Name: "team-"}, {Name: "shop-1"}},
			[]Namespace{{Name: "team"}, {Name: "a-team-a"}, {Name: "shop-12"}, {Name: "kube-system"}},
		},
		"exclude takes out again": {
			v1alpha1.NamespaceSubject{Names: []v1alpha1.NamespacePattern{"team-*"}, Exclude: []v1alpha1.NamespacePattern{"*-b"}},
			[]Namespace{{Name: "team-a"}},
			[]Namespace{{Name: "team-b"}},
		},
		"exclude alone": {
			v1alpha1.NamespaceSubject{Exclude: []v1alpha1.NamespacePattern{"team-*"}},
			[]Namespace{{Name: "shop"}},
			[]Namespace{{Name: "team-b"}, {Name: "kube-system"}, {Name: OwnNamespace}},
		},
		"names and selector both": {
			v1alpha1.NamespaceSubject{
				Names:    []v1alpha1.NamespacePattern{"team-*"},
				Selector: &v1alpha1.LabelSelector{MatchExpressions: []v1alpha1.LabelSelectorRequirement{{Key: "env", Operator: "In", Values: []v1alpha1.LabelValue{"prod", "qa"}}}},
			},
			[]Namespace{{"team-a", map[string]string{"env": "qa"}}},
			[]Namespace{{"team-a", map[string]string{"env": "dev"}}, {Name: "team-a"}, {"shop", map[string]string{"env": "qa"}}},
		},
		"kube-system only by its full name": {
			v1alpha1.NamespaceSubject{Names: []v1alpha1.NamespacePattern{"kube-system", "*"}},
			[]Namespace{{Name: "kube-system"}, {Name: "shop"}},
			[]Namespace{{Name: OwnNamespace}},
		},
		"Stowage's own namespace likewise": {
			v1alpha1.NamespaceSubject{Names: []v1alpha1.NamespacePattern{OwnNamespace}},
			[]Namespace{{Name: OwnNamespace}},
			[]Namespace{{Name: "kube-system"}, {Name: "shop"}},
		},
		"not by its labels alone": {
			v1alpha1.NamespaceSubject{Selector: &v1alpha1.LabelSelector{MatchLabels: map[string]v1alpha1.LabelValue{"env": "prod"}}},
			[]Namespace{{"shop", map[string]string{"env": "prod"}}},
			[]Namespace{{"kube-system", map[string]string{"env": "prod"}}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := NewCompiler([]v1alpha1.Pool{aPool("web", false, "kind", "web")}, []v1alpha1.ClusterPlacementPolicy{baselineOf("p", on("web"), among(tt.subject))}, nil)
			for _, ns := range tt.in {
				if spec := c.Compile(ns); len(spec.Rules) != 1 || spec.Exempt {
					t.Errorf("namespace %v is out: %+v", ns, spec)
				}
			}
			for _, ns := range tt.out {
				spec := c.Compile(ns)
				if len(spec.Rules) != 0 {
					t.Errorf("namespace %v is in: %+v", ns, spec)
				}
				if spec.Exempt != (ns.Name == "kube-system" || ns.Name == OwnNamespace) {
					t.Errorf("namespace %v: exempt = %v", ns, spec.Exempt)
				}
			}
		})
	}
}

// TestWhoDecides names, for each case, the policy that decides, or why none does.
func TestWhoDecides(t *testing.T) {
	vault := aPool("vault", true, "kind", "vault")
	pools := []v1alpha1.Pool{aPool("web", false, "kind", "web"), aPool("batch", false, "kind", "batch"), vault}
	open := vault
	open.Spec.DaemonSetNamespaces = []v1alpha1.NamespacePattern{"shop"}
	onVault := Spec{NodeSelector: map[string]string{"kind": "vault"}}
	type policies = []v1alpha1.ClusterPlacementPolicy
	tests := map[string]struct {
		namespace string // "shop" if empty
		pools     []v1alpha1.Pool
		cluster   policies
		local     []v1alpha1.PlacementPolicy
		subject   Subject
		outcome   Outcome
		by        string // object that decided
		skip      Skip
		denial    []string // parts of the message
	}{
		"the highest priority": {
			cluster: policies{baselineOf("a", on("web"), priority(1)), baselineOf("b", on("batch"), priority(2))},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/b",
		},
		"the first by name among equals": {
			cluster: policies{baselineOf("b", on("web")), baselineOf("a", on("batch"))},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/a",
		},
		"one whose podSelector matches": {
			cluster: policies{baselineOf("a", on("web"), priority(2), ofApp("y")), baselineOf("b", on("batch"))},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/b",
		},
		"a namespaced policy before a cluster-wide default": {
			cluster: policies{baselineOf("a", on("web"), priority(9))},
			local:   []v1alpha1.PlacementPolicy{localPolicy("shop", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"batch"}})},
			outcome: OutcomePlaced, by: "PlacementPolicy/l",
		},
		"the highest priority among the namespace's own": {
			local: []v1alpha1.PlacementPolicy{
				localPolicy("shop", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"batch"}}),
				localPolicy("shop", "m", 1, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"web"}}),
			},
			outcome: OutcomePlaced, by: "PlacementPolicy/m",
		},
		"not a policy of another namespace": {
			local:   []v1alpha1.PlacementPolicy{localPolicy("other", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"batch"}})},
			outcome: OutcomeUncovered,
		},
		"an Admin policy before all": {
			cluster: policies{clusterPolicyOf("a", v1alpha1.TierAdmin, on("web"), priority(-9)), baselineOf("b", on("batch"))},
			local:   []v1alpha1.PlacementPolicy{localPolicy("shop", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"batch"}})},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/a",
		},
		"not a policy whose pools nobody declares": {
			cluster: policies{baselineOf("a", on("nowhere"), priority(9)), baselineOf("b", on("batch"))},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/b",
		},
		"a namespaced policy grants no exclusive pool": {
			local:   []v1alpha1.PlacementPolicy{localPolicy("shop", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"vault"}})},
			outcome: OutcomeUncovered,
		},
		"nor does it help a pod that asks for one": {
			local:   []v1alpha1.PlacementPolicy{localPolicy("shop", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"vault"}})},
			subject: Subject{Spec: onVault},
			outcome: OutcomeDenied, by: "Pool/vault", denial: []string{`pool "vault"`, `namespace "shop"`, "kind = vault", "nodeSelector[kind]", "ClusterPlacementPolicy"},
		},
		"it chooses among those granted": {
			cluster: policies{baselineOf("a", on("web"), priority(1)), baselineOf("b", on("vault"))},
			local:   []v1alpha1.PlacementPolicy{localPolicy("shop", "l", 0, v1alpha1.Placement{Pools: []v1alpha1.PoolName{"vault"}})},
			outcome: OutcomePlaced, by: "PlacementPolicy/l",
		},
		"a grant is for the pods of its subject": {
			cluster: policies{baselineOf("a", on("vault"), ofApp("y"))},
			subject: Subject{Spec: onVault},
			outcome: OutcomeDenied, by: "Pool/vault", denial: []string{`pool "vault"`, "kind = vault"},
		},
		"an Admin policy refuses": {
			cluster: policies{clusterPolicyOf("a", v1alpha1.TierAdmin, off("web"))},
			subject: Subject{Spec: Spec{NodeSelector: map[string]string{"kind": "web"}}},
			outcome: OutcomeDenied, by: "ClusterPlacementPolicy/a", denial: []string{"ClusterPlacementPolicy/a", `off pool "web"`, "kind = web", "nodeSelector[kind]"},
		},
		"an exclusive pool is closed to what an overriding Admin policy leaves": {
			cluster: policies{clusterPolicyOf("a", v1alpha1.TierAdmin, off("disks"), overriding)},
			pools:   append(slices.Clone(pools), aPool("disks", false, "disk", "ssd")),
			subject: Subject{Spec: Spec{NodeSelector: map[string]string{"kind": "vault", "disk": "ssd"}}},
			outcome: OutcomeDenied, by: "Pool/vault", denial: []string{`pool "vault"`, "kind = vault"},
		},
		"a template of a DaemonSet is left alone": {
			pools: pools[:2], cluster: policies{baselineOf("a", on("web"))}, subject: Subject{DaemonSet: true},
			outcome: OutcomeSkipped, skip: SkipDaemonSet,
		},
		"unless it is included": {
			pools: pools[:2], cluster: policies{baselineOf("a", on("web"), priority(1)), baselineOf("b", on("batch"), forDaemonSets)}, subject: Subject{DaemonSet: true},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/b",
		},
		"or kept off an exclusive pool": {
			subject: Subject{DaemonSet: true}, outcome: OutcomeUncovered,
		},
		"which can be open to DaemonSets of its namespace": {
			pools: []v1alpha1.Pool{open}, subject: Subject{DaemonSet: true, Spec: onVault},
			outcome: OutcomeSkipped, skip: SkipDaemonSet,
		},
		"and is open where a cluster policy places pods on it": {
			cluster: policies{baselineOf("a", on("vault"), ofApp("y"))}, subject: Subject{DaemonSet: true, Spec: onVault},
			outcome: OutcomeSkipped, skip: SkipDaemonSet,
		},
		"a DaemonSet of elsewhere that asks for it": {
			pools: []v1alpha1.Pool{open}, namespace: "other", subject: Subject{DaemonSet: true, Spec: onVault},
			outcome: OutcomeDenied, by: "Pool/vault", denial: []string{`pool "vault"`},
		},
		"kube-system is exempt": {
			namespace: "kube-system", cluster: policies{baselineOf("a", on("web"))}, subject: Subject{Spec: onVault},
			outcome: OutcomeSkipped, skip: SkipExemptNamespace,
		},
		"unless it is named": {
			namespace: "kube-system", cluster: policies{baselineOf("a", on("web"), in("kube-system"))},
			outcome: OutcomePlaced, by: "ClusterPlacementPolicy/a",
		},
		"and its pods may stay on exclusive pools then": {
			namespace: "kube-system", cluster: policies{baselineOf("a", on("web"), in("kube-system"))}, subject: Subject{Spec: onVault},
			outcome: OutcomePlaced,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if tt.namespace == "" {
				tt.namespace = "shop"
			}
			if tt.pools == nil {
				tt.pools = pools
			}
			spec := NewCompiler(tt.pools, tt.cluster, tt.local).Compile(Namespace{Name: tt.namespace})
			rules, err := NewRules(tt.namespace, spec)
			if err != nil {
				t.Fatal(err)
			}
			tt.subject.Object, tt.subject.Labels = "Deployment/x", map[string]string{"app": "x"}
			got := rules.Decide(tt.subject)
			if got.Outcome != tt.outcome || got.DecidedBy.Object != tt.by || got.Skip != tt.skip {
				t.Errorf("%s by %q, skip %q; want %s by %q, skip %q\n%s", got.Outcome, got.DecidedBy.Object, got.Skip, tt.outcome, tt.by, tt.skip, got.Denial)
			}
			for _, part := range tt.denial {
				if !strings.Contains(got.Denial, part) {
					t.Errorf("denial lacks %q: %s", part, got.Denial)
				}
			}
			if untouched := tt.outcome == OutcomeSkipped || tt.outcome == OutcomeDenied; untouched && (len(got.Ops) > 0 || !cmp.Equal(got.Spec, tt.subject.Spec)) {
				t.Errorf("%s, but writes %v: %+v", got.Outcome, got.Ops, got.Spec)
			}
		})
	}
}

// TestSkipsWriteNothing: what the caller says is not to be touched is not, and
// its own word is still listed.
func TestSkipsWriteNothing(t *testing.T) {
	pools := []v1alpha1.Pool{aPool("web", false, "kind", "web"), aPool("vault", true, "kind", "vault")}
	policies := []v1alpha1.ClusterPlacementPolicy{clusterPolicyOf("a", v1alpha1.TierAdmin, on("web"))}
	own := Spec{NodeSelector: map[string]string{"kind": "vault"}, Tolerations: []corev1.Toleration{{Operator: "Exists"}}}
	for _, skip := range []Skip{SkipMirrorPod, SkipDaemonSetPod, SkipRunning, SkipOwned, SkipExistingJob} {
		t.Run(string(skip), func(t *testing.T) {
			got := decideIn(t, "shop", pools, policies, Subject{Object: "Pod/x", Skip: skip, Spec: own})
			if got.Outcome != OutcomeSkipped || got.Skip != skip || len(got.Ops) > 0 || got.Denial != "" {
				t.Errorf("%s (%s), %v, %q", got.Outcome, got.Skip, got.Ops, got.Denial)
			}
			if diff := cmp.Diff(own, got.Spec); diff != "" {
				t.Errorf("spec has changed:\n%s", diff)
			}
			fields := []string{}
			for _, c := range got.Constraints {
				fields = append(fields, c.Field)
			}
			if !slices.Equal(fields, []string{"nodeSelector[kind]", "tolerations[0]"}) {
				t.Errorf("constraints on %v", fields)
			}
		})
	}
}
