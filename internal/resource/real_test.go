package resource_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/schema"
)

// realDefinitions is where definitions of real operators lie; not part of this
// repository.
const realDefinitions = "../../../shared/real/crds/open"

// TestRealDefinitions writes into a resource of every real kind at hand, with an
// object at each place, and asks the kind's own schema about the result: nothing
// written may be pruned or be of a wrong type. What else a bare resource lacks
// does not matter.
func TestRealDefinitions(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(realDefinitions, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Skipf("no real definitions at %s", realDefinitions)
	}
	if testing.Short() {
		t.Skip("reading the real definitions takes half a minute")
	}
	rules, written := rulesOf(t, baseline("fast")), 0
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.Unmarshal(data, &definition); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		group, name := definition.Spec.Group, definition.Spec.Names.Kind
		kind := profile.NewCatalogue(nil, nil, []*apiextensionsv1.CustomResourceDefinition{&definition}).Kind(group, "", name)
		object := map[string]any{}
		for _, p := range kind.Points {
			steps := schema.Steps(p.Path)
			if p.Type != schema.TypePodTemplate {
				steps = steps[:len(steps)-1]
			}
			enclose(object, steps)
		}
		if len(kind.Points) == 0 {
			continue
		}
		result, after := decide(t, rules, kind, object)
		if len(result.Ops) == 0 {
			continue
		}
		written++
		checkSchema(t, path, &definition, object, after)
	}
	if written < 50 {
		t.Errorf("only %d kinds are written to", written)
	}
	t.Logf("%d kinds are written to", written)
}

// enclose makes the objects on the way, with one item in each list and one value
// in each map.
func enclose(at map[string]any, steps []string) {
	for i, step := range steps {
		if step == "[]" || step == "{}" {
			continue // made with the step before
		}
		next, _ := at[step].(map[string]any)
		switch {
		case i+1 < len(steps) && steps[i+1] == "[]":
			list, _ := at[step].([]any)
			if len(list) == 0 {
				list = []any{map[string]any{}}
			}
			at[step] = list
			next, _ = list[0].(map[string]any)
		case next == nil:
			next = map[string]any{}
			at[step] = next
		}
		if i+1 < len(steps) && steps[i+1] == "{}" {
			if next["x"] == nil {
				next["x"] = map[string]any{}
			}
			next, _ = next["x"].(map[string]any)
		}
		at = next
	}
}

func checkSchema(t *testing.T, path string, definition *apiextensionsv1.CustomResourceDefinition, before, after map[string]any) {
	t.Helper()
	version := ""
	for _, p := range schema.Discover(definition) {
		version = p.Version
	}
	for _, v := range definition.Spec.Versions {
		if v.Name != version {
			continue
		}
		var internal apiextensions.JSONSchemaProps
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(v.Schema.OpenAPIV3Schema, &internal, nil); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		structural, err := structuralschema.NewStructural(&internal)
		if err != nil {
			t.Logf("%s: its schema is not structural: %v", path, err)
			return
		}
		pruned, _ := patch.Clone(after).(map[string]any)
		pruning.Prune(pruned, structural, true)
		if diff := cmp.Diff(after, pruned); diff != "" && !definition.Spec.PreserveUnknownFields {
			t.Errorf("%s: pruned (-written +kept):\n%s", path, diff)
		}
		validator, _, err := validation.NewSchemaValidator(&internal)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		had := map[string]bool{}
		for _, e := range validation.ValidateCustomResource(nil, before, validator) {
			had[e.Error()] = true
		}
		for _, e := range validation.ValidateCustomResource(nil, after, validator) {
			if !had[e.Error()] && (e.Type != field.ErrorTypeRequired || !strings.Contains(e.Field, "[")) {
				t.Errorf("%s: %v", path, e)
			}
		}
	}
}
