package resource

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/schema"
)

// present is the field with a value to begin with.
func present(f *field) *field {
	if f.present {
		return f
	}
	empty := *f
	if f.point.Form == schema.FormJSONString {
		empty.value = "null"
	}
	return &empty
}

// labelled is a map of labels with some added and some taken away.
func labelled(value any, add map[string]string, gone []string) map[string]any {
	m := clonedMap(value)
	for _, k := range gone {
		delete(m, k)
	}
	for k, v := range add {
		m[k] = v
	}
	return m
}

// clonedMap is a copy of a map; an empty one of any other value.
func clonedMap(value any) map[string]any {
	m, _ := value.(map[string]any)
	if m = maps.Clone(m); m == nil {
		m = map[string]any{}
	}
	return m
}

// generic is a value as a decoder of YAML would give it.
func generic(h holder) map[string]any {
	m, err := runtime.DefaultUnstructuredConverter.ToUnstructured(&h)
	if err != nil { // never for these types
		return nil
	}
	return m
}

// textual is the value as the field holds it: as text where it holds text, in
// JSON or YAML as the text was written.
func textual(f *field, value any) any {
	if f.point.Form != schema.FormJSONString {
		return value
	}
	was, _ := f.value.(string)
	trimmed := strings.TrimSpace(was)
	if trimmed == "" || strings.ContainsRune("[{", rune(trimmed[0])) {
		if text, err := json.Marshal(value); err == nil {
			return string(text)
		}
	}
	text, err := yaml.Marshal(value)
	if err != nil { // never for what a decoder gave
		return was
	}
	return string(text)
}

// set returns the object with the value at the path, which may lead through
// maps that are not there yet. The object is not changed.
func set(object any, path []string, value any) any {
	if len(path) == 0 {
		return patch.Clone(value)
	}
	if list, ok := object.([]any); ok {
		list = slices.Clone(list)
		for i := range list {
			if fmt.Sprint(i) == path[0] {
				list[i] = set(list[i], path[1:], value)
			}
		}
		return list
	}
	m := clonedMap(object)
	m[path[0]] = set(m[path[0]], path[1:], value)
	return m
}
