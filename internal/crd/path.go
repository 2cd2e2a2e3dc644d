package crd

import (
	"iter"
	"strconv"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
)

// steps cuts a path as the API server prints it, such as spec.taints[0].key,
// into its steps: spec, taints, [0], key. A label key that holds dots is cut as
// well, so that such a path is not found rather than mistaken for another.
func steps(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(path, ".") {
			name, rest, indexed := strings.Cut(part, "[")
			if name != "" && !yield(name) {
				return
			}
			for indexed {
				var index string
				index, rest, indexed = strings.Cut(rest, "[")
				if !yield("[" + index) {
					return
				}
			}
		}
	}
}

// valueAt returns the value at a path of an object, and false if there is none.
func valueAt(obj map[string]any, path string) (any, bool) {
	var at any = obj
	for step := range steps(path) {
		switch value := at.(type) {
		case map[string]any:
			item, ok := value[step]
			if !ok {
				return nil, false
			}
			at = item
		case []any:
			i, err := strconv.Atoi(strings.Trim(step, "[]"))
			if err != nil || i < 0 || i >= len(value) {
				return nil, false
			}
			at = value[i]
		default:
			return nil, false
		}
	}
	return at, true
}

// descend returns the schema one step below s, or nil where there is none.
func descend(s *schema.Structural, step string) *schema.Structural {
	if strings.HasPrefix(step, "[") {
		return s.Items
	}
	if next, ok := s.Properties[step]; ok {
		return &next
	}
	if s.AdditionalProperties != nil {
		return s.AdditionalProperties.Structural
	}
	return nil
}
