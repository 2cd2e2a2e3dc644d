package crd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

func TestAccepted(t *testing.T) {
	for _, tt := range []struct{ name, yaml, want string }{
		{
			"the least a cluster policy says",
			clusterPolicy + `spec: {placement: {pools: [a]}}`,
			clusterPolicy + `spec: {tier: Baseline, placement: {pools: [a], strength: Required}}`,
		},
		{
			"a subject gets its defaults only if it is there",
			clusterPolicy + `spec: {subject: {namespaces: {names: [argocd, "team-*"]}}, placement: {avoidPools: [a]}}`,
			clusterPolicy + `spec: {tier: Baseline, subject: {namespaces: {names: [argocd, "team-*"]}, daemonSets: Ignore}, placement: {avoidPools: [a], strength: Required}}`,
		},
		{
			"what is written stays",
			clusterPolicy + `spec: {tier: Admin, priority: -5, onConflict: Override, subject: {daemonSets: Include, podSelector: {matchLabels: {app.kubernetes.io/name: web, tier: ""}, matchExpressions: [{key: a, operator: NotIn, values: [b]}, {key: c, operator: Exists}]}}, placement: {pools: [b, a], strength: Preferred}}`,
			clusterPolicy + `spec: {tier: Admin, priority: -5, onConflict: Override, subject: {daemonSets: Include, podSelector: {matchLabels: {app.kubernetes.io/name: web, tier: ""}, matchExpressions: [{key: a, operator: NotIn, values: [b]}, {key: c, operator: Exists}]}}, placement: {pools: [b, a], strength: Preferred}}`,
		},
		{
			"nulls are taken for absent",
			clusterPolicy + `spec: {tier: null, subject: null, placement: {pools: [a], avoidPools: }}`,
			clusterPolicy + `spec: {tier: Baseline, placement: {pools: [a], strength: Required}}`,
		},
		{
			"a pool with quoted booleans and numbers",
			pool + `spec: {nodeSelector: {otomi: "1", node.kubernetes.io/dedicated: "true"}, exclusive: true, taints: [{key: dedicated, value: "yes", effect: NoSchedule}], daemonSetNamespaces: ["mon?toring"]}`,
			pool + `spec: {nodeSelector: {otomi: "1", node.kubernetes.io/dedicated: "true"}, exclusive: true, taints: [{key: dedicated, value: "yes", effect: NoSchedule}], daemonSetNamespaces: ["mon?toring"]}`,
		},
		{
			"creation drops the status, whatever it says",
			pool + "spec: {nodeSelector: {a: b}}\nstatus: {nodes: many}",
			pool + "spec: {nodeSelector: {a: b}}",
		},
		{
			"a namespace on an object of the cluster is no error",
			"apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: p, namespace: demo}\nspec: {nodeSelector: {a: b}}",
			"apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: p, namespace: demo}\nspec: {nodeSelector: {a: b}}",
		},
		{
			"a namespaced policy may leave its namespace to kubectl",
			"apiVersion: stowage.dev/v1alpha1\nkind: PlacementPolicy\nmetadata: {name: p}\nspec: {subject: {}, placement: {pools: [a]}}",
			"apiVersion: stowage.dev/v1alpha1\nkind: PlacementPolicy\nmetadata: {name: p}\nspec: {subject: {daemonSets: Ignore}, placement: {pools: [a], strength: Required}}",
		},
		{
			"a profile",
			"apiVersion: stowage.dev/v1alpha1\nkind: PlacementProfile\nmetadata: {name: argocds.argoproj.io}\nspec: {points: [{path: spec.nodePlacement.nodeSelector, type: nodeSelector}], unreached: [repo]}",
			"apiVersion: stowage.dev/v1alpha1\nkind: PlacementProfile\nmetadata: {name: argocds.argoproj.io}\nspec: {points: [{path: spec.nodePlacement.nodeSelector, type: nodeSelector, mode: Write}], unreached: [repo]}",
		},
		{
			"compiled rules",
			"apiVersion: stowage.dev/v1alpha1\nkind: EffectivePlacement\nmetadata: {name: effective, namespace: demo}\nspec: {rules: [{layer: Admin, policy: p, placement: {pools: [a]}}], pools: [{name: a, nodeSelector: {a: b}}], exclusive: [{pool: a, grants: [{policy: p}]}]}",
			"apiVersion: stowage.dev/v1alpha1\nkind: EffectivePlacement\nmetadata: {name: effective, namespace: demo}\nspec: {rules: [{layer: Admin, policy: p, placement: {pools: [a], strength: Required}}], pools: [{name: a, nodeSelector: {a: b}}], exclusive: [{pool: a, grants: [{policy: p}]}]}",
		},
		{
			"an object of another group is left alone",
			"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: many}",
			"apiVersion: apps/v1\nkind: Deployment\nspec: {replicas: many}",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, errs := validate(t, tt.yaml)
			if len(errs) > 0 {
				t.Fatalf("refused: %q", errs)
			}
			if diff := cmp.Diff(parse(t, tt.want), got); diff != "" {
				t.Errorf("stored object differs (-want +got):\n%s", diff)
			}
		})
	}
}

func TestArgumentIsNotChanged(t *testing.T) {
	const text = clusterPolicy + "spec: {unknown: {a: [b]}, tier: null, subject: {}, placement: {pools: [a]}}\nstatus: {matched: 1}"
	obj := parse(t, text)
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if _, errs := v.Validate(t.Context(), obj); len(errs) == 0 {
		t.Error("the unknown field is not reported")
	}
	if diff := cmp.Diff(parse(t, text), obj); diff != "" {
		t.Errorf("argument changed (-before +after):\n%s", diff)
	}
}

func TestOwns(t *testing.T) {
	for apiVersion, want := range map[string]bool{
		"stowage.dev/v1alpha1": true,
		"stowage.dev/v7":       true,
		"stowage.dev":          false,
		"x.stowage.dev/v1":     false,
		"v1":                   false,
		"":                     false,
	} {
		if got := Owns(map[string]any{"apiVersion": apiVersion}); got != want {
			t.Errorf("Owns(%q) = %v, want %v", apiVersion, got, want)
		}
	}
	if Owns(nil) || Owns(map[string]any{"apiVersion": 1}) {
		t.Error("an object without a group is owned")
	}
}

// parse reads YAML with numbers as a manifest's decoder gives them.
func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var obj map[string]any
	if err := json.Unmarshal(data, &obj); err != nil {
		t.Fatal(err)
	}
	return obj
}
