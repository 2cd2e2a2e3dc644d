package manifest

import (
	"maps"
	"slices"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// equals says whether a node's value is want, without making the value: a
// large document would need its memory twice. A float that is whole equals the
// integer.
func (v *valuer) equals(r syntax.Ref, want any) (bool, error) {
	switch v.tree.At(r).Kind {
	case syntax.Map:
		return v.equalsMap(r, want)
	case syntax.List:
		return v.equalsList(r, want)
	case syntax.Scalar, syntax.Alias:
	}
	got, err := v.value(r)
	return err == nil && same(want, got), err
}

func (v *valuer) equalsList(r syntax.Ref, want any) (bool, error) {
	list, ok := want.([]any)
	if !ok || len(list) != int(v.tree.At(r).Count) {
		return false, nil
	}
	c := v.tree.First(r)
	for _, item := range list {
		if equal, err := v.equals(c, item); !equal {
			return false, err
		}
		c = v.tree.Next(c)
	}
	return true, nil
}

func (v *valuer) equalsMap(r syntax.Ref, want any) (bool, error) {
	t := v.tree
	m, ok := want.(map[string]any)
	if !ok {
		return false, nil
	}
	seen := make(map[string]bool, len(m))
	for k := t.First(r); k != syntax.None; k = t.Next(t.Next(k)) {
		if isMerge(t, k) {
			got, err := v.value(r)
			return err == nil && same(want, got), err
		}
		name, err := v.key(k)
		if err != nil {
			return false, err
		}
		value, ok := m[name]
		if !ok || seen[name] {
			return false, nil
		}
		seen[name] = true
		if equal, err := v.equals(t.Next(k), value); !equal {
			return false, err
		}
	}
	return len(seen) == len(m), nil
}

// same compares JSON-compatible values in the same way.
func same(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, same)
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return jsonNumber(a) == jsonNumber(b)
}
