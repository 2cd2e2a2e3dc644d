package patch

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// Apply returns doc with the operations done one after the other. The input
// and the operations' values are never mutated; parts that no operation
// touches are shared between input and result. The first operation that does
// not fit the document ends it with a nil result and an error that names it.
func Apply(doc any, ops []Op) (any, error) {
	a := applier{own: map[uintptr]bool{}}
	for _, op := range ops {
		if err := op.Check(); err != nil {
			return nil, err
		}
		next, err := a.change(doc, op, 0)
		if err != nil {
			return nil, fmt.Errorf("applying %q: %w", op.String(), err)
		}
		doc = next
	}
	return doc, nil
}

// applier remembers by address which maps and lists it has copied, so that
// many changes of one large list copy it once. The input stays alive meanwhile:
// an address can only be used again by something this Apply has made.
type applier struct {
	own map[uintptr]bool
}

// ownMap returns the map itself if it is a copy already, else a copy.
func (a applier) ownMap(m map[string]any) map[string]any {
	if m != nil && a.own[reflect.ValueOf(m).Pointer()] {
		return m
	}
	copied := make(map[string]any, len(m)+1)
	maps.Copy(copied, m)
	a.own[reflect.ValueOf(copied).Pointer()] = true
	return copied
}

// ownList is ownMap for a list; the copy has room to grow.
func (a applier) ownList(list []any) []any {
	if cap(list) > 0 && a.own[reflect.ValueOf(list).Pointer()] {
		return list
	}
	copied := append(make([]any, 0, len(list)+len(list)/8+1), list...)
	a.own[reflect.ValueOf(copied).Pointer()] = true
	return copied
}

// change returns node, or a copy of it, with the operation's path from depth
// on changed.
func (a applier) change(node any, op Op, depth int) (any, error) {
	if depth == len(op.Path) {
		return a.appendTo(node, op)
	}
	switch n := node.(type) {
	case map[string]any:
		return a.changeMap(n, op, depth)
	case []any:
		return a.changeList(n, op, depth)
	case nil:
		return nil, fmt.Errorf("%q is missing or null; fix: add it as a whole", Pointer(op.Path[:depth]))
	}
	return nil, fmt.Errorf("%q holds %T, neither map nor list", Pointer(op.Path[:depth]), node)
}

// atEnd says whether depth is where the operation changes a key or index of
// its parent. An Append goes one level deeper, into the list itself.
func atEnd(op Op, depth int) bool {
	return op.Kind != Append && depth == len(op.Path)-1
}

func (a applier) appendTo(node any, op Op) (any, error) {
	list, ok := node.([]any)
	if !ok {
		return nil, fmt.Errorf("%q holds %T, not a list; fix: add the list as a whole", Pointer(op.Path), node)
	}
	return append(a.ownList(list), Clone(op.Value)), nil
}

func (a applier) changeMap(m map[string]any, op Op, depth int) (any, error) {
	key := op.Path[depth]
	old, present := m[key]
	if !present && (op.Kind != Add || !atEnd(op, depth)) {
		return nil, fmt.Errorf("%q does not exist", Pointer(op.Path[:depth+1]))
	}
	if !atEnd(op, depth) {
		next, err := a.change(old, op, depth+1)
		if err != nil {
			return nil, err
		}
		m = a.ownMap(m)
		m[key] = next
		return m, nil
	}
	m = a.ownMap(m)
	if op.Kind == Remove {
		delete(m, key)
	} else {
		m[key] = Clone(op.Value)
	}
	return m, nil
}

func (a applier) changeList(list []any, op Op, depth int) (any, error) {
	limit := len(list)
	if op.Kind == Add && atEnd(op, depth) {
		limit++
	}
	i, err := Index(op.Path[depth], limit)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", Pointer(op.Path[:depth]), err)
	}
	list = a.ownList(list)
	if !atEnd(op, depth) {
		list[i], err = a.change(list[i], op, depth+1)
		return list, err
	}
	switch op.Kind {
	case Add:
		return slices.Insert(list, i, Clone(op.Value)), nil
	case Remove:
		return slices.Delete(list, i, i+1), nil
	case Replace:
		list[i] = Clone(op.Value)
		return list, nil
	case Append: // never at the end of a path, see atEnd
	}
	return nil, errors.New("an append does not change an item")
}

// Clone returns a deep copy of a JSON-compatible value; scalars are returned
// as they are.
func Clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = Clone(e)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = Clone(e)
		}
		return out
	}
	return value
}
