package schema

import (
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// Steps cuts a path into its steps: names of fields, "[]" for any item of a list and "{}" for any value of a map. An
// empty path has none.
func Steps(path string) []string {
	var steps []string
	for part := range strings.SplitSeq(path, ".") {
		name := part
		var marks []string
		for strings.HasSuffix(name, "[]") || strings.HasSuffix(name, "{}") {
			marks = append([]string{name[len(name)-2:]}, marks...)
			name = name[:len(name)-2]
		}
		if name != "" {
			steps = append(steps, name)
		}
		steps = append(steps, marks...)
	}
	return steps
}

// HasField tells whether the version of the definition keeps a field at the steps, typed or in a part that the schema
// leaves open. An empty version means the one that Inspect takes. A definition without a usable schema has no field.
func HasField(crd *apiextensions.CustomResourceDefinition, version string, steps []string) bool {
	_, found := fieldAt(crd, version, steps)
	return found
}

// HoldsOnlyPlacement tells whether the object at the steps is typed, every field of it sets the placement of pods, and
// it may be made with any of them: making it switches nothing on.
func HoldsOnlyPlacement(crd *apiextensions.CustomResourceDefinition, version string, steps []string) bool {
	object, found := fieldAt(crd, version, steps)
	if !found || object == nil || len(object.Properties) == 0 || len(object.Required) > 0 {
		return false
	}
	for name := range object.Properties {
		switch name {
		case "podAffinity", "podAntiAffinity", "topologySpreadConstraints":
			continue
		}
		switch readName(name).subject {
		case aboutNodeSelector, aboutTolerations, aboutAffinity, aboutNodeAffinity:
		default:
			return false
		}
	}
	return true
}

// fieldAt returns the schema at the steps; nil, but found, inside a part that is left open.
func fieldAt(crd *apiextensions.CustomResourceDefinition, version string, steps []string) (*schemaProps, bool) {
	v := pickVersion(crd, version)
	if v == nil || v.Schema == nil || v.Schema.OpenAPIV3Schema == nil {
		return nil, false
	}
	at := v.Schema.OpenAPIV3Schema
	for _, step := range steps {
		next := below(at, step)
		if next == nil {
			open := crd.Spec.PreserveUnknownFields || at.XPreserveUnknownFields != nil && *at.XPreserveUnknownFields ||
				at.AdditionalProperties != nil && at.AdditionalProperties.Allows && at.AdditionalProperties.Schema == nil
			return nil, open
		}
		at = next
	}
	return at, true
}

// below is the schema one step further in; nil if there is none.
func below(at *schemaProps, step string) *schemaProps {
	switch step {
	case "[]":
		if at.Items != nil {
			return at.Items.Schema
		}
	case "{}":
		if at.AdditionalProperties != nil {
			return at.AdditionalProperties.Schema
		}
	default:
		if field, found := at.Properties[step]; found {
			return &field
		}
		if at.AdditionalProperties != nil {
			return at.AdditionalProperties.Schema
		}
	}
	return nil
}
