package manifest

import (
	"fmt"
	"maps"
	"slices"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// valuer turns nodes of a tree into JSON-compatible values.
type valuer struct {
	tree *syntax.Tree
	// left is how many values aliases may still stand for.
	left int
	// within holds the nodes that are being read through aliases, so that an
	// anchor cannot hold itself.
	within []syntax.Ref
	depth  int
}

func (v *valuer) value(r syntax.Ref) (any, error) {
	if len(v.within) > 0 {
		if v.left--; v.left < 0 {
			return nil, v.fail(r, fmt.Sprintf("aliases stand for more than %d values", MaxAliasValues), "write fewer aliases of aliases")
		}
	}
	switch n := v.tree.At(r); n.Kind {
	case syntax.Map:
		return v.mapping(r)
	case syntax.List:
		return v.list(r)
	case syntax.Alias:
		return v.alias(r)
	case syntax.Scalar:
	}
	return v.scalar(r)
}

func (v *valuer) scalar(r syntax.Ref) (any, error) {
	n := v.tree.At(r)
	props, _ := v.tree.Props(r)
	value, err := resolve(v.tree.Text(r), props.Tag, n.Style != syntax.Plain)
	if err != nil {
		return nil, v.fail(r, err.Error(), "quote it if it is a text")
	}
	return jsonNumber(value), nil
}

func (v *valuer) list(r syntax.Ref) (any, error) {
	if err := v.enter(r); err != nil {
		return nil, err
	}
	defer func() { v.depth-- }()
	out := make([]any, 0, v.tree.At(r).Count)
	for c := v.tree.First(r); c != syntax.None; c = v.tree.Next(c) {
		item, err := v.value(c)
		if err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}

func (v *valuer) mapping(r syntax.Ref) (any, error) {
	if err := v.enter(r); err != nil {
		return nil, err
	}
	defer func() { v.depth-- }()
	out := make(map[string]any, v.tree.At(r).Count)
	var own map[string]bool // the keys that are not merged, once there is a merge
	for k := v.tree.First(r); k != syntax.None; k = v.tree.Next(v.tree.Next(k)) {
		if isMerge(v.tree, k) {
			if own == nil {
				own = keysOf(out)
			}
			if err := v.merge(out, v.tree.Next(k)); err != nil {
				return nil, err
			}
			continue
		}
		if err := v.entry(out, own, k); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (v *valuer) entry(out map[string]any, own map[string]bool, k syntax.Ref) error {
	name, err := v.key(k)
	if err != nil {
		return err
	}
	value, err := v.value(v.tree.Next(k))
	if err != nil {
		return err
	}
	if _, twice := out[name]; twice && (own == nil || own[name]) {
		return syntax.Twice(int(v.tree.At(k).Line), name)
	}
	if own != nil {
		own[name] = true
	}
	out[name] = value
	return nil
}

func keysOf(m map[string]any) map[string]bool {
	keys := make(map[string]bool, len(m))
	for k := range m {
		keys[k] = true
	}
	return keys
}

func (v *valuer) key(k syntax.Ref) (string, error) {
	n := v.tree.At(k)
	if n.Kind == syntax.Alias {
		return v.key(v.tree.Target(k))
	}
	if n.Kind != syntax.Scalar {
		return "", v.fail(k, "a map's key is a map or list", "write it as text")
	}
	props, _ := v.tree.Props(k)
	name, err := resolveKey(v.tree.Text(k), props.Tag, n.Style != syntax.Plain)
	if err != nil {
		return "", v.fail(k, err.Error(), "quote the key")
	}
	return name, nil
}

// isMerge says whether a key is the merge key `<<`.
func isMerge(t *syntax.Tree, k syntax.Ref) bool {
	n := t.At(k)
	if n.Kind != syntax.Scalar || n.End-n.Start != 2 || n.Style != syntax.Plain || t.Text(k) != "<<" {
		return false
	}
	props, _ := t.Props(k)
	return props.Tag == "" || props.Tag == "!!merge"
}

// merge sets the keys of the map, alias or list of maps behind a merge key.
// Keys of out that came before are replaced, ones that come later replace
// these: that is how Kubernetes' own reader does it. In a list the first map
// with a key wins.
func (v *valuer) merge(out map[string]any, r syntax.Ref) error {
	t := v.tree
	if t.At(r).Kind == syntax.List {
		var all []syntax.Ref
		for c := t.First(r); c != syntax.None; c = t.Next(c) {
			all = append(all, c)
		}
		for _, one := range slices.Backward(all) {
			if err := v.mergeOne(out, one); err != nil {
				return err
			}
		}
		return nil
	}
	return v.mergeOne(out, r)
}

func (v *valuer) mergeOne(out map[string]any, r syntax.Ref) error {
	value, err := v.value(r)
	if err != nil {
		return err
	}
	m, ok := value.(map[string]any)
	if !ok {
		return v.fail(r, "what is behind the merge key << is no map", "name a map or a list of maps")
	}
	maps.Copy(out, m)
	return nil
}

func (v *valuer) alias(r syntax.Ref) (any, error) {
	to := v.tree.Target(r)
	if slices.Contains(v.within, to) {
		return nil, v.fail(r, "an anchor holds an alias of itself", "remove the alias")
	}
	v.within = append(v.within, to)
	value, err := v.value(to)
	v.within = v.within[:len(v.within)-1]
	return value, err
}

func (v *valuer) enter(r syntax.Ref) error {
	if v.depth++; v.depth > MaxDepth {
		return v.fail(r, fmt.Sprintf("aliases nest deeper than %d levels", MaxDepth), "flatten the document")
	}
	return nil
}

func (v *valuer) fail(r syntax.Ref, problem, fix string) error {
	return &syntax.Error{Line: int(v.tree.At(r).Line), Problem: problem, Fix: fix}
}
