package resource_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/resource"
)

// kindOf is a kind with the points, each written "path type form within".
func kindOf(tb testing.TB, points ...string) *profile.Kind {
	tb.Helper()
	p := v1alpha1.PlacementProfile{ObjectMeta: metav1.ObjectMeta{Name: "queues.example.com"}}
	for _, text := range points {
		words := append(strings.Fields(text), "", "")
		p.Spec.Points = append(p.Spec.Points, v1alpha1.PlacementPoint{
			Path: words[0], Type: v1alpha1.PointType(words[1]), Form: strings.Trim(words[2], "-"), Within: words[3],
		})
	}
	kind := profile.NewCatalogue(nil, []v1alpha1.PlacementProfile{p}, nil).Kind("example.com", "v1", "Queue")
	if kind == nil {
		tb.Fatal("the kind is not known")
	}
	return kind
}

// policies are a tainted pool fast, a pool slow, an exclusive pool own, and a
// policy of the tier.
func rulesOf(tb testing.TB, policy v1alpha1.ClusterPlacementPolicySpec) *resource.Rules {
	tb.Helper()
	pool := func(name string) v1alpha1.Pool {
		p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: name}}
		p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{"pool": v1alpha1.LabelValue(name)}
		return p
	}
	pools := []v1alpha1.Pool{pool("fast"), pool("slow"), pool("own")}
	pools[0].Spec.Taints = []v1alpha1.Taint{{Key: "dedicated", Value: "fast", Effect: corev1.TaintEffectNoSchedule}}
	pools[2].Spec.NodeSelector = map[string]v1alpha1.LabelValue{"team": "own"}
	pools[2].Spec.Exclusive = true
	cluster := []v1alpha1.ClusterPlacementPolicy{{ObjectMeta: metav1.ObjectMeta{Name: "all"}, Spec: policy}}
	rules, err := resource.NewRules(placement.NewCompiler(pools, cluster, nil), placement.Namespace{Name: "shop"})
	if err != nil {
		tb.Fatal(err)
	}
	return rules
}

func baseline(pools ...v1alpha1.PoolName) v1alpha1.ClusterPlacementPolicySpec {
	return v1alpha1.ClusterPlacementPolicySpec{Tier: v1alpha1.TierBaseline, Placement: v1alpha1.Placement{Pools: pools}}
}

func parse(tb testing.TB, text string) map[string]any {
	tb.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(text), &object); err != nil {
		tb.Fatal(err)
	}
	return object
}

// decide decides on the object, and once more on the result, which must change
// nothing.
func decide(tb testing.TB, rules *resource.Rules, kind *profile.Kind, object map[string]any) (resource.Result, map[string]any) {
	tb.Helper()
	before := patch.Clone(object)
	result := rules.Decide(object, resource.Units(kind, object, "Queue/q"))
	if !reflect.DeepEqual(before, any(object)) {
		tb.Fatalf("the object is changed: %v", cmp.Diff(before, any(object)))
	}
	after, err := patch.Apply(object, result.Ops)
	if err != nil {
		tb.Fatalf("applying %v: %v", result.Ops, err)
	}
	written := after.(map[string]any)
	if again := rules.Decide(written, resource.Units(kind, written, "Queue/q")); len(again.Ops) > 0 {
		tb.Fatalf("deciding about the result\n%v\nwrites %v", written, again.Ops)
	}
	return result, written
}

const toleration = `[{key: dedicated, operator: Equal, value: fast, effect: NoSchedule}]`

func TestForms(t *testing.T) {
	tolerations := "spec.tolerations tolerations"
	for name, c := range map[string]struct {
		points       []string
		before, want string
		left         string
	}{
		"map":                 {[]string{"spec.nodeSelector nodeSelector", tolerations}, `spec: {}`, `spec: {nodeSelector: {pool: fast}, tolerations: ` + toleration + `}`, "own"},
		"label selector":      {[]string{"spec.nodeSelector nodeSelector labelSelector", tolerations}, `spec: {nodeSelector: {matchLabels: {a: b}}}`, `spec: {nodeSelector: {matchLabels: {a: b, pool: fast}, matchExpressions: [{key: team, operator: NotIn, values: [own]}]}, tolerations: ` + toleration + `}`, ""},
		"affinity only":       {[]string{"spec.affinity affinity", tolerations}, `spec: {affinity: {podAffinity: {}}}`, `spec: {affinity: {podAffinity: {}, nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: team, operator: NotIn, values: [own]}, {key: pool, operator: In, values: [fast]}]}]}}}, tolerations: ` + toleration + `}`, ""},
		"JSON in a text":      {[]string{"spec.nodeSelector nodeSelector json-string", "spec.tolerations tolerations json-string"}, `spec: {nodeSelector: '{"a":"b"}'}`, `spec: {nodeSelector: '{"a":"b","pool":"fast"}', tolerations: '[{"effect":"NoSchedule","key":"dedicated","operator":"Equal","value":"fast"}]'}`, "own"},
		"YAML in a text":      {[]string{"spec.nodeSelector nodeSelector json-string", tolerations}, "spec: {nodeSelector: \"a: b\\n\"}", "spec: {nodeSelector: \"a: b\\npool: fast\\n\", tolerations: " + toleration + `}`, "own"},
		"no tolerations":      {[]string{"spec.nodeSelector nodeSelector"}, `spec: {}`, `spec: {}`, "tolerations"},
		"tolerations only":    {[]string{tolerations}, `spec: {}`, `spec: {}`, "node labels"},
		"text of labels":      {[]string{"spec.nodeSelector nodeSelector string", tolerations}, `spec: {nodeSelector: "a=b"}`, `spec: {nodeSelector: "a=b"}`, "cannot be read"},
		"opaque pod template": {[]string{"spec.podTemplate podTemplate opaque"}, `spec: {podTemplate: {}}`, `spec: {podTemplate: {}}`, "form of the pod template"},
		"pod template":        {[]string{"spec.podTemplate podTemplate podTemplateSpec"}, `spec: {podTemplate: {}}`, `spec: {podTemplate: {spec: {nodeSelector: {pool: fast}, tolerations: ` + toleration + `, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: team, operator: NotIn, values: [own]}]}]}}}}}}`, ""},
		"list of terms":       {[]string{"spec.nodeSelectorTerms nodeSelector term", tolerations}, `spec: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [fast]}]}]}`, `spec: {nodeSelectorTerms: [{matchExpressions: [{key: pool, operator: In, values: [fast]}, {key: team, operator: NotIn, values: [own]}]}], tolerations: ` + toleration + `}`, ""},
		"not what belongs":    {[]string{"spec.nodeSelector nodeSelector", tolerations}, `spec: {nodeSelector: [a]}`, `spec: {nodeSelector: [a]}`, "does not hold what belongs there"},
		"feature stays off":   {[]string{"spec.applicationSet.nodeSelector nodeSelector"}, `spec: {}`, `spec: {}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			result, got := decide(t, rulesOf(t, baseline("fast")), kindOf(t, c.points...), parse(t, c.before))
			if diff := cmp.Diff(parse(t, c.want), got); diff != "" {
				t.Errorf("written (-want +got):\n%s", diff)
			}
			left := ""
			for _, a := range result.Answers {
				left += a.Left
			}
			if (c.left == "") != (left == "") || !strings.Contains(left, c.left) {
				t.Errorf("left to admission: %q, want it to contain %q", left, c.left)
			}
		})
	}
}

// TestUnits finds which fields belong together.
func TestUnits(t *testing.T) {
	kind := kindOf(t,
		"spec.nodeSelector nodeSelector", "spec.tolerations tolerations", "spec.workerNodeSelector nodeSelector", "spec.workerTolerations tolerations",
		"spec.sets[].nodeSelector nodeSelector", "spec.sets[].template.spec.nodeSelector nodeSelector", "spec.parts{}.nodeSelector nodeSelector",
		"spec.deployment.affinity.node nodeAffinity", "spec.deployment.node_selector nodeSelector")
	object := parse(t, `spec: {sets: [{}, {template: {metadata: {labels: {app: x}}, spec: {}}}], parts: {b: {}, a: {}}, deployment: {}}`)
	var got []string
	for _, u := range resource.Units(kind, object, "Queue/q") {
		text := u.Path
		if u.LabelsKnown {
			text += " app=" + u.Subject.Labels["app"]
		}
		got = append(got, text)
	}
	want := []string{
		"spec.deployment", "spec.parts.a", "spec.parts.b", "spec.sets[0]", "spec.sets[1].template.spec app=x", "spec.sets[1]", "spec", "spec",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("units (-want +got):\n%s", diff)
	}
}

// TestOwnWordOfOuterObjectHolds keeps a default from contradicting, in an inner
// object, what the resource says for all of its pods.
func TestOwnWordOfOuterObjectHolds(t *testing.T) {
	kind := kindOf(t, "spec.nodeSelector nodeSelector", "spec.tolerations tolerations", "spec.broker.nodeSelector nodeSelector", "spec.broker.tolerations tolerations")
	object := parse(t, `spec: {nodeSelector: {pool: slow}, broker: {}}`)
	result, _ := decide(t, rulesOf(t, baseline("fast")), kind, object)
	if len(result.Ops) > 0 {
		t.Errorf("written although spec asks for pool slow: %v", result.Ops)
	}
}

// TestLabelsUnknown leaves policies that select pods by labels to the pods.
func TestLabelsUnknown(t *testing.T) {
	policy := baseline("fast")
	policy.Subject.PodSelector = &v1alpha1.LabelSelector{MatchExpressions: []v1alpha1.LabelSelectorRequirement{{Key: "app", Operator: metav1.LabelSelectorOpDoesNotExist}}}
	kind := kindOf(t, "spec.nodeSelector nodeSelector", "spec.tolerations tolerations")
	result, _ := decide(t, rulesOf(t, policy), kind, parse(t, `spec: {}`))
	if len(result.Ops) > 0 || len(result.Answers) != 1 || !cmp.Equal(result.Answers[0].Unasked, []string{"all"}) {
		t.Errorf("got %+v", result)
	}
}

// TestDenied writes nothing for a unit that an Admin policy refuses.
func TestDenied(t *testing.T) {
	policy := baseline("fast")
	policy.Tier = v1alpha1.TierAdmin
	kind := kindOf(t, "spec.nodeSelector nodeSelector", "spec.tolerations tolerations")
	result, _ := decide(t, rulesOf(t, policy), kind, parse(t, `spec: {nodeSelector: {pool: slow}}`))
	if len(result.Ops) > 0 || result.Answers[0].Decision.Outcome != placement.OutcomeDenied {
		t.Errorf("got %+v", result)
	}
	policy.OnConflict = v1alpha1.OnConflictOverride
	_, got := decide(t, rulesOf(t, policy), kind, parse(t, `spec: {nodeSelector: {pool: slow}}`))
	if diff := cmp.Diff(parse(t, `spec: {nodeSelector: {pool: fast}, tolerations: `+toleration+`}`), got); diff != "" {
		t.Errorf("overridden (-want +got):\n%s", diff)
	}
}
