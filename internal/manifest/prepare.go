package manifest

import (
	"errors"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// prepare returns the splices that have to come before an operation: each
// puts a copy of a value in the place of an alias, or of what a merge key
// brings, so that the operation changes one place and no other. None is left
// once the operation can be written.
func (e *editor) prepare(op patch.Op) ([]splice, error) {
	saved := e.splices
	e.splices = nil
	defer func() { e.splices = saved }()
	w := walk{editor: e, op: op, node: e.tree.Root()}
	for !w.done && w.depth < len(op.Path) {
		if err := w.step(); err != nil {
			return nil, err
		}
	}
	if !w.done && op.Kind == patch.Append {
		if err := w.enter(); err != nil {
			return nil, err
		}
	}
	if !w.done {
		if err := e.separate(w.trail, w.node); err != nil {
			return nil, err
		}
	}
	return e.splices, nil
}

// walk goes down the path of an operation until something has to be prepared.
type walk struct {
	*editor
	op    patch.Op
	depth int
	// node is where the walk is, None where the operation makes a new entry.
	node syntax.Ref
	// trail holds the maps and lists on the way, the changed one included.
	trail []syntax.Ref
	done  bool
}

// enter notes the map or list the walk is at; an alias is to be replaced.
func (w *walk) enter() error {
	if w.tree.At(w.node).Kind == syntax.Alias {
		w.done = true
		return w.materialise(w.node)
	}
	w.trail = append(w.trail, w.node)
	return nil
}

func (w *walk) step() error {
	element := w.op.Path[w.depth]
	last := w.depth == len(w.op.Path)-1 && w.op.Kind != patch.Append
	w.depth++
	if err := w.enter(); err != nil || w.done {
		return err
	}
	if w.tree.At(w.node).Kind == syntax.List {
		item, err := w.child(w.node, element)
		w.node = item
		if last && w.op.Kind == patch.Add {
			w.node = syntax.None // an insertion replaces nothing
		}
		return err
	}
	f, err := w.find(w.node, element)
	switch {
	case err != nil:
		return err
	case last && w.op.Kind == patch.Remove:
		w.node = f.value
		return w.unmerge(f, element)
	case f.behind:
		return errors.New("the key is set and then replaced by a merge key; fix: write << first")
	case !last && f.key == syntax.None:
		w.done = true
		return w.copyMerged(element)
	}
	w.node = f.value
	return nil
}

// copyMerged gives a map its own copy of a value that a merge key brings.
func (w *walk) copyMerged(name string) error {
	whole, err := w.value(w.node)
	if err != nil {
		return err
	}
	m, _ := whole.(map[string]any)
	return w.addEntry(w.slotOf(w.node), name, m[name])
}

// unmerge replaces the aliases behind merge keys that bring a key which is to
// be removed.
func (w *walk) unmerge(f found, name string) error {
	for _, r := range f.merged {
		if w.tree.At(r).Kind == syntax.Alias {
			w.done = true
			if err := w.materialise(r); err != nil {
				return err
			}
			continue
		}
		if inner, err := w.find(r, name); err != nil || inner.key == syntax.None {
			return errors.New("a merge key within a merge key brings the key; fix: write it out")
		}
	}
	return nil
}

// separate replaces every alias of a node that is about to change: of those on
// the trail, and of those in the value that goes away.
func (e *editor) separate(trail []syntax.Ref, old syntax.Ref) error {
	if !e.tree.Aliased() {
		return nil
	}
	changing := map[syntax.Ref]bool{}
	for _, r := range trail {
		changing[r] = true
	}
	going := map[syntax.Ref]bool{}
	if old != syntax.None {
		e.collect(old, going)
		// The key of the value may carry an anchor too.
		for k := e.tree.First(e.parent(old)); k != syntax.None && k != old; k = e.tree.Next(k) {
			if e.tree.Next(k) == old && e.tree.At(e.parent(old)).Kind == syntax.Map {
				changing[k] = true
			}
		}
	}
	var err error
	e.tree.Aliases(func(alias, target syntax.Ref) {
		if err == nil && !going[alias] && (changing[target] || going[target]) {
			err = e.materialise(alias)
		}
	})
	return err
}

func (e *editor) collect(r syntax.Ref, into map[syntax.Ref]bool) {
	into[r] = true
	for c := e.tree.First(r); c != syntax.None; c = e.tree.Next(c) {
		e.collect(c, into)
	}
}

// materialise puts a copy of its value in the place of an alias.
func (e *editor) materialise(alias syntax.Ref) error {
	s := e.slotOf(alias)
	if s.key == syntax.None && e.tree.At(s.parent).Kind == syntax.Map {
		return e.materialiseKey(alias)
	}
	value, err := e.value(alias)
	if err != nil {
		return err
	}
	return e.put(s, value, false)
}

func (e *editor) materialiseKey(alias syntax.Ref) error {
	v := valuer{tree: e.tree, left: MaxAliasValues}
	name, err := v.key(alias)
	if err != nil {
		return err
	}
	text, err := scalarText(name, false, true)
	n := e.tree.At(alias)
	e.splice(int(n.Start), int(n.End), text)
	return err
}
