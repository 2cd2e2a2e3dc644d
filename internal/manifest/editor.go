package manifest

import (
	"fmt"
	"strings"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// editor turns operations on one tree into splices of its bytes.
type editor struct {
	tree    *syntax.Tree
	raw     []byte
	format  format
	splices []splice
	parents []syntax.Ref
	// changed holds the maps and lists that this round changes or leaves to
	// the next one, above all that enclose one of them.
	changed, above map[string]bool
	rows           map[syntax.Ref][]syntax.Ref
}

func newEditor(t *syntax.Tree) *editor {
	return &editor{
		tree: t, raw: t.Raw, format: formatOf(t),
		changed: map[string]bool{}, above: map[string]bool{}, rows: map[syntax.Ref][]syntax.Ref{},
	}
}

// round writes the operations that can be written side by side and returns
// the rest. Operations that do not touch one another may change their order.
func (e *editor) round(ops []patch.Op) ([]splice, []patch.Op, error) {
	var rest []patch.Op
	for i, op := range ops {
		if e.clashes(op) {
			rest = append(rest, op)
			continue
		}
		before, err := e.prepare(op)
		if err != nil {
			return nil, nil, fmt.Errorf("writing %q: %w", op.String(), err)
		}
		if len(before) > 0 {
			// Aliases go first, and alone: they may stand anywhere.
			if len(e.splices) == 0 {
				e.splices = before
			}
			return e.splices, append(rest, ops[i:]...), nil
		}
		if err := e.write(op); err != nil {
			return nil, nil, fmt.Errorf("writing %q: %w", op.String(), err)
		}
	}
	return e.splices, rest, nil
}

// holder returns the path of the map or list that an operation changes.
func holder(op patch.Op) []string {
	if op.Kind == patch.Append {
		return op.Path
	}
	return op.Path[:len(op.Path)-1]
}

// clashes says whether an operation touches the same places as one before it,
// and notes its own.
func (e *editor) clashes(op patch.Op) bool {
	path := holder(op)
	own := strings.Join(path, "\x00")
	clash := e.above[own] || e.changed[own]
	for i := range path {
		clash = clash || e.changed[strings.Join(path[:i], "\x00")]
	}
	for i := range path {
		e.above[strings.Join(path[:i], "\x00")] = true
	}
	e.changed[own] = true
	return clash
}

// child returns the item of a list by its index as a path has it, None behind
// the last one.
func (e *editor) child(list syntax.Ref, index string) (syntax.Ref, error) {
	row, ok := e.rows[list]
	if !ok {
		for c := e.tree.First(list); c != syntax.None; c = e.tree.Next(c) {
			row = append(row, c)
		}
		e.rows[list] = row
	}
	i, err := patch.Index(index, len(row)+1)
	if err != nil || i == len(row) {
		return syntax.None, err
	}
	return row[i], nil
}

// found is what a map has for a key.
type found struct {
	// key and value are the entry of the map itself, None if it has none.
	key, value syntax.Ref
	// merged are the maps or aliases behind merge keys that have the key too,
	// behind says that one of them comes later than the entry.
	merged []syntax.Ref
	behind bool
}

func (e *editor) find(node syntax.Ref, name string) (found, error) {
	t := e.tree
	f := found{key: syntax.None, value: syntax.None}
	v := valuer{tree: t, left: MaxAliasValues}
	for k := t.First(node); k != syntax.None; k = t.Next(t.Next(k)) {
		if isMerge(t, k) {
			before := len(f.merged)
			if err := e.findMerged(&f, t.Next(k), name); err != nil {
				return f, err
			}
			f.behind = f.behind || f.key != syntax.None && len(f.merged) > before
			continue
		}
		key, err := v.key(k)
		if err != nil {
			return f, err
		}
		if key == name {
			f.key, f.value = k, t.Next(k)
		}
	}
	return f, nil
}

// findMerged looks for a key in what is behind a merge key.
func (e *editor) findMerged(f *found, r syntax.Ref, name string) error {
	if e.tree.At(r).Kind == syntax.List {
		for c := e.tree.First(r); c != syntax.None; c = e.tree.Next(c) {
			if err := e.findMerged(f, c, name); err != nil {
				return err
			}
		}
		return nil
	}
	value, err := e.value(r)
	if err != nil {
		return err
	}
	if m, ok := value.(map[string]any); ok {
		if _, has := m[name]; has {
			f.merged = append(f.merged, r)
		}
	}
	return nil
}

func (e *editor) value(r syntax.Ref) (any, error) {
	v := valuer{tree: e.tree, left: MaxAliasValues}
	return v.value(r)
}

// parent returns the map or list around a node, None for the root.
func (e *editor) parent(r syntax.Ref) syntax.Ref {
	if e.parents == nil {
		e.parents = e.tree.Parents()
	}
	return e.parents[r]
}
