package crd

import (
	"fmt"
	"io/fs"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// definition is a CustomResourceDefinition made ready for use, in the forms the
// API server keeps one in. It is immutable once built.
type definition struct {
	apiVersion string
	kind       string
	namespaced bool
	// hasStatus says that status is a subresource, which creation drops.
	hasStatus bool

	structural *schema.Structural
	validator  validation.SchemaValidator
	// rules are the compiled CEL rules; nil if the schema has none.
	rules *cel.Validator
}

// loadDefinition reads the definition in the named file and compiles it. An
// error means that the file is absent, is no CustomResourceDefinition, or has
// no served version with a structural schema.
func loadDefinition(files fs.FS, name string) (*definition, error) {
	parsed, err := readDefinition(files, name)
	if err != nil {
		return nil, fmt.Errorf("reading definition %q: %w", name, err)
	}
	def, err := compile(parsed)
	if err != nil {
		return nil, fmt.Errorf("compiling definition %q: %w", name, err)
	}
	return def, nil
}

func readDefinition(files fs.FS, name string) (*apiextensionsv1.CustomResourceDefinition, error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	parsed := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(data, parsed); err != nil {
		return nil, err
	}
	return parsed, nil
}

// compile does what the API server does when a definition is established.
func compile(parsed *apiextensionsv1.CustomResourceDefinition) (*definition, error) {
	version, err := servedVersion(parsed)
	if err != nil {
		return nil, err
	}
	internal := &apiextensions.CustomResourceValidation{}
	err = apiextensionsv1.Convert_v1_CustomResourceValidation_To_apiextensions_CustomResourceValidation(version.Schema, internal, nil)
	if err != nil {
		return nil, err
	}
	structural, err := schema.NewStructural(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	validator, _, err := validation.NewSchemaValidator(internal.OpenAPIV3Schema)
	if err != nil {
		return nil, err
	}
	return &definition{
		apiVersion: parsed.Spec.Group + "/" + version.Name,
		kind:       parsed.Spec.Names.Kind,
		namespaced: parsed.Spec.Scope == apiextensionsv1.NamespaceScoped,
		hasStatus:  version.Subresources != nil && version.Subresources.Status != nil,
		structural: structural,
		validator:  validator,
		rules:      cel.NewValidator(structural, true, celconfig.PerCallLimit),
	}, nil
}

// servedVersion returns the one version of the definition that is served.
func servedVersion(parsed *apiextensionsv1.CustomResourceDefinition) (*apiextensionsv1.CustomResourceDefinitionVersion, error) {
	for i := range parsed.Spec.Versions {
		version := &parsed.Spec.Versions[i]
		if version.Served && version.Schema != nil && version.Schema.OpenAPIV3Schema != nil {
			return version, nil
		}
	}
	return nil, fmt.Errorf("finding a served version with a schema in %q: there is none", parsed.Name)
}
