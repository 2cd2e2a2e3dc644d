package schema

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// TestPoints reads the definitions below testdata/points. Comments at the top of each say what must be found, as "want:
// path type form", and what must not, as "not: path".
func TestPoints(t *testing.T) {
	files, err := filepath.Glob("testdata/points/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no definitions to read: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want, not := expectations(string(data))
			report := Inspect(readCRD(t, file), "")
			var got, paths []string
			for _, p := range report.Points {
				got = append(got, p.Path+" "+string(p.Type)+" "+string(p.Form))
				paths = append(paths, p.Path)
				if p.Confidence < 0.6 || p.Confidence > 1 || p.Why == "" {
					t.Errorf("%s: confidence %v, why %q", p.Path, p.Confidence, p.Why)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("points (-want +got):\n%s", diff)
				for _, p := range append(report.Points, report.LookAlikes...) {
					t.Log(p.Path, p.Confidence, p.Why)
				}
			}
			for _, path := range not {
				if slices.Contains(paths, path) {
					t.Errorf("%s is no placement point", path)
				}
			}
			for _, p := range report.LookAlikes {
				if p.Confidence > 0.5 || !strings.Contains(p.Why, "but ") && p.Confidence == 0.5 {
					t.Errorf("look-alike %s: confidence %v, why %q", p.Path, p.Confidence, p.Why)
				}
			}
		})
	}
}

func expectations(text string) (want, not []string) {
	for line := range strings.SplitSeq(text, "\n") {
		if w, ok := strings.CutPrefix(line, "# want: "); ok {
			want = append(want, w)
		}
		if n, ok := strings.CutPrefix(line, "# not: "); ok {
			not = append(not, n)
		}
	}
	slices.Sort(want)
	return want, not
}

// TestExpectationsExist guards against a path in testdata that is misspelt and so could never be found.
func TestExpectationsExist(t *testing.T) {
	files, _ := filepath.Glob("testdata/points/*.yaml")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		root := readCRD(t, file).Spec.Versions[0].Schema.OpenAPIV3Schema
		_, not := expectations(string(data))
		for _, path := range not {
			if !exists(root, path) {
				t.Errorf("%s: no field %s", file, path)
			}
		}
	}
}

func exists(s *schemaProps, path string) bool {
	for step := range strings.SplitSeq(path, ".") {
		name := strings.TrimRight(step, "[]{}")
		p, ok := s.Properties[name]
		if !ok {
			return false
		}
		s = &p
		for range strings.Count(step, "[]") {
			s = itemsOf(s)
		}
		for range strings.Count(step, "{}") {
			s = valuesOf(s)
		}
	}
	return true
}

func TestFromMapFindsTheSame(t *testing.T) {
	files, _ := filepath.Glob("testdata/points/*.yaml")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := yaml.Unmarshal(data, &object); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(Discover(readCRD(t, file)), Discover(FromMap(object))); diff != "" {
			t.Errorf("%s: typed and untyped differ: %s", file, diff)
		}
	}
}

func TestDiscoverLeavesInputAlone(t *testing.T) {
	crd := readCRD(t, "testdata/points/component.yaml")
	before, err := json.Marshal(crd)
	if err != nil {
		t.Fatal(err)
	}
	first := Discover(crd)
	if diff := cmp.Diff(first, Discover(crd)); diff != "" {
		t.Errorf("a second look differs: %s", diff)
	}
	after, err := json.Marshal(crd)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Error("Discover changed its input")
	}
}

func TestPointAsJSON(t *testing.T) {
	points := Discover(readCRD(t, "testdata/points/split-affinity.yaml"))
	points[0].Why, points[0].Confidence = "reasons", 0.75
	got, err := json.Marshal(points)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"crd":"consoles.example.org","kind":"Console","version":"v1","path":"spec.deployment.affinity.node",` +
		`"type":"nodeAffinity","form":"opaque","confidence":0.75,"why":"reasons"}]`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestPodSpecPath(t *testing.T) {
	got := map[string]string{}
	for _, p := range Discover(readCRD(t, "testdata/points/open-templates.yaml")) {
		got[p.Path] = p.PodSpecPath()
	}
	want := map[string]string{
		"spec.podTemplate":             "spec.podTemplate.spec",
		"spec.brokerPodSpec":           "spec.brokerPodSpec",
		"spec.deploymentTemplate.spec": "spec.deploymentTemplate.spec.template.spec",
		"spec.jobTemplate":             "spec.jobTemplate.spec.template.spec",
		"spec.fullJob":                 "spec.fullJob.spec.template.spec",
		"spec.inference.template":      "spec.inference.template.spec",
		"spec.overrides.template.spec": "spec.overrides.template.spec",
		"spec.workers.template":        "spec.workers.template.spec",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if p := (Point{Path: "spec.nodeSelector", Type: TypeNodeSelector}); p.PodSpecPath() != "" {
		t.Errorf("a node selector has no pod spec below it, got %q", p.PodSpecPath())
	}
}

func TestPins(t *testing.T) {
	got := Pins(readCRD(t, "testdata/points/podtemplate.yaml"))
	if len(got) != 1 || got[0].Path != "spec.template.spec.nodeName" || got[0].Type != TypeNodeName {
		t.Errorf("Pins: got %v, want the nodeName of the pod spec alone", got)
	}
	if got := Pins(readCRD(t, "testdata/points/node-policy.yaml")); len(got) != 0 {
		t.Errorf("Pins without a pod spec: got %v", got)
	}
}

func TestLookAlikesSayWhy(t *testing.T) {
	report := Inspect(readCRD(t, "testdata/points/node-policy.yaml"), "")
	if len(report.LookAlikes) != 1 || !strings.Contains(report.LookAlikes[0].Why, "but its description acts on nodes") {
		t.Errorf("got %+v, want one look-alike that says its description acts on nodes", report.LookAlikes)
	}
}

func TestVersionPicked(t *testing.T) {
	v := func(name string, served, storage bool) apiextensions.CustomResourceDefinitionVersion {
		root := &schemaProps{Type: "object", Properties: map[string]schemaProps{
			"spec": {Type: "object", Properties: map[string]schemaProps{
				"tolerations": {Type: "array", Items: &apiextensions.JSONSchemaPropsOrArray{Schema: &schemaProps{
					Type: "object", Properties: map[string]schemaProps{"key": {}, "operator": {}, "effect": {}},
				}}},
			}},
		}}
		return apiextensions.CustomResourceDefinitionVersion{
			Name: name, Served: served, Storage: storage, Schema: &apiextensions.CustomResourceValidation{OpenAPIV3Schema: root},
		}
	}
	for name, c := range map[string]struct {
		versions []apiextensions.CustomResourceDefinitionVersion
		ask      string
		want     string
	}{
		"served and stored":       {versions: []apiextensions.CustomResourceDefinitionVersion{v("v1", true, false), v("v2", true, true)}, want: "v2"},
		"stored but not served":   {versions: []apiextensions.CustomResourceDefinitionVersion{v("v1", true, false), v("v2", false, true)}, want: "v1"},
		"none served":             {versions: []apiextensions.CustomResourceDefinitionVersion{v("v1", false, false), v("v2", false, true)}, want: "v2"},
		"asked for":               {versions: []apiextensions.CustomResourceDefinitionVersion{v("v1", true, false), v("v2", true, true)}, ask: "v1", want: "v1"},
		"asked for and not there": {versions: []apiextensions.CustomResourceDefinitionVersion{v("v1", true, true)}, ask: "v3"},
		"no versions":             {},
	} {
		crd := &apiextensions.CustomResourceDefinition{}
		crd.Spec.Versions = c.versions
		got := ""
		if points := Inspect(crd, c.ask).Points; len(points) > 0 {
			got = points[0].Version
		}
		if got != c.want {
			t.Errorf("%s: got version %q, want %q", name, got, c.want)
		}
	}
}
