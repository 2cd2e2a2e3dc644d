package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/config/crd"
)

// A table of fields stands between these lines. The first one names a kind by
// its plural and the field whose members the table lists.
const (
	tableBegin = "<!-- fields of "
	tableEnd   = "<!-- end of fields -->"
)

// tables holds the schema of each kind by its plural.
type tables map[string]apiextensionsv1.JSONSchemaProps

// loadTables reads the definitions of the kinds.
func loadTables() (tables, error) {
	files, err := fs.Glob(crd.Files(), "*.yaml")
	if err != nil {
		return nil, err
	}
	t := tables{}
	for _, name := range files {
		data, err := fs.ReadFile(crd.Files(), name)
		if err != nil {
			return nil, err
		}
		var definition apiextensionsv1.CustomResourceDefinition
		if err := yaml.UnmarshalStrict(data, &definition); err != nil {
			return nil, fmt.Errorf("reading %q: %w", name, err)
		}
		t[definition.Spec.Names.Plural] = *definition.Spec.Versions[0].Schema.OpenAPIV3Schema
	}
	return t, nil
}

// fill puts the tables that a document asks for in place of those it has.
func (t tables) fill(path string, text []byte) ([]byte, error) {
	var out bytes.Buffer
	inside := false
	for _, line := range splitLines(text) {
		asked, begins := strings.CutPrefix(line, tableBegin)
		switch {
		case begins:
			table, err := t.table(strings.TrimSuffix(asked, " -->"))
			if err != nil {
				return nil, fmt.Errorf("writing the fields in %s: %w", path, err)
			}
			out.WriteString(line + "\n\n" + table + "\n")
			inside = true
			continue
		case line == tableEnd:
			inside = false
		}
		if !inside {
			out.WriteString(line + "\n")
		}
	}
	if inside {
		return nil, fmt.Errorf("writing the fields in %s: the table has no end; fix: close it with %q", path, tableEnd)
	}
	return out.Bytes(), nil
}

// table lists the members of a field, asked for as "pools spec".
func (t tables) table(asked string) (string, error) {
	plural, field, _ := strings.Cut(asked, " ")
	root, found := t[plural]
	if !found {
		return "", fmt.Errorf("no kind has the plural %q", plural)
	}
	schema, found := root.Properties[field]
	if !found {
		return "", fmt.Errorf("%q has no field %q", plural, field)
	}
	var out strings.Builder
	out.WriteString("| field | type | default | meaning and limits |\n|---|---|---|---|\n")
	writeRows(&out, field, schema)
	return out.String(), nil
}
