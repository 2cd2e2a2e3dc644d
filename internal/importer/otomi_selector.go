package importer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/util/validation"
)

// maxLabels is how many labels a pool may have.
const maxLabels = 16

// otomiSelector is the platform's node selector as written in one file, or in
// several that agree.
type otomiSelector struct {
	labels map[string]string
	places []place
}

// readLabels reads the labels of a node selector. A value is the text as it
// stands in the file, whatever YAML makes of it: node labels are texts, and a
// label of the value "true" is meant where true is written.
func (f *otomiFile) readLabels(node *yaml.Node, at place) (otomiSelector, []Finding, error) {
	selector := otomiSelector{labels: map[string]string{}, places: []place{at}}
	if node.Kind != yaml.MappingNode {
		return selector, nil, fmt.Errorf("line %d: %s is %s, not a mapping of node labels; write each label as a line \"key: value\"",
			at.line, at.path, kindName(node))
	}
	entries, err := f.pairs(node)
	if err != nil {
		return selector, nil, err
	}
	var findings []Finding
	for _, entry := range entries {
		field := place{file: at.file, line: entry.key.Line, path: below(at.path, entry.key.Value)}
		if err := checkLabel(entry, field); err != nil {
			return selector, nil, err
		}
		if tag := entry.value.ShortTag(); tag != "!!str" {
			findings = append(findings, unquoted(field, entry.value, tag))
		}
		selector.labels[entry.key.Value] = entry.value.Value
	}
	if len(selector.labels) == 0 || len(selector.labels) > maxLabels {
		return selector, nil, fmt.Errorf("line %d: %s has %d labels: a pool takes 1 to %d; keep those that only the platform's nodes carry",
			at.line, at.path, len(selector.labels), maxLabels)
	}
	return selector, findings, nil
}

// checkLabel says what is wrong with a label and how to mend it.
func checkLabel(entry pair, field place) error {
	fail := func(problem, fix string) error {
		return fmt.Errorf("line %d: %s %s; %s", field.line, field.path, problem, fix)
	}
	if problems := validation.IsQualifiedName(entry.key.Value); len(problems) > 0 {
		return fail("is no label key: "+problems[0], "use the key of a label that the platform's nodes carry")
	}
	if entry.value.Kind != yaml.ScalarNode {
		return fail("is "+kindName(entry.value)+", not a text", "give the label's one value, in quotes")
	}
	if problems := validation.IsValidLabelValue(entry.value.Value); len(problems) > 0 {
		return fail(fmt.Sprintf("is %q, which is no label value: %s", entry.value.Value, problems[0]),
			"use the value that the platform's nodes carry (kubectl get nodes --show-labels)")
	}
	return nil
}

// unquoted is the finding for a value that YAML does not read as a text.
func unquoted(field place, value *yaml.Node, tag string) Finding {
	message := "has no value; taken as the empty label value"
	if value.Value != "" {
		message = fmt.Sprintf("is %s without quotes, which YAML reads as %s; taken as the label value %q",
			value.Value, tagName(tag), value.Value)
	}
	return Finding{File: field.file, Line: field.line, Path: field.path, Message: message}
}

// tagName says in words what YAML takes a value for.
func tagName(tag string) string {
	switch tag {
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!null":
		return "nothing"
	case "!!timestamp":
		return "a date"
	default:
		return "a value of type " + tag
	}
}

// oneSelector merges what the files say about the platform's nodes. It has no
// labels if none says anything, and is an error if two disagree.
func oneSelector(selectors []otomiSelector) (otomiSelector, error) {
	if len(selectors) == 0 {
		return otomiSelector{}, nil
	}
	first := selectors[0]
	for _, other := range selectors[1:] {
		if !maps.Equal(first.labels, other.labels) {
			return otomiSelector{}, fmt.Errorf("importing otomi.nodeSelector: %s says %s, but %s says %s; keep one of them",
				first.places[0], labelText(first.labels), other.places[0], labelText(other.labels))
		}
		first.places = append(slices.Clip(first.places), other.places...)
	}
	return first, nil
}

// labelText gives labels as key=value, sorted.
func labelText(labels map[string]string) string {
	parts := make([]string, 0, len(labels))
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, key+"="+labels[key])
	}
	return strings.Join(parts, ",")
}
