package manifest

import (
	"bytes"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// remove removes one entry, given by its key or item, of the map or list in a
// slot. A block map or list that loses its last entry becomes {} or [].
func (e *editor) remove(s slot, entry syntax.Ref) error {
	n := e.tree.At(s.node)
	x := e.extent(s.node, entry)
	switch {
	case n.Style == syntax.Flow:
		e.removeFlow(n, x)
	case n.Count == 1 && n.Kind == syntax.Map:
		return e.put(s, map[string]any{}, true)
	case n.Count == 1:
		return e.put(s, []any{}, true)
	default:
		e.removeLines(x)
	}
	return nil
}

// extent is where an entry starts and ends, and where its neighbours do: -1
// if it has none.
type extent struct {
	start, end, tail  int
	prevEnd, nextFrom int
	prev              syntax.Ref
}

func (e *editor) extent(node, entry syntax.Ref) extent {
	x := extent{prevEnd: -1, nextFrom: -1, prev: syntax.None}
	isMap := e.tree.At(node).Kind == syntax.Map
	for c := e.tree.First(node); c != syntax.None; c = e.tree.Next(c) {
		start, value := int(e.tree.At(c).Entry), c
		end := 0
		if isMap {
			value = e.tree.Next(c)
			end = max(int(e.tree.At(c).End), int(e.tree.At(c).Colon)+1)
		}
		end = max(end, int(e.tree.At(value).End))
		switch {
		case c == entry:
			x.start, x.end, x.tail = start, end, max(end, int(e.tree.At(value).Tail))
		case x.end == 0:
			x.prev, x.prevEnd = value, end
		default:
			x.nextFrom = start
			return x
		}
		c = value
	}
	return x
}

// removeFlow takes an entry and one comma away.
func (e *editor) removeFlow(n *syntax.Node, x extent) {
	switch {
	case x.nextFrom >= 0:
		e.splice(x.start, x.nextFrom, "")
	case x.prevEnd >= 0:
		e.splice(x.prevEnd, x.end, "")
	default:
		e.splice(int(n.Start)+1, int(n.End)-1, "")
	}
}

// removeLines takes the lines of an entry away. Comments above it stay.
func (e *editor) removeLines(x extent) {
	start := lineStart(e.raw, x.start)
	end := x.tail
	if end == 0 || e.raw[end-1] != '\n' {
		end = nextLine(e.raw, end)
	}
	end = e.beyond(x.prev, end)
	switch {
	case len(trimBlank(e.raw[start:x.start])) > 0:
		// Behind a dash: the next entry takes its place.
		next := x.end
		if between := e.raw[x.end:x.nextFrom]; len(trimBlank(between)) == 0 {
			next = x.nextFrom
		}
		e.splice(x.start, next, "")
	case end == len(e.raw) && e.raw[end-1] != '\n' && x.prev != syntax.None && !e.blockScalarEnd(x.prev):
		e.splice(breakBefore(e.raw, start), end, "")
	default:
		e.splice(start, end, "")
	}
}

// beyond returns the end of the lines behind end that would become text of the
// block scalar before them: blank ones if it keeps those, and comments as deep
// as its text.
func (e *editor) beyond(prev syntax.Ref, end int) int {
	n := e.deepest(prev)
	if n == nil || n.Style != syntax.Literal && n.Style != syntax.Folded {
		return end
	}
	keeps := n.Tail > n.End
	for at := end; at < len(e.raw); {
		line, _ := cutLine(e.raw[at:])
		text := trimBlank(line)
		depth := len(line) - len(bytes.TrimLeft(line, " "))
		at += len(line)
		switch {
		case len(text) > 0 && (text[0] != '#' || depth < int(n.Indent)):
			return end
		case len(text) > 0 || keeps:
			end = at
		}
	}
	return end
}

// deepest returns the node that ends a block map or list, the node itself if
// it is none, nil for None.
func (e *editor) deepest(r syntax.Ref) *syntax.Node {
	if r == syntax.None {
		return nil
	}
	n := e.tree.At(r)
	for n.Count > 0 && n.Style == syntax.Block {
		r = e.lastChild(r)
		n = e.tree.At(r)
	}
	return n
}

// blockScalarEnd says whether a node's last line belongs to a block scalar.
func (e *editor) blockScalarEnd(r syntax.Ref) bool {
	n := e.deepest(r)
	return n != nil && (n.Style == syntax.Literal || n.Style == syntax.Folded)
}
