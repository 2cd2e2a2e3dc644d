package resource

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/schema"
)

// field is a point of the kind at one place of the resource.
type field struct {
	point profile.Point
	// pattern of the path and the path itself, step by step and equally long.
	pattern, path []string
	value         any
	present       bool
}

// text is the path as a person writes it.
func (f field) text() string { return pathText(f.pattern, f.path) }

// parent is where the field's enclosing object is.
func (f field) parent() string { return pathText(f.pattern[:len(f.path)-1], f.path[:len(f.path)-1]) }

func (f field) name() string { return f.path[len(f.path)-1] }

func pathText(pattern, path []string) string {
	var b strings.Builder
	for i, step := range path {
		switch {
		case pattern[i] == "[]":
			b.WriteString("[" + step + "]")
		case i > 0:
			b.WriteString("." + step)
		default:
			b.WriteString(step)
		}
	}
	return b.String()
}

// expand finds the places of a point in the resource: for each item of a list
// and each value of a map that is there, and with fields that may be added. Where
// an object around it is missing that must not be made, there is no place.
func expand(kind *profile.Kind, point profile.Point, object map[string]any) []field {
	pattern := schema.Steps(point.Path)
	within := len(pattern) - 1
	if point.Within != "" {
		within = len(schema.Steps(point.Within))
	}
	var out []field
	for _, p := range openPoint(point) {
		steps := slices.Concat(pattern, p.below)
		for _, f := range follow(object, steps, nil, 0) {
			f.point = p.Point
			if f.present || f.mayAdd(kind, object, within) {
				out = append(out, f)
			}
		}
	}
	return out
}

// opened is a point, or a field of the pod spec that an open pod template holds.
type opened struct {
	profile.Point
	below []string
}

// openPoint gives the placement fields of an open pod template; any other point
// as it is.
func openPoint(point profile.Point) []opened {
	if point.Type != schema.TypePodTemplate || point.Form == schema.FormOpaque {
		return []opened{{Point: point}}
	}
	spec := schema.Point{Path: point.Path, Type: point.Type, Form: point.Form}.PodSpecPath()
	if spec == "" {
		return []opened{{Point: point}}
	}
	below := schema.Steps(spec)[len(schema.Steps(point.Path)):]
	var out []opened
	for _, f := range []struct {
		name string
		typ  schema.Type
		form schema.Form
	}{
		{"nodeSelector", schema.TypeNodeSelector, schema.FormMap},
		{"affinity", schema.TypeAffinity, schema.FormObject},
		{"tolerations", schema.TypeTolerations, schema.FormList},
		{"nodeName", schema.TypeNodeName, schema.FormString},
	} {
		p := point
		p.Type, p.Form = f.typ, f.form
		out = append(out, opened{p, slices.Concat(below, []string{f.name})})
	}
	return out
}

// follow walks the steps through what is there.
func follow(at any, pattern, path []string, done int) []field {
	if done == len(pattern) {
		return []field{{pattern: pattern, path: path, value: at, present: at != nil}}
	}
	step := pattern[done]
	switch step {
	case "[]":
		list, _ := at.([]any)
		var out []field
		for i, item := range list {
			out = append(out, follow(item, pattern, with(path, strconv.Itoa(i)), done+1)...)
		}
		return out
	case "{}":
		m, _ := at.(map[string]any)
		var out []field
		for _, key := range slices.Sorted(maps.Keys(m)) {
			out = append(out, follow(m[key], pattern, with(path, key), done+1)...)
		}
		return out
	}
	m, isMap := at.(map[string]any)
	if at != nil && !isMap {
		return nil
	}
	return follow(m[step], pattern, with(path, step), done+1)
}

func with(path []string, step string) []string { return append(slices.Clip(path), step) }

// mayAdd tells whether the field, which is absent, may be added: the object at
// the first steps is there, and what is missing below may be made.
func (f field) mayAdd(kind *profile.Kind, object map[string]any, within int) bool {
	have := depthOf(object, f.path)
	if have >= min(within, len(f.path)-1) {
		return true
	}
	if f.point.Within != "" {
		return false
	}
	for i := have + 1; i < len(f.path); i++ {
		if !kind.MayMake(f.pattern[:i]) {
			return false
		}
	}
	return true
}

// depthOf is the number of steps of the path that lead to a map or list.
func depthOf(object map[string]any, path []string) int {
	at := any(object)
	for i, step := range path {
		switch v := at.(type) {
		case map[string]any:
			at = v[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n >= len(v) {
				return i
			}
			at = v[n]
		}
		switch at.(type) {
		case map[string]any, []any:
		default:
			return i
		}
	}
	return len(path)
}

func errorAt(f *field, format string, args ...any) error {
	return fmt.Errorf("%s: %w", f.text(), fmt.Errorf(format, args...))
}
