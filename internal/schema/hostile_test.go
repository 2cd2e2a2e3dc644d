package schema

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"pgregory.net/rapid"
	"sigs.k8s.io/yaml"
)

// wrap makes a definition around the schema of spec.
func wrap(spec map[string]any) map[string]any {
	return map[string]any{"spec": map[string]any{
		"group": "example.org", "names": map[string]any{"plural": "things", "kind": "Thing"},
		"versions": []any{map[string]any{
			"name": "v1", "served": true, "storage": true,
			"schema": map[string]any{"openAPIV3Schema": map[string]any{
				"type": "object", "properties": map[string]any{"spec": spec},
			}},
		}},
	}}
}

func labels() map[string]any {
	return map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
}

func within(t *testing.T, limit time.Duration, what string, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		do()
	}()
	select {
	case <-done:
	case <-time.After(limit):
		t.Fatalf("%s took longer than %v", what, limit)
	}
}

func TestHostileMaps(t *testing.T) {
	deep := labels()
	for range 20_000 {
		deep = map[string]any{"type": "object", "properties": map[string]any{"nodeSelector": labels(), "in": deep}}
	}
	lists := labels()
	for range 20_000 {
		lists = map[string]any{"type": "array", "items": lists}
	}
	circle := map[string]any{"type": "object"}
	circle["properties"] = map[string]any{"a": circle, "b": circle, "nodeSelector": labels()}
	wide := map[string]any{}
	for i := range 10_000 {
		wide[fmt.Sprintf("part%05dNodeSelector", i)] = map[string]any{
			"type": "object", "description": strings.Repeat("selects nodes . ", 100), "additionalProperties": map[string]any{"type": "string"},
		}
	}
	for name, spec := range map[string]map[string]any{
		"deep objects": deep, "deep lists": lists, "circle": circle, "wide": {"type": "object", "properties": wide},
		"long description": {"type": "object", "properties": map[string]any{
			"nodeSelector": map[string]any{"type": "object", "description": strings.Repeat("nodes ", 200_000), "additionalProperties": labels()},
		}},
		"long name": {"type": "object", "properties": map[string]any{strings.Repeat("nodeSelector", 100_000): labels()}},
		"wrong types": {
			"type": 5, "description": []any{1}, "properties": []any{"x"}, "items": "x", "additionalProperties": 7,
			"x-kubernetes-preserve-unknown-fields": "yes", "enum": "x", "anyOf": 3,
		},
		"wrong within": {"type": []any{nil, "null", 4}, "properties": map[string]any{"tolerations": nil, "affinity": []any{}, "": labels()}},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 20*time.Second, name, func() {
				report := Inspect(FromMap(wrap(spec)), "")
				if strings.HasPrefix(name, "deep") && !report.Truncated {
					t.Error("what lies too deep was not reported as truncated")
				}
				if len(report.Points)+len(report.LookAlikes) > maxFields {
					t.Errorf("%d points and look-alikes", len(report.Points)+len(report.LookAlikes))
				}
			})
		})
	}
}

// TestTypedBounds builds typed schemas that no decoder would deliver: one that holds itself, and one deeper than allowed.
func TestTypedBounds(t *testing.T) {
	self := schemaProps{Type: "object", Properties: map[string]schemaProps{"a": {Type: "string"}}}
	self.Items = &apiextensions.JSONSchemaPropsOrArray{Schema: &self}
	self.AdditionalProperties = &apiextensions.JSONSchemaPropsOrBool{Allows: true, Schema: &self}
	crd := &apiextensions.CustomResourceDefinition{}
	crd.Spec.Versions = []apiextensions.CustomResourceDefinitionVersion{{
		Name: "v1", Served: true, Storage: true, Schema: &apiextensions.CustomResourceValidation{
			OpenAPIV3Schema: &schemaProps{Properties: map[string]schemaProps{"spec": self}},
		},
	}}
	within(t, 20*time.Second, "a schema that holds itself", func() {
		if !Inspect(crd, "").Truncated {
			t.Error("a schema without end was not reported as truncated")
		}
	})
}

func TestNothingToDiscover(t *testing.T) {
	empty := &apiextensions.CustomResourceDefinition{}
	noSchema := &apiextensions.CustomResourceDefinition{}
	noSchema.Spec.Versions = []apiextensions.CustomResourceDefinitionVersion{{Name: "v1", Served: true, Storage: true}}
	for name, crd := range map[string]*apiextensions.CustomResourceDefinition{"nil": nil, "empty": empty, "no schema": noSchema, "nil map": FromMap(nil)} {
		if got := Discover(crd); got == nil || len(got) != 0 {
			t.Errorf("%s: Discover gave %#v, want an empty list", name, got)
		}
		if got := Inspect(crd, ""); len(got.Points) != 0 || got.Truncated {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestFromMapOldShape(t *testing.T) {
	schema := map[string]any{"openAPIV3Schema": map[string]any{"properties": map[string]any{"spec": map[string]any{
		"properties": map[string]any{"image": map[string]any{"type": "string"}, "podTemplate": map[string]any{"type": "object"}, "nodeSelector": labels()},
	}}}}
	names := map[string]any{"plural": "things", "kind": "Thing"}
	for name, spec := range map[string]map[string]any{
		"one version": {"group": "g.io", "names": names, "version": "v1beta1", "validation": schema, "preserveUnknownFields": true},
		"shared schema": {"group": "g.io", "names": names, "validation": schema, "preserveUnknownFields": true, "versions": []any{
			map[string]any{"name": "v1beta1", "served": true, "storage": true}, "nonsense",
		}},
	} {
		var got []string
		for _, p := range Discover(FromMap(map[string]any{"spec": spec})) {
			got = append(got, p.CRD+" "+p.Version+" "+p.Path)
		}
		want := []string{"things.g.io v1beta1 spec.nodeSelector", "things.g.io v1beta1 spec.podTemplate"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// TestAnySchemaIsReadTheSameTwice draws schemas from the words that matter and checks what must hold of every report.
func TestAnySchemaIsReadTheSameTwice(t *testing.T) {
	names := rapid.SampledFrom([]string{
		"nodeSelector", "tolerations", "affinity", "nodeAffinity", "template", "spec", "podTemplate", "status", "deployment", "taints",
		"selector", "image", "replicas", "key", "effect", "operator", "matchExpressions", "matchFields", "nodeSelectorTerms", "node", "x",
	})
	texts := rapid.SampledFrom([]string{"", "Pods run on these nodes.", "Nodes to be configured.", "Applied to nodes. Applied to", "pod template"})
	var draw func(t *rapid.T, depth int) map[string]any
	draw = func(t *rapid.T, depth int) map[string]any {
		m := map[string]any{"description": texts.Draw(t, "text"), "type": rapid.SampledFrom([]string{"", "object", "string", "array"}).Draw(t, "type")}
		if rapid.Bool().Draw(t, "keeps") {
			m["x-kubernetes-preserve-unknown-fields"] = true
		}
		if depth == 0 {
			return m
		}
		props := map[string]any{}
		for _, n := range rapid.SliceOfN(names, 0, 4).Draw(t, "names") {
			props[n] = draw(t, depth-1)
		}
		m["properties"] = props
		switch rapid.IntRange(0, 3).Draw(t, "container") {
		case 0:
			m["items"] = draw(t, depth-1)
		case 1:
			m["additionalProperties"] = draw(t, depth-1)
		}
		return m
	}
	rapid.Check(t, func(t *rapid.T) {
		object := wrap(draw(t, 3))
		checkReport(t, FromMap(object))
		if diff := cmp.Diff(Inspect(FromMap(object), ""), Inspect(FromMap(object), "")); diff != "" {
			t.Fatalf("two looks differ: %s", diff)
		}
	})
}

type fataler interface {
	Fatalf(format string, args ...any)
}

// checkReport checks what holds of every report: order, no path twice, nothing below a status, sane confidence.
func checkReport(t fataler, crd *apiextensions.CustomResourceDefinition) {
	report := Inspect(crd, "")
	for _, points := range [][]Point{report.Points, report.LookAlikes} {
		for i, p := range points {
			if i > 0 && points[i-1].Path >= p.Path {
				t.Fatalf("%q is not before %q", points[i-1].Path, p.Path)
			}
			if p.Path == "" || strings.HasPrefix(p.Path, "status.") || strings.Contains(p.Path, ".status.") || p.Type == TypeNodeName {
				t.Fatalf("unexpected point %+v", p)
			}
			if p.Why == "" || p.Confidence < 0 || p.Confidence > 1 {
				t.Fatalf("point without evidence: %+v", p)
			}
		}
	}
}

func FuzzDiscover(f *testing.F) {
	f.Add([]byte(`{"type":"object","properties":{"nodeSelector":{"type":"object","additionalProperties":{"type":"string"}}}}`))
	f.Add([]byte(`{"properties":{"affinity":{"x-kubernetes-preserve-unknown-fields":true},"tolerations":{"items":{"properties":{"key":{},"effect":{},"operator":{}}}}}}`))
	f.Add([]byte(`{"properties":{"template":{"properties":{"spec":{"description":"PodSpec. Applied to","x-kubernetes-preserve-unknown-fields":true}}}}}`))
	f.Add([]byte(`{"$ref":"#/definitions/x","items":[{"items":[]}],"additionalProperties":true,"type":["null","object"]}`))
	f.Add([]byte("type: object\nproperties: {nodeSelector: {type: string, description: \"a=b nodes . applies to \"}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var spec map[string]any
		if yaml.Unmarshal(data, &spec) != nil {
			return
		}
		object := wrap(spec)
		checkReport(t, FromMap(object))
		text, err := json.Marshal(object)
		if err != nil {
			return
		}
		typed := &apiextensions.CustomResourceDefinition{}
		if json.Unmarshal(text, typed) == nil {
			checkReport(t, typed)
		}
	})
}

func FuzzUnderstand(f *testing.F) {
	f.Add("Selects the nodes to which this applies. Applied to")
	f.Add("NodeSelector: pods run on\n\nnodes; é\xff.")
	f.Fuzz(func(t *testing.T, text string) {
		if got := understand(text); got != understand(text+strings.Repeat(" ", 3)) && len(text) < maxDescription-3 {
			t.Fatalf("blanks at the end change the meaning of %q", text)
		}
	})
}
