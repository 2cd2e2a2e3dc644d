package crd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// clusterPolicy and pool are the heads of most cases: what follows is a spec.
const (
	clusterPolicy = "apiVersion: stowage.dev/v1alpha1\nkind: ClusterPlacementPolicy\nmetadata: {name: p}\n"
	pool          = "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: p}\n"
	placed        = "placement: {pools: [a]}"
)

func TestRefused(t *testing.T) {
	long := strings.Repeat("x", 64)
	for _, tt := range []struct {
		name string
		yaml string
		want []string
	}{
		{"both pools and avoidPools", clusterPolicy + `spec: {placement: {pools: [a], avoidPools: [b]}}`, []string{
			`spec.placement: Invalid value: {"avoidPools":["b"],"pools":["a"],"strength":"Required"}: exactly one of pools and avoidPools must be set`,
		}},
		{"neither pools nor avoidPools", clusterPolicy + `spec: {placement: {}}`, []string{
			`spec.placement: Invalid value: {"strength":"Required"}: exactly one of pools and avoidPools must be set`,
		}},
		{"no pools", clusterPolicy + `spec: {placement: {pools: []}}`, []string{
			"spec.placement.pools: Invalid value: 0: spec.placement.pools in body should have at least 1 items",
		}},
		{"empty pools and avoidPools", clusterPolicy + `spec: {placement: {pools: [], avoidPools: [b]}}`, []string{
			`spec.placement: Invalid value: {"avoidPools":["b"],"pools":[],"strength":"Required"}: exactly one of pools and avoidPools must be set`,
			"spec.placement.pools: Invalid value: 0: spec.placement.pools in body should have at least 1 items",
		}},
		{"no placement", clusterPolicy + `spec: {priority: 1}`, []string{
			"spec.placement: Required value: placement of the pods",
		}},
		{"null placement", clusterPolicy + `spec: {placement: }`, []string{
			"spec.placement: Required value: placement of the pods",
		}},
		{"no spec", clusterPolicy, []string{
			"spec: Required value",
		}},
		{"unknown tier", clusterPolicy + `spec: {tier: baseline, ` + placed + `}`, []string{
			`spec.tier: Unsupported value: "baseline": supported values: "Admin", "Baseline"`,
		}},
		{"unknown strength", clusterPolicy + `spec: {placement: {pools: [a], strength: Soft}}`, []string{
			`spec.placement.strength: Unsupported value: "Soft": supported values: "Required", "Preferred"`,
		}},
		{"duplicate pools", clusterPolicy + `spec: {placement: {pools: [a, b, a]}}`, []string{
			`spec.placement.pools[2]: Duplicate value: "a"`,
		}},
		{"pools as a string", clusterPolicy + `spec: {placement: {pools: a}}`, []string{
			`spec.placement.pools: Invalid value: "string": spec.placement.pools in body must be of type array: "string"`,
		}},
		{"too many pools", clusterPolicy + `spec: {placement: {pools: [` + strings.Repeat("a,", 17) + `]}}`, []string{
			"spec.placement.pools: Too many: 17: must have at most 16 items",
			`spec.placement.pools[1]: Duplicate value: "a"`,
		}},
		{"priority as a word", clusterPolicy + `spec: {priority: high, ` + placed + `}`, []string{
			`spec.priority: Invalid value: "string": spec.priority in body must be of type integer: "string"`,
		}},
		{"priority too large", clusterPolicy + `spec: {priority: 3000000000, ` + placed + `}`, []string{
			`ClusterPlacementPolicy: Invalid value: "": Checked value must be of type integer with format int32 in spec.priority`,
		}},
		{"onConflict with Baseline", clusterPolicy + `spec: {tier: Baseline, onConflict: Deny, ` + placed + `}`, []string{
			`spec: Invalid value: {"onConflict":"Deny","placement":{"pools":["a"],"strength":"Required"},"tier":"Baseline"}: onConflict is for tier Admin: a Baseline policy always yields`,
		}},
		{"onConflict with no tier", clusterPolicy + `spec: {onConflict: Deny, ` + placed + `}`, []string{
			`spec: Invalid value: {"onConflict":"Deny","placement":{"pools":["a"],"strength":"Required"},"tier":"Baseline"}: onConflict is for tier Admin: a Baseline policy always yields`,
		}},
		{"bad namespace pattern", clusterPolicy + `spec: {subject: {namespaces: {names: [Team_A, "team-*"]}}, ` + placed + `}`, []string{
			`spec.subject.namespaces.names[0]: Invalid value: "Team_A": must be the name of a namespace (lower-case letters, digits and '-', beginning and ending with a letter or digit), in which '*' stands for any run of characters and '?' for one`,
		}},
		{"namespace pattern too long", clusterPolicy + `spec: {subject: {namespaces: {exclude: [` + long + `]}}, ` + placed + `}`, []string{
			"spec.subject.namespaces.exclude[0]: Too long: may not be more than 63 bytes",
		}},
		{"bad operator", clusterPolicy + `spec: {subject: {podSelector: {matchExpressions: [{key: a, operator: Equals, values: [b]}]}}, ` + placed + `}`, []string{
			`spec.subject.podSelector.matchExpressions[0].operator: Unsupported value: "Equals": supported values: "In", "NotIn", "Exists", "DoesNotExist"`,
		}},
		{"In without values", clusterPolicy + `spec: {subject: {podSelector: {matchExpressions: [{key: a, operator: In}]}}, ` + placed + `}`, []string{
			`spec.subject.podSelector.matchExpressions[0]: Invalid value: {"key":"a","operator":"In"}: operators In and NotIn need values, Exists and DoesNotExist take none`,
		}},
		{"Exists with values", clusterPolicy + `spec: {subject: {namespaces: {selector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}}, ` + placed + `}`, []string{
			`spec.subject.namespaces.selector.matchExpressions[0]: Invalid value: {"key":"a","operator":"Exists","values":["b"]}: operators In and NotIn need values, Exists and DoesNotExist take none`,
		}},
		{"bad keys and values in a selector", clusterPolicy + `spec: {subject: {podSelector: {matchLabels: {"a b": "-x"}, matchExpressions: [{key: "/c", operator: In, values: ["d e"]}]}}, ` + placed + `}`, []string{
			`spec.subject.podSelector.matchExpressions: Invalid value: [{"key":"/c","operator":"In","values":["d e"]}]: every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
			`spec.subject.podSelector.matchExpressions: Invalid value: [{"key":"/c","operator":"In","values":["d e"]}]: every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
			`spec.subject.podSelector.matchLabels: Invalid value: {"a b":"-x"}: every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
			`spec.subject.podSelector.matchLabels: Invalid value: {"a b":"-x"}: every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"misspelt fields", clusterPolicy + `spec: {Placement: {pools: [a]}, placement: {pool: [a]}, subjects: {}}`, []string{
			`spec.Placement: Forbidden: unknown field "spec.Placement"; did you mean "placement"?`,
			`spec.placement: Invalid value: {"strength":"Required"}: exactly one of pools and avoidPools must be set`,
			`spec.placement.pool: Forbidden: unknown field "spec.placement.pool"; did you mean "pools"?`,
			`spec.subjects: Forbidden: unknown field "spec.subjects"; did you mean "subject"?`,
		}},
		{"unknown fields", clusterPolicy + `spec: {nodeSelector: {a: b}, ` + placed + `}`, []string{
			`spec.nodeSelector: Forbidden: unknown field "spec.nodeSelector"; the fields here are onConflict, placement, priority, subject, tier`,
		}},
		{"unknown field in a list", pool + `spec: {nodeSelector: {a: b}, taints: [{key: a, effect: NoSchedule}, {key: b, effects: NoSchedule, effect: NoExecute}]}`, []string{
			`spec.taints[1].effects: Forbidden: unknown field "spec.taints[1].effects"; did you mean "effect"?`,
		}},
		{"unknown field of metadata", "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: p, label: {a: b}}\nspec: {nodeSelector: {a: b}}", []string{
			`metadata.label: Forbidden: unknown field "metadata.label"`,
		}},
		{"unknown field at the top", pool + "spec: {nodeSelector: {a: b}}\ntaints: []", []string{
			`taints: Forbidden: unknown field "taints"; the fields here are apiVersion, kind, metadata, spec, status`,
		}},
		{"empty nodeSelector", pool + `spec: {nodeSelector: {}}`, []string{
			"spec.nodeSelector: Invalid value: {}: at least one label is needed: without one the pool would be every node of the cluster",
		}},
		{"missing nodeSelector", pool + `spec: {exclusive: true}`, []string{
			"spec.nodeSelector: Required value: nodeSelector holds the labels that every node of the pool carries, and no other node does",
		}},
		{"null nodeSelector", pool + `spec: {nodeSelector: }`, []string{
			"spec.nodeSelector: Required value: nodeSelector holds the labels that every node of the pool carries, and no other node does",
		}},
		{"numeric label value", pool + `spec: {nodeSelector: {otomi: 1}}`, []string{
			`spec.nodeSelector.otomi: Invalid value: "integer": spec.nodeSelector.otomi in body must be of type string: "integer"; write the value in quotes`,
		}},
		{"boolean label value", pool + `spec: {nodeSelector: {otomi: true}}`, []string{
			`spec.nodeSelector.otomi: Invalid value: "boolean": spec.nodeSelector.otomi in body must be of type string: "boolean"; write the value in quotes`,
		}},
		{"list as label value", pool + `spec: {nodeSelector: {otomi: [a]}}`, []string{
			`spec.nodeSelector.otomi: Invalid value: "array": spec.nodeSelector.otomi in body must be of type string: "array"`,
		}},
		{"label value with a space", pool + `spec: {nodeSelector: {otomi: "a b"}}`, []string{
			`spec.nodeSelector: Invalid value: {"otomi":"a b"}: every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"label value with a leading dash", pool + `spec: {nodeSelector: {otomi: "-a"}}`, []string{
			`spec.nodeSelector: Invalid value: {"otomi":"-a"}: every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"label value too long", pool + `spec: {nodeSelector: {otomi: "` + long + `"}}`, []string{
			"spec.nodeSelector.otomi: Too long: may not be more than 63 bytes",
		}},
		{"label key with a space", pool + `spec: {nodeSelector: {"o tomi": a}}`, []string{
			`spec.nodeSelector: Invalid value: {"o tomi":"a"}: every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"label key too long", pool + `spec: {nodeSelector: {` + long + `: a}}`, []string{
			`spec.nodeSelector: Invalid value: {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx":"a"}: every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"label key with a bad prefix", pool + `spec: {nodeSelector: {"Example.COM/a": a}}`, []string{
			`spec.nodeSelector: Invalid value: {"Example.COM/a":"a"}: every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"bad taint effect", pool + `spec: {nodeSelector: {a: b}, taints: [{key: a, effect: NoExec}]}`, []string{
			`spec.taints[0].effect: Unsupported value: "NoExec": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`,
		}},
		{"taint without key and effect", pool + `spec: {nodeSelector: {a: b}, taints: [{value: a}]}`, []string{
			"spec.taints[0].effect: Required value: effect on pods that do not tolerate the taint",
			"spec.taints[0].key: Required value: key of the taint",
		}},
		{"bad taint key and value", pool + `spec: {nodeSelector: {a: b}, taints: [{key: "a b", value: "c d", effect: NoSchedule}]}`, []string{
			`spec.taints[0].key: Invalid value: "a b": must be written like a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
			`spec.taints[0].value: Invalid value: "c d": must be written like a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit`,
		}},
		{"no metadata", "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nspec: {nodeSelector: {a: b}}", []string{
			"metadata.name: Required value: name or generateName is required",
		}},
		{"bad name", "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: My Pool}\nspec: {nodeSelector: {a: b}}", []string{
			`metadata.name: Invalid value: "My Pool": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
		}},
		{"only a generateName", "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {generateName: p-}\nspec: {nodeSelector: {a: b}}", []string{
			"metadata.name: Required value: generateName leaves the name open until creation; policies are ordered and pools referred to by name",
		}},
		{"numeric label of the object", "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: p, labels: {a: 1}}\nspec: {nodeSelector: {a: b}}", []string{
			`metadata: Invalid value: {"labels":{"a":1},"name":"p"}: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string; write the value in quotes`,
		}},
		{"metadata as a list", "apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: []\nspec: {nodeSelector: {a: b}}", []string{
			"metadata: Invalid value: []: json: cannot unmarshal array into Go value of type v1.ObjectMeta",
			`metadata: Invalid value: "array": metadata in body must be of type object: "array"`,
		}},
		{"unknown version", "apiVersion: stowage.dev/v1\nkind: Pool", []string{
			`apiVersion: Unsupported value: "stowage.dev/v1": supported values: "stowage.dev/v1alpha1"`,
		}},
		{"unknown kind", "apiVersion: stowage.dev/v1alpha1\nkind: Pools", []string{
			`kind: Unsupported value: "Pools": supported values: "ClusterPlacementPolicy", "EffectivePlacement", "PlacementPolicy", "PlacementProfile", "Pool"`,
		}},
		{"no kind", "apiVersion: stowage.dev/v1alpha1", []string{
			`kind: Unsupported value: "": supported values: "ClusterPlacementPolicy", "EffectivePlacement", "PlacementPolicy", "PlacementProfile", "Pool"`,
		}},
		{"tier of a namespaced policy", "apiVersion: stowage.dev/v1alpha1\nkind: PlacementPolicy\nmetadata: {name: p, namespace: demo}\nspec: {tier: Admin, " + placed + "}", []string{
			`spec.tier: Forbidden: unknown field "spec.tier"; the fields here are placement, priority, subject`,
		}},
		{"bad namespace", "apiVersion: stowage.dev/v1alpha1\nkind: PlacementPolicy\nmetadata: {name: p, namespace: N_}\nspec: {" + placed + "}", []string{
			`metadata.namespace: Invalid value: "N_": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
		}},
		{"profile with a bare name", "apiVersion: stowage.dev/v1alpha1\nkind: PlacementProfile\nmetadata: {name: argocds}\nspec: {}", []string{
			"PlacementProfile: Invalid value: the name must be <plural>.<group> of the custom resource, such as argocds.argoproj.io",
		}},
		{"profile with one path twice", "apiVersion: stowage.dev/v1alpha1\nkind: PlacementProfile\nmetadata: {name: a.b}\nspec: {points: [{path: spec.a, type: affinity}, {path: spec.a, type: nodeSelector}]}", []string{
			`spec.points[1]: Duplicate value: {"path":"spec.a"}`,
		}},
		{"compiled rules under another name", "apiVersion: stowage.dev/v1alpha1\nkind: EffectivePlacement\nmetadata: {name: other, namespace: demo}", []string{
			"EffectivePlacement: Invalid value: the one EffectivePlacement of a namespace is named effective",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, got := validate(t, tt.yaml)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("errors differ (-want +got):\n%s", diff)
			}
		})
	}
}

// validate checks the object in the YAML text with a validator of its own.
func validate(t *testing.T, text string) (map[string]any, []string) {
	t.Helper()
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defaulted, errs := v.Validate(t.Context(), parse(t, text))
	var messages []string
	for _, err := range errs {
		messages = append(messages, err.Error())
	}
	return defaulted, messages
}
