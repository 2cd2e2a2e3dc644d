package schema

import (
	"maps"
	"slices"
)

// maxDepth and maxFields bound the walk. The API server's own limits (a definition of about 1.5 MB) keep every honest
// schema far below both; the largest of some hundred well-known operators' have 19 levels and 10,000 fields.
const (
	maxDepth  = 100
	maxFields = 200_000
)

// walker visits every field of a schema once, in the order of their names, and gathers the points it decides for.
type walker struct {
	kindWords    []string
	about        meaning // of the definition: its root and spec descriptions
	keepsUnknown bool
	pins         bool
	left         int
	truncated    bool
	levels       []*level
	points       []Point
	lookAlikes   []Point
}

func newWalker(kind string, root *schemaProps) *walker {
	w := &walker{left: maxFields, kindWords: wordsOf(kind)}
	about := root.Description
	if spec, ok := root.Properties["spec"]; ok && spec.Description != "" {
		about += ".\n\n" + spec.Description
	}
	w.about = understand(about)
	return w
}

// level is the room that the walk needs at one depth. It visits one field per depth at a time, so a few levels, used again
// and again, take the place of an allocation for each of some hundred thousand fields.
type level struct {
	schema schemaProps
	frame  frame
	names  []string
}

func (w *walker) at(depth int) *level {
	for len(w.levels) <= depth {
		w.levels = append(w.levels, &level{})
	}
	return w.levels[depth]
}

// walkRoot visits the fields of a custom resource. What the cluster itself owns (identity, metadata) or reports
// (status) is no place to set anything.
func (w *walker) walkRoot(root *schemaProps) {
	f := &frame{description: root.Description, props: root.Properties, shape: shapeOther}
	w.fields(f, root, 0, func(name string) bool {
		return name == "apiVersion" || name == "kind" || name == "metadata" || name == "status"
	})
}

// fields visits the properties of s, in the order of their names, except those that skip names.
func (w *walker) fields(f *frame, s *schemaProps, depth int, skip func(string) bool) {
	if len(s.Properties) == 0 || depth >= maxDepth {
		w.truncated = w.truncated || len(s.Properties) > 0
		return
	}
	next := w.at(depth + 1)
	next.names = slices.AppendSeq(next.names[:0], maps.Keys(s.Properties))
	slices.Sort(next.names)
	for _, name := range next.names {
		if skip(name) {
			continue
		}
		next.schema = s.Properties[name]
		w.visit(f, name, &next.schema, depth+1)
	}
}

// visit decides about one value and, if it is no point, looks inside it.
func (w *walker) visit(parent *frame, step string, s *schemaProps, depth int) {
	if depth > maxDepth || w.left <= 0 {
		w.truncated = true
		return
	}
	w.left--
	f := &w.at(depth).frame
	*f = frame{parent: parent, step: step, description: s.Description, props: s.Properties}
	f.shape = shapeOf(s, w.keepsUnknown)
	f.keeps = s.XPreserveUnknownFields != nil && *s.XPreserveUnknownFields
	if step != "[]" && step != "{}" {
		if item := itemsOf(s); item != nil && item.Description != "" {
			f.description = joinSentences(s.Description, item.Description)
		}
		if w.decide(f) {
			return
		}
	}
	if f.shape == shapeScalar || f.shape == shapeText {
		return
	}
	w.inside(f, s, depth)
}

func (w *walker) inside(f *frame, s *schemaProps, depth int) {
	pod := f.shape == shapePodSpec
	w.fields(f, s, depth, func(name string) bool { return skips(name, pod) })
	if item := itemsOf(s); item != nil {
		w.visit(f, "[]", item, depth+1)
	}
	if value := valuesOf(s); value != nil {
		w.visit(f, "{}", value, depth+1)
	}
}

// skips reports fields that hold no placement. An object called status is a report wherever it stands; the large parts
// of a pod spec are the same in every definition and are not worth the time.
func skips(name string, podSpec bool) bool {
	switch name {
	case "status":
		return true
	case "containers", "initContainers", "ephemeralContainers", "volumes", "topologySpreadConstraints":
		return podSpec
	}
	return false
}

func joinSentences(a, b string) string {
	if a == "" {
		return b
	}
	return a + ".\n\n" + b
}

func sortedKeys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
