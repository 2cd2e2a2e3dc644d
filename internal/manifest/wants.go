package manifest

import (
	"strconv"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// wants says what an edited document has to hold, by nodes of the document
// before. It holds the changed parts alone, so that a large document is not
// made into values as a whole.
type wants struct {
	// values are the new values of nodes.
	values map[syntax.Ref]any
	// keys are the operations on keys of maps that stay as they are otherwise.
	keys map[syntax.Ref]map[string]patch.Op
}

// collect finds out what the operations make of the node r, on which their
// paths start. The first operation that does not fit is an error.
func (w wants) collect(v *valuer, r syntax.Ref, ops []patch.Op) error {
	if r != syntax.None && !v.tree.Aliased() {
		if p, ok := v.deal(r, ops); ok {
			if len(p.keys) > 0 {
				w.keys[r] = p.keys
			}
			for _, c := range p.children {
				if err := w.collect(v, c.node, c.ops); err != nil {
					return err
				}
			}
			return nil
		}
	}
	var value any
	if r != syntax.None {
		var err error
		if value, err = v.value(r); err != nil {
			return err
		}
	}
	value, err := patch.Apply(value, ops)
	if err == nil {
		w.values[r] = value
	}
	return err
}

// parts are operations dealt out: to the keys of a map itself, and to the
// children of a map or list.
type parts struct {
	keys     map[string]patch.Op
	children []below
	at       map[string]int // where a name is in children
}

// below is a child of a map or list with the operations on it.
type below struct {
	node syntax.Ref
	ops  []patch.Op
}

// deal deals operations out. ok is false if they have to be applied to the
// value of the node: because they add, move or remove items of a list, lead to
// nothing, or because several of them concern one key.
func (v *valuer) deal(r syntax.Ref, ops []patch.Op) (p parts, ok bool) {
	names, ok := v.names(r)
	if !ok {
		return p, false
	}
	p = parts{keys: map[string]patch.Op{}, at: map[string]int{}}
	for _, op := range ops {
		if op.Check() != nil {
			return p, false
		}
		name := op.Path[0]
		node, present := names[name]
		_, direct := p.keys[name]
		i, deeper := p.at[name]
		switch {
		case direct || !present && op.Kind != patch.Add:
			return p, false
		case len(op.Path) == 1:
			if deeper || op.Kind == patch.Append || v.tree.At(r).Kind != syntax.Map {
				return p, false
			}
			p.keys[name] = op
			continue
		case !present:
			return p, false
		case !deeper:
			i = len(p.children)
			p.at[name] = i
			p.children = append(p.children, below{node: node})
		}
		op.Path = op.Path[1:]
		p.children[i].ops = append(p.children[i].ops, op)
	}
	return p, true
}

// names returns the values of a map by their key, or the items of a list by
// their index. ok is false for scalars, and for maps with a merge key.
func (v *valuer) names(r syntax.Ref) (names map[string]syntax.Ref, ok bool) {
	t := v.tree
	names = make(map[string]syntax.Ref, t.At(r).Count)
	switch t.At(r).Kind {
	case syntax.List:
		for c := t.First(r); c != syntax.None; c = t.Next(c) {
			names[strconv.Itoa(len(names))] = c
		}
		return names, true
	case syntax.Map:
		for k := t.First(r); k != syntax.None; k = t.Next(t.Next(k)) {
			name, err := v.key(k)
			if _, twice := names[name]; err != nil || twice || isMerge(t, k) {
				return nil, false
			}
			names[name] = t.Next(k)
		}
		return names, true
	case syntax.Scalar, syntax.Alias:
	}
	return nil, false
}
