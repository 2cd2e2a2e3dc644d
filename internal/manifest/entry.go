package manifest

import (
	"strings"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// write writes an operation that prepare has nothing left to do for.
func (e *editor) write(op patch.Op) error {
	s := slot{parent: syntax.None, key: syntax.None, node: e.tree.Root()}
	for _, element := range holder(op) {
		next, err := e.below(s.node, element)
		if err != nil {
			return err
		}
		s = next
	}
	if op.Kind == patch.Append {
		return e.addItem(s, syntax.None, op.Value)
	}
	last := op.Path[len(op.Path)-1]
	if e.tree.At(s.node).Kind == syntax.List {
		return e.writeItem(s, op, last)
	}
	f, err := e.find(s.node, last)
	switch {
	case err != nil:
		return err
	case op.Kind == patch.Remove:
		return e.removeKey(s, f, last)
	case f.key == syntax.None:
		return e.addEntry(s, last, op.Value)
	}
	return e.put(slot{parent: s.node, key: f.key, node: f.value}, op.Value, false)
}

// below returns the slot of an element of a map or list.
func (e *editor) below(node syntax.Ref, element string) (slot, error) {
	if e.tree.At(node).Kind == syntax.List {
		item, err := e.child(node, element)
		return slot{parent: node, key: syntax.None, node: item}, err
	}
	f, err := e.find(node, element)
	return slot{parent: node, key: f.key, node: f.value}, err
}

func (e *editor) writeItem(s slot, op patch.Op, index string) error {
	item, err := e.child(s.node, index)
	switch {
	case err != nil:
		return err
	case op.Kind == patch.Add:
		return e.addItem(s, item, op.Value)
	case op.Kind == patch.Remove:
		return e.remove(s, item)
	}
	return e.put(slot{parent: s.node, key: syntax.None, node: item}, op.Value, false)
}

// removeKey removes an entry, and the one of the same name in each map behind
// a merge key.
func (e *editor) removeKey(s slot, f found, name string) error {
	if f.key != syntax.None {
		if err := e.remove(s, f.key); err != nil {
			return err
		}
	}
	for _, r := range f.merged {
		inner, err := e.find(r, name)
		if err != nil {
			return err
		}
		if err := e.remove(e.slotOf(r), inner.key); err != nil {
			return err
		}
	}
	return nil
}

// slotOf returns the slot a value that is no key stands in.
func (e *editor) slotOf(r syntax.Ref) slot {
	s := slot{parent: e.parent(r), key: syntax.None, node: r}
	if s.parent != syntax.None && e.tree.At(s.parent).Kind == syntax.Map {
		for k := e.tree.First(s.parent); k != syntax.None; k = e.tree.Next(e.tree.Next(k)) {
			if e.tree.Next(k) == r {
				s.key = k
			}
		}
	}
	return s
}

// addEntry adds a key at the end of the map in a slot.
func (e *editor) addEntry(s slot, name string, value any) error {
	n := e.tree.At(s.node)
	if n.Style == syntax.Flow {
		if n.Count == 0 && e.growsToBlock(s) {
			return e.put(s, map[string]any{name: value}, true)
		}
		return e.addFlow(s.node, syntax.None, func(f format, indent string) (string, error) {
			return f.flowEntry(name, value, indent)
		})
	}
	text, err := e.format.blockText(map[string]any{name: value}, int(n.Indent))
	if err != nil {
		return err
	}
	return e.addLines(s.node, syntax.None, text)
}

// addItem adds an item to the list in a slot: before another, or at the end.
func (e *editor) addItem(s slot, before syntax.Ref, value any) error {
	n := e.tree.At(s.node)
	if n.Style == syntax.Flow {
		if n.Count == 0 && e.growsToBlock(s) {
			return e.put(s, []any{value}, true)
		}
		return e.addFlow(s.node, before, func(f format, indent string) (string, error) {
			return f.flowText(value, indent)
		})
	}
	text, err := e.format.blockText([]any{value}, int(n.Indent))
	if err != nil {
		return err
	}
	return e.addLines(s.node, before, text)
}

// growsToBlock says whether empty brackets may become lines in block style:
// those that stand in a block map or list and hold no comment.
func (e *editor) growsToBlock(s slot) bool {
	n := e.tree.At(s.node)
	inner := e.raw[n.Start+1 : n.End-1]
	return s.parent != syntax.None && e.tree.At(s.parent).Style == syntax.Block && len(trimBlank(inner)) == 0
}

// addLines writes lines into a block map or list, before one of its entries
// (a key or an item) or at its end.
func (e *editor) addLines(node, before syntax.Ref, text string) error {
	n := e.tree.At(node)
	indent := strings.Repeat(" ", int(n.Indent))
	if before == syntax.None && e.openEnded(node) {
		if n.Kind == syntax.Map {
			before = e.lastEntry(node)
		} else {
			e.strip(e.deepest(node))
		}
	}
	if before != syntax.None {
		at := int(e.tree.At(before).Entry)
		e.splice(at, at, text+e.format.eol+indent)
		return nil
	}
	tail := int(n.Tail)
	if tail > 0 && e.raw[tail-1] == '\n' {
		e.splice(tail, tail, indent+text+e.format.eol)
		return nil
	}
	end := endOfLine(e.raw, tail)
	e.splice(end, end, e.format.eol+indent+text)
	return nil
}

// openEnded says whether a node ends with a block scalar at the end of a
// document without line break: one more line would change its text.
func (e *editor) openEnded(node syntax.Ref) bool {
	return e.blockScalarEnd(node) && endOfLine(e.raw, int(e.tree.At(node).End)) == len(e.raw)
}

// strip makes a block scalar drop its last line break, which an open-ended
// one does not have.
func (e *editor) strip(n *syntax.Node) {
	at := int(n.Start) + 1
	for at < int(n.End) && e.raw[at] >= '1' && e.raw[at] <= '9' {
		at++
	}
	if at == int(n.End) {
		return // no text, and so no line break
	}
	switch e.raw[at] {
	case '-':
	case '+':
		e.splice(at, at+1, "-")
	default:
		e.splice(at, at, "-")
	}
}

func (e *editor) lastChild(node syntax.Ref) syntax.Ref {
	last := syntax.None
	for c := e.tree.First(node); c != syntax.None; c = e.tree.Next(c) {
		last = c
	}
	return last
}

// lastEntry returns the last item of a list, or the last key of a map.
func (e *editor) lastEntry(node syntax.Ref) syntax.Ref {
	last := syntax.None
	for c := e.tree.First(node); c != syntax.None; c = e.tree.Next(c) {
		last = c
		if e.tree.At(node).Kind == syntax.Map {
			c = e.tree.Next(c)
		}
	}
	return last
}
