package placement

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

func aPool(name string, exclusive bool, labels ...string) v1alpha1.Pool {
	p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.Exclusive = exclusive
	p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{}
	for i := 0; i < len(labels); i += 2 {
		p.Spec.NodeSelector[labels[i]] = v1alpha1.LabelValue(labels[i+1])
	}
	return p
}

func withTaint(p v1alpha1.Pool, key, value string, effect corev1.TaintEffect) v1alpha1.Pool {
	p.Spec.Taints = append(p.Spec.Taints, v1alpha1.Taint{Key: key, Value: value, Effect: effect})
	return p
}

type policyOption func(*v1alpha1.ClusterPlacementPolicySpec)

func clusterPolicyOf(name string, tier v1alpha1.Tier, options ...policyOption) v1alpha1.ClusterPlacementPolicy {
	p := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: name}}
	p.Spec.Tier = tier
	for _, o := range options {
		o(&p.Spec)
	}
	return p
}

func on(pools ...v1alpha1.PoolName) policyOption {
	return func(s *v1alpha1.ClusterPlacementPolicySpec) { s.Placement.Pools = pools }
}

func off(pools ...v1alpha1.PoolName) policyOption {
	return func(s *v1alpha1.ClusterPlacementPolicySpec) { s.Placement.AvoidPools = pools }
}

func in(names ...v1alpha1.NamespacePattern) policyOption {
	return func(s *v1alpha1.ClusterPlacementPolicySpec) {
		s.Subject.Namespaces = &v1alpha1.NamespaceSubject{Names: names}
	}
}

func preferred(s *v1alpha1.ClusterPlacementPolicySpec) {
	s.Placement.Strength = v1alpha1.StrengthPreferred
}

func overriding(s *v1alpha1.ClusterPlacementPolicySpec) { s.OnConflict = v1alpha1.OnConflictOverride }

func decideIn(t *testing.T, ns string, pools []v1alpha1.Pool, policies []v1alpha1.ClusterPlacementPolicy, s Subject) Decision {
	t.Helper()
	rules, err := NewRules(ns, NewCompiler(pools, policies, nil).Compile(Namespace{Name: ns}))
	if err != nil {
		t.Fatal(err)
	}
	return rules.Decide(s)
}

func required(terms ...corev1.NodeSelectorTerm) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
	}}
}

func term(reqs ...corev1.NodeSelectorRequirement) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: reqs}
}

func req(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: op, Values: values}
}

func TestDecide(t *testing.T) {
	platform := aPool("platform", true, "otomi", "otomi-sys")
	team := aPool("team", false, "pool", "team")
	db := withTaint(aPool("database", true, "pool", "db"), "dedicated", "database", corev1.TaintEffectNoSchedule)
	pools := []v1alpha1.Pool{platform, team, db}
	baseline := clusterPolicyOf("platform", v1alpha1.TierBaseline, on("platform"), in("argocd", "monitoring"))
	dbPolicy := clusterPolicyOf("db", v1alpha1.TierBaseline, on("database"), in("db"))
	both := clusterPolicyOf("both", v1alpha1.TierBaseline, on("platform", "team"), in("argocd"))
	wish := clusterPolicyOf("wish", v1alpha1.TierBaseline, on("team"), in("argocd"), preferred)
	admin := clusterPolicyOf("admin", v1alpha1.TierAdmin, on("platform"), in("argocd"))
	strong := clusterPolicyOf("strong", v1alpha1.TierAdmin, on("platform"), in("argocd"), overriding)
	avoid := clusterPolicyOf("avoid", v1alpha1.TierBaseline, off("team"), in("argocd"))

	tests := map[string]struct {
		ns       string
		policies []v1alpha1.ClusterPlacementPolicy
		spec     Spec
		want     Decision // Outcome, Pools, DecidedBy.Layer, Spec
	}{
		"one pool goes into the nodeSelector, other exclusive pools are kept off": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{baseline},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"platform"}, DecidedBy: Source{Layer: v1alpha1.LayerBaseline},
				Spec: Spec{
					NodeSelector: map[string]string{"otomi": "otomi-sys"},
					Affinity:     required(term(req("pool", "NotIn", "db"))),
				},
			},
		},
		"a tainted pool brings its toleration": {
			ns: "db", policies: []v1alpha1.ClusterPlacementPolicy{dbPolicy},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"database"}, DecidedBy: Source{Layer: v1alpha1.LayerBaseline},
				Spec: Spec{
					NodeSelector: map[string]string{"pool": "db"},
					Affinity:     required(term(req("otomi", "NotIn", "otomi-sys"))),
					Tolerations:  []corev1.Toleration{{Key: "dedicated", Operator: "Equal", Value: "database", Effect: "NoSchedule"}},
				},
			},
		},
		"a default yields to the pod's own pool": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{baseline},
			spec: Spec{NodeSelector: map[string]string{"pool": "team"}},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"team"}, DecidedBy: Source{Layer: v1alpha1.LayerOwnWord},
				Spec: Spec{NodeSelector: map[string]string{"pool": "team"}},
			},
		},
		"a team pod that asks for an exclusive pool is refused": {
			ns: "team-a", policies: []v1alpha1.ClusterPlacementPolicy{baseline},
			spec: Spec{NodeSelector: map[string]string{"otomi": "otomi-sys"}},
			want: Decision{
				Outcome: OutcomeDenied, DecidedBy: Source{Layer: v1alpha1.LayerExclusive},
				Spec: Spec{NodeSelector: map[string]string{"otomi": "otomi-sys"}},
			},
		},
		"a grant need not decide": {
			ns:       "argocd",
			policies: []v1alpha1.ClusterPlacementPolicy{baseline, clusterPolicyOf("grant", v1alpha1.TierBaseline, on("database"), func(s *v1alpha1.ClusterPlacementPolicySpec) { s.Priority = -1 })},
			spec:     Spec{NodeSelector: map[string]string{"pool": "db"}},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"database"}, DecidedBy: Source{Layer: v1alpha1.LayerOwnWord},
				Spec: Spec{NodeSelector: map[string]string{"pool": "db"}},
			},
		},
		"several pools multiply into every term": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{both},
			spec: Spec{Affinity: required(term(req("zone", "In", "a")), term(req("zone", "In", "b"), req("pool", "In", "team")))},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"platform", "team"}, DecidedBy: Source{Layer: v1alpha1.LayerBaseline},
				Spec: Spec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
					RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
						term(req("zone", "In", "a"), req("otomi", "In", "otomi-sys"), req("pool", "NotIn", "db")),
						term(req("zone", "In", "a"), req("pool", "In", "team")),
						term(req("zone", "In", "b"), req("pool", "In", "team")),
					}},
					PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{
						{Weight: 100, Preference: term(req("otomi", "In", "otomi-sys"))},
						{Weight: 50, Preference: term(req("pool", "In", "team"))},
					},
				}}},
			},
		},
		"a preference writes no condition": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{wish, clusterPolicyOf("grant", v1alpha1.TierBaseline, on("database", "platform"), func(s *v1alpha1.ClusterPlacementPolicySpec) { s.Priority = -1 })},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"team"}, DecidedBy: Source{Layer: v1alpha1.LayerBaseline},
				Spec: Spec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
					PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{
						{Weight: 100, Preference: term(req("pool", "In", "team"))},
					},
				}}},
			},
		},
		"an Admin policy refuses a contradicting pod": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{admin},
			spec: Spec{NodeSelector: map[string]string{"pool": "team"}},
			want: Decision{
				Outcome: OutcomeDenied, DecidedBy: Source{Layer: v1alpha1.LayerAdmin},
				Spec: Spec{NodeSelector: map[string]string{"pool": "team"}},
			},
		},
		"an overriding Admin policy replaces the contradicting keys": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{strong},
			spec: Spec{NodeSelector: map[string]string{"pool": "team", "zone": "a"}, Affinity: required(term(req("pool", "In", "team")))},
			want: Decision{
				Outcome: OutcomePlaced, Pools: []string{"platform"}, DecidedBy: Source{Layer: v1alpha1.LayerAdmin},
				Spec: Spec{
					NodeSelector: map[string]string{"otomi": "otomi-sys", "zone": "a"},
					Affinity:     required(term(req("pool", "NotIn", "db"))),
				},
			},
		},
		"a pool to avoid leaves every other node": {
			ns: "argocd", policies: []v1alpha1.ClusterPlacementPolicy{avoid, baseline},
			spec: Spec{},
			want: Decision{
				Outcome: OutcomePlaced, DecidedBy: Source{Layer: v1alpha1.LayerBaseline},
				Spec: Spec{Affinity: required(term(req("pool", "NotIn", "team"), req("pool", "NotIn", "db")))},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			s := Subject{Object: "Deployment/x", Path: "spec.template.spec", Spec: tt.spec}
			got := decideIn(t, tt.ns, pools, tt.policies, s)
			trimmed := Decision{Outcome: got.Outcome, DecidedBy: Source{Layer: got.DecidedBy.Layer}, Spec: got.Spec}
			if len(got.Pools) > 0 {
				trimmed.Pools = got.Pools
			}
			if diff := cmp.Diff(tt.want, trimmed); diff != "" {
				t.Errorf("Decide (-want +got):\n%s\n%s", diff, got.Denial)
			}
			s.Spec = got.Spec
			if again := decideIn(t, tt.ns, pools, tt.policies, s); len(again.Ops) > 0 {
				t.Errorf("deciding again writes %v", again.Ops)
			}
		})
	}
}
