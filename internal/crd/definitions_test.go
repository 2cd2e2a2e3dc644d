package crd

import (
	"io/fs"
	"slices"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"

	crdfiles "github.com/stowage-dev/stowage/config/crd"
)

// TestDefinitionsAreValid asks the API server's own validation, with its CEL
// compiler and cost budget, whether it would take the definitions.
func TestDefinitionsAreValid(t *testing.T) {
	for _, kind := range kinds() {
		t.Run(kind, func(t *testing.T) {
			parsed, err := readDefinition(crdfiles.Files(), fileOf(kind))
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Spec.Names.Kind; got != kind {
				t.Errorf("%s defines kind %q, want %q", fileOf(kind), got, kind)
			}
			apiextensionsv1.SetDefaults_CustomResourceDefinition(parsed)
			apiextensionsv1.SetDefaults_CustomResourceDefinitionSpec(&parsed.Spec)
			parsed.Status.StoredVersions = []string{parsed.Spec.Versions[0].Name}
			internal := &apiextensions.CustomResourceDefinition{}
			if err := apiextensionsv1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(parsed, internal, nil); err != nil {
				t.Fatal(err)
			}
			for _, err := range validation.ValidateCustomResourceDefinition(t.Context(), internal) {
				t.Error(err)
			}
		})
	}
}

// TestEveryDefinitionHasAKind finds a definition that was generated for a new
// kind and that the validator does not know yet.
func TestEveryDefinitionHasAKind(t *testing.T) {
	var want []string
	for _, kind := range kinds() {
		want = append(want, fileOf(kind))
	}
	slices.Sort(want)
	got, err := fs.Glob(crdfiles.Files(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("config/crd holds %q, kinds.go knows %q: add the kind to kinds.go", got, want)
	}
}
