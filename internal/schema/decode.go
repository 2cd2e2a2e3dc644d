package schema

import (
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// FromMap reads a definition of apiextensions.k8s.io v1 or v1beta1 from plain maps, as a YAML or JSON decoder makes
// them. Only what discovery needs is read; a part of an unexpected type counts as absent. It returns nil if object is
// nil, and never fails: what cannot be understood has no placement points.
func FromMap(object map[string]any) *apiextensions.CustomResourceDefinition {
	if object == nil {
		return nil
	}
	spec := child(object, "spec")
	names := child(spec, "names")
	crd := &apiextensions.CustomResourceDefinition{}
	crd.Name = text(child(object, "metadata"), "name")
	crd.Spec.Group = text(spec, "group")
	crd.Spec.Names.Plural = text(names, "plural")
	crd.Spec.Names.Kind = text(names, "kind")
	crd.Spec.Scope = apiextensions.ResourceScope(text(spec, "scope"))
	crd.Spec.PreserveUnknownFields = truth(spec, "preserveUnknownFields")
	d := decoder{left: maxFields + 2}
	shared := d.validation(child(spec, "validation"))
	versions, _ := spec["versions"].([]any)
	for _, v := range versions {
		m, _ := v.(map[string]any)
		if m == nil {
			continue
		}
		own := d.validation(child(m, "schema"))
		if own == nil {
			own = shared
		}
		crd.Spec.Versions = append(crd.Spec.Versions, apiextensions.CustomResourceDefinitionVersion{
			Name: text(m, "name"), Served: truth(m, "served"), Storage: truth(m, "storage"), Schema: own,
		})
	}
	if name := text(spec, "version"); name != "" && len(crd.Spec.Versions) == 0 {
		crd.Spec.Versions = append(crd.Spec.Versions, apiextensions.CustomResourceDefinitionVersion{
			Name: name, Served: true, Storage: true, Schema: shared,
		})
	}
	return crd
}

// decoder turns maps into schemas: left fields of them and slightly deeper than the walk goes, so that the walk notices
// what it does not see.
type decoder struct{ left int }

func (d *decoder) validation(m map[string]any) *apiextensions.CustomResourceValidation {
	root, ok := m["openAPIV3Schema"].(map[string]any)
	if !ok {
		return nil
	}
	return &apiextensions.CustomResourceValidation{OpenAPIV3Schema: d.schema(root, 0)}
}

func (d *decoder) schema(m map[string]any, depth int) *apiextensions.JSONSchemaProps {
	if m == nil || depth > maxDepth+1 || d.left <= 0 {
		return nil
	}
	d.left--
	s := &apiextensions.JSONSchemaProps{
		Type: text(m, "type"), Description: text(m, "description"), XIntOrString: truth(m, "x-kubernetes-int-or-string"),
		XEmbeddedResource: truth(m, "x-kubernetes-embedded-resource"),
	}
	if truth(m, "x-kubernetes-preserve-unknown-fields") {
		keep := true
		s.XPreserveUnknownFields = &keep
	}
	if values, ok := m["enum"].([]any); ok {
		s.Enum = make([]apiextensions.JSON, len(values))
	}
	if required, ok := m["required"].([]any); ok {
		for _, name := range required {
			if field, ok := name.(string); ok {
				s.Required = append(s.Required, field)
			}
		}
	}
	for _, key := range []string{"anyOf", "oneOf"} {
		if choices, ok := m[key].([]any); ok {
			s.AnyOf = append(s.AnyOf, make([]apiextensions.JSONSchemaProps, min(len(choices), 1))...)
		}
	}
	if props := child(m, "properties"); len(props) > 0 {
		s.Properties = d.properties(props, depth)
	}
	if items := d.schema(child(m, "items"), depth+1); items != nil {
		s.Items = &apiextensions.JSONSchemaPropsOrArray{Schema: items}
	}
	switch values := m["additionalProperties"].(type) {
	case bool:
		s.AdditionalProperties = &apiextensions.JSONSchemaPropsOrBool{Allows: values}
	case map[string]any:
		if v := d.schema(values, depth+1); v != nil {
			s.AdditionalProperties = &apiextensions.JSONSchemaPropsOrBool{Allows: true, Schema: v}
		}
	}
	return s
}

func (d *decoder) properties(props map[string]any, depth int) map[string]apiextensions.JSONSchemaProps {
	out := make(map[string]apiextensions.JSONSchemaProps, len(props))
	for _, name := range sortedKeys(props) {
		field, _ := props[name].(map[string]any)
		if s := d.schema(field, depth+1); s != nil {
			out[name] = *s
		}
	}
	return out
}

func child(m map[string]any, key string) map[string]any {
	c, _ := m[key].(map[string]any)
	return c
}

// text reads a string; of a JSON schema's list of types it takes the first that is not null.
func text(m map[string]any, key string) string {
	switch v := m[key].(type) {
	case string:
		return v
	case []any:
		for _, t := range v {
			if s, ok := t.(string); ok && s != "null" {
				return s
			}
		}
	}
	return ""
}

func truth(m map[string]any, key string) bool {
	b, _ := m[key].(bool)
	return b
}
