package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// writeRows writes one row for each field below a field, in the order of their
// names, and the fields of objects behind the object itself.
func writeRows(out *strings.Builder, path string, schema apiextensionsv1.JSONSchemaProps) {
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		s, at := schema.Properties[name], path+"."+name
		byDefault := "-"
		switch {
		case s.Default != nil:
			byDefault = "`" + strings.Trim(string(s.Default.Raw), `"`) + "`"
		case slices.Contains(schema.Required, name):
			byDefault = "required"
		}
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", at, typeOf(s), byDefault, meaningOf(s))
		if at == "status.conditions" { // those of every Kubernetes object
			continue
		}
		writeRows(out, at, s)
		if s.Items != nil {
			writeRows(out, at+"[]", *s.Items.Schema)
		}
	}
}

func typeOf(s apiextensionsv1.JSONSchemaProps) string {
	switch {
	case s.XIntOrString:
		return "quantity"
	case s.Items != nil:
		return "list of " + typeOf(*s.Items.Schema) + "s"
	case s.AdditionalProperties != nil:
		return "map to " + typeOf(*s.AdditionalProperties.Schema)
	case s.Format != "":
		return s.Format
	}
	return s.Type
}

// meaningOf is the description of a field, its limits, and those of its items or
// values.
func meaningOf(s apiextensionsv1.JSONSchemaProps) string {
	text := escape(strings.Join(strings.Fields(s.Description), " "))
	parts := append(limits(s), rules(s)...)
	for _, inner := range []struct {
		what   string
		schema *apiextensionsv1.JSONSchemaProps
	}{{"each item: ", itemsOf(s)}, {"each value: ", valuesOf(s)}} {
		if inner.schema == nil || len(inner.schema.Properties) > 0 {
			continue
		}
		if l := append(limits(*inner.schema), rules(*inner.schema)...); len(l) > 0 {
			parts = append(parts, inner.what+strings.Join(l, "; "))
		}
	}
	for i, p := range parts {
		parts[i] = strings.ToUpper(p[:1]) + p[1:]
	}
	if len(parts) > 0 {
		text += " *" + strings.Join(parts, ". ") + ".*"
	}
	return strings.TrimSpace(text)
}

func itemsOf(s apiextensionsv1.JSONSchemaProps) *apiextensionsv1.JSONSchemaProps {
	if s.Items == nil {
		return nil
	}
	return s.Items.Schema
}

func valuesOf(s apiextensionsv1.JSONSchemaProps) *apiextensionsv1.JSONSchemaProps {
	if s.AdditionalProperties == nil {
		return nil
	}
	return s.AdditionalProperties.Schema
}

// limits are the bounds of a value in words.
func limits(s apiextensionsv1.JSONSchemaProps) []string {
	var out []string
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = "`" + strings.Trim(string(v.Raw), `"`) + "`"
		}
		out = append(out, "one of "+strings.Join(values, ", "))
	}
	for _, b := range []struct {
		what        string
		least, most *int64
	}{
		{"items", s.MinItems, s.MaxItems}, {"characters", s.MinLength, s.MaxLength}, {"entries", s.MinProperties, s.MaxProperties},
	} {
		switch {
		case b.least != nil && b.most != nil:
			out = append(out, fmt.Sprintf("%d to %d %s", *b.least, *b.most, b.what))
		case b.most != nil:
			out = append(out, fmt.Sprintf("at most %d %s", *b.most, b.what))
		case b.least != nil:
			out = append(out, fmt.Sprintf("at least %d %s", *b.least, b.what))
		}
	}
	if s.XListType != nil && *s.XListType == "set" {
		out = append(out, "no item twice")
	}
	return out
}

// rules are the messages by which the API server refuses a value.
func rules(s apiextensionsv1.JSONSchemaProps) []string {
	var out []string
	for _, v := range s.XValidations {
		if text := escape(v.Message); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// escape makes text safe in a cell of a table.
func escape(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "<", "&lt;", "_", `\_`).Replace(text)
}
