package crd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// prune takes the fields out of obj that the schema does not know, and reports
// each with its full path, as strict decoding does.
func (d *definition) prune(obj map[string]any) field.ErrorList {
	unknown := pruning.PruneWithOptions(obj, d.structural, true,
		schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	var errs field.ErrorList
	for _, path := range unknown {
		errs = append(errs, unknownField(path, d.hint(path)))
	}
	return errs
}

// unknownField is the error for a field that the schema does not know. The hint
// says what may have been meant; it may be empty.
func unknownField(path, hint string) *field.Error {
	return &field.Error{
		Type:   field.ErrorTypeForbidden,
		Field:  path,
		Detail: fmt.Sprintf("unknown field %q%s", path, hint),
	}
}

// hint says which field of the schema the unknown one at path may have been
// meant to be, or which ones there are. It is empty where the schema has no
// named fields.
func (d *definition) hint(path string) string {
	parent := d.structural
	within, name := cutLast(path)
	for step := range steps(within) {
		if parent = descend(parent, step); parent == nil {
			return ""
		}
	}
	known := slices.Sorted(maps.Keys(parent.Properties))
	if len(known) == 0 {
		return ""
	}
	if best := nearest(name, known); best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return "; the fields here are " + strings.Join(known, ", ")
}

// cutLast cuts the last field off a path.
func cutLast(path string) (parent, name string) {
	i := strings.LastIndex(path, ".")
	return path[:max(i, 0)], path[i+1:]
}
