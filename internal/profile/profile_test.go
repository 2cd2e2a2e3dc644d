package profile_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/crd"
	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/schema"
)

// TestShippedAreValid asks the API server's own validation, and that each file
// says what it is and where that was verified.
func TestShippedAreValid(t *testing.T) {
	validator, err := crd.New()
	if err != nil {
		t.Fatal(err)
	}
	files, err := profile.Files()
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := profile.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	if len(shipped) != len(files) {
		t.Errorf("%d profiles in %d files", len(shipped), len(files))
	}
	for name, data := range files {
		comment, _, _ := bytes.Cut(data, []byte("\napiVersion"))
		if text := strings.ReplaceAll(string(comment), "\n#", ""); !strings.HasPrefix(text, "# ") || !strings.Contains(text, "Verified in") {
			t.Errorf("%s does not begin with a comment that says where it was verified", name)
		}
		var object map[string]any
		if err := yaml.Unmarshal(data, &object); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, errs := validator.Validate(context.Background(), object); len(errs) > 0 {
			t.Errorf("%s: %v", name, errs)
		}
	}
	for _, p := range shipped {
		for _, point := range p.Spec.Points {
			if point.Within != "" && !strings.HasPrefix(point.Path, point.Within) {
				t.Errorf("%s: %s does not lie within %s", p.Name, point.Path, point.Within)
			}
		}
	}
}

// queueDefinition is a kind with three discoverable points.
const queueDefinition = `
spec:
  group: example.com
  scope: Namespaced
  names: {plural: queues, kind: Queue}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                image: {type: string}
                replicas: {type: integer}
                nodeSelector: {type: object, additionalProperties: {type: string}, description: Node labels for the pods to be scheduled.}
                tolerations: &t
                  type: array
                  items: {type: object, properties: {key: {type: string}, operator: {type: string}, value: {type: string}, effect: {type: string}}}
                broker:
                  type: object
                  properties: {image: {type: string}, tolerations: *t}
`

func definition(t *testing.T) *apiextensions.CustomResourceDefinition {
	t.Helper()
	var object map[string]any
	if err := yaml.Unmarshal([]byte(queueDefinition), &object); err != nil {
		t.Fatal(err)
	}
	return schema.FromMap(object)
}

func profileOf(points ...v1alpha1.PlacementPoint) []v1alpha1.PlacementProfile {
	p := v1alpha1.PlacementProfile{}
	p.Name, p.Spec.Points = "queues.example.com", points
	return []v1alpha1.PlacementProfile{p}
}

func paths(k *profile.Kind) []string {
	var out []string
	for _, p := range k.Points {
		out = append(out, p.Path+" "+string(p.Form))
	}
	return out
}

func TestPrecedence(t *testing.T) {
	def := []*apiextensions.CustomResourceDefinition{definition(t)}
	never := v1alpha1.PlacementPoint{Path: "spec.broker", Type: "podTemplate", Mode: v1alpha1.PointNever}
	opaque := v1alpha1.PlacementPoint{Path: "spec.nodeSelector", Type: "nodeSelector", Form: "opaque"}
	gone := v1alpha1.PlacementPoint{Path: "spec.gone", Type: "nodeSelector"}
	discovered := []string{"spec.broker.tolerations list", "spec.nodeSelector map", "spec.tolerations list"}
	for name, c := range map[string]struct {
		shipped, own []v1alpha1.PlacementProfile
		definitions  []*apiextensions.CustomResourceDefinition
		want         []string
	}{
		"discovered":                          {nil, nil, def, discovered},
		"shipped replaces by path":            {profileOf(opaque), nil, def, []string{"spec.broker.tolerations list", "spec.nodeSelector opaque", "spec.tolerations list"}},
		"never goes for what is inside":       {profileOf(never), nil, def, discovered[1:]},
		"a person's own takes a never back":   {profileOf(never), profileOf(v1alpha1.PlacementPoint{Path: "spec.broker", Type: "podTemplate"}), def, append([]string{"spec.broker podTemplateSpec"}, discovered...)},
		"shipped for another version":         {profileOf(gone), nil, def, discovered},
		"a person's own though not in schema": {nil, profileOf(gone), def, []string{"spec.broker.tolerations list", "spec.gone map", "spec.nodeSelector map", "spec.tolerations list"}},
		"without a definition":                {profileOf(gone), nil, nil, []string{"spec.gone map"}},
	} {
		t.Run(name, func(t *testing.T) {
			kind := profile.NewCatalogue(c.shipped, c.own, c.definitions).Kind("example.com", "v1", "Queue")
			if kind == nil {
				t.Fatal("the kind is not known")
			}
			if diff := cmp.Diff(c.want, paths(kind)); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownKind(t *testing.T) {
	c := profile.NewCatalogue(nil, nil, []*apiextensions.CustomResourceDefinition{definition(t), nil})
	if kind := c.Kind("example.com", "v1", "Topic"); kind != nil {
		t.Errorf("Topic is known from %s", kind.From)
	}
}

// TestShippedFindsKinds goes from the kinds as people write them to the profiles
// by their plurals.
func TestShippedFindsKinds(t *testing.T) {
	shipped, err := profile.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	c := profile.NewCatalogue(shipped, nil, nil)
	for _, k := range [][2]string{
		{"elasticsearch.k8s.elastic.co", "Elasticsearch"},
		{"gateway.kgateway.dev", "GatewayParameters"},
		{"monitoring.coreos.com", "Prometheus"},
		{"argoproj.io", "ArgoCD"},
	} {
		if c.Kind(k[0], "v1", k[1]) == nil {
			t.Errorf("%s of %s is not found", k[1], k[0])
		}
	}
}
