package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// madeCRD builds a definition about as large as those of real operators: components components, each with a pod
// template that has as many containers of fifty fields as asked for.
func madeCRD(components, containers int) *apiextensions.CustomResourceDefinition {
	str := schemaProps{Type: "string", Description: "A plain setting of the container, of no interest to placement."}
	container := schemaProps{Type: "object", Properties: map[string]schemaProps{}}
	for i := range 50 {
		container.Properties[fmt.Sprintf("setting%02dSelector", i)] = str
	}
	pod := schemaProps{Type: "object", Properties: map[string]schemaProps{
		"restartPolicy": str,
		"nodeSelector":  {Type: "object", AdditionalProperties: &apiextensions.JSONSchemaPropsOrBool{Schema: &str}},
	}}
	for i := range containers {
		name := fmt.Sprintf("containers%02d", i)
		pod.Properties[name] = schemaProps{Type: "array", Items: &apiextensions.JSONSchemaPropsOrArray{Schema: &container}}
	}
	spec := schemaProps{Type: "object", Properties: map[string]schemaProps{}}
	for i := range components {
		spec.Properties[fmt.Sprintf("component%02d", i)] = schemaProps{Type: "object", Properties: map[string]schemaProps{
			"template": {Type: "object", Properties: map[string]schemaProps{"spec": pod}},
		}}
	}
	crd := &apiextensions.CustomResourceDefinition{}
	crd.Spec.Group, crd.Spec.Names.Plural, crd.Spec.Names.Kind = "example.org", "platforms", "Platform"
	root := &schemaProps{Type: "object", Properties: map[string]schemaProps{"spec": spec}}
	crd.Spec.Versions = []apiextensions.CustomResourceDefinitionVersion{{
		Name: "v1", Served: true, Storage: true, Schema: &apiextensions.CustomResourceValidation{OpenAPIV3Schema: root},
	}}
	return crd
}

// BenchmarkDiscoverMade measures one made definition of 5,000 fields; a second holds 500 of them twice over.
func BenchmarkDiscoverMade(b *testing.B) {
	crd := madeCRD(10, 10)
	if got := len(Discover(crd)); got != 10 {
		b.Fatalf("found %d points, want 10", got)
	}
	b.ReportAllocs()
	for b.Loop() {
		Discover(crd)
	}
}

func realFiles(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(realCRDs, "open", "*.yaml"))
	if err != nil {
		tb.Fatal(err)
	}
	if len(files) == 0 {
		tb.Skipf("SKIPPED: no definitions of real operators at %s", realCRDs)
	}
	return files
}

// BenchmarkDiscoverReal measures all definitions of real operators, read beforehand.
func BenchmarkDiscoverReal(b *testing.B) {
	files := realFiles(b)
	crds := make([]*apiextensions.CustomResourceDefinition, 0, len(files))
	for _, f := range files {
		crds = append(crds, readCRD(b, f))
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, crd := range crds {
			Discover(crd)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(len(crds))*500, "s/500crds")
}

// BenchmarkReadAndDiscoverReal is the same with reading the YAML included.
func BenchmarkReadAndDiscoverReal(b *testing.B) {
	files := realFiles(b)
	texts := make([][]byte, 0, len(files))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		texts = append(texts, data)
	}
	for b.Loop() {
		for _, data := range texts {
			crd := &apiextensions.CustomResourceDefinition{}
			if err := yaml.Unmarshal(data, crd); err != nil {
				b.Fatal(err)
			}
			Discover(crd)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/float64(len(texts))*500, "s/500crds")
}
