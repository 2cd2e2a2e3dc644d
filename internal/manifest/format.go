package manifest

import (
	"bytes"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// format is how a document is written, so that new text looks the same.
type format struct {
	eol string
	// step is the indentation of a map within a map, list that of a list's
	// dashes below their key (0 if they stand under it).
	step, list int
	// unit is the indentation of one level of a JSON document that is written
	// over several lines, "" if it is on one line.
	unit string
	// quoted and spaced tell JSON: keys in double quotes, and a blank behind
	// colons and commas.
	quoted, spaced bool
}

func formatOf(t *syntax.Tree) format {
	f := format{eol: "\n", step: 2, spaced: true}
	if i := bytes.IndexByte(t.Raw, '\n'); i > 0 && t.Raw[i-1] == '\r' {
		f.eol = "\r\n"
	}
	if t.Root() == syntax.None {
		return f
	}
	c := indents{tree: t, steps: map[int]int{}, lists: map[int]int{}}
	c.count(t.Root())
	f.step, f.list = most(c.steps, 2), most(c.lists, 0)
	first := t.First(t.Root())
	if t.JSON && first != syntax.None {
		f.unit = unitOf(t, first)
	}
	f.quoted = t.JSON && first != syntax.None && t.At(first).Style == syntax.Double
	if n := firstKey(t, t.Root()); f.quoted && n != nil {
		f.spaced = spacedColon(t.Raw, n)
	}
	return f
}

// unitOf returns how far the first entry of a JSON document is indented, "" if
// it is on the line of the bracket.
func unitOf(t *syntax.Tree, first syntax.Ref) string {
	at := int(t.Outer(first))
	indent := indentOf(t.Raw, at)
	if start := lineStart(t.Raw, at); start+len(indent) != at || start <= int(t.At(t.Root()).Start) {
		return ""
	}
	return indent
}

// firstKey returns the first key of a map, nil if it is none or has none.
func firstKey(t *syntax.Tree, r syntax.Ref) *syntax.Node {
	if t.At(r).Kind != syntax.Map || t.First(r) == syntax.None {
		return nil
	}
	return t.At(t.First(r))
}

// spacedColon says whether there is a blank behind the colon of a key.
func spacedColon(raw []byte, key *syntax.Node) bool {
	return key.Colon < 0 || int(key.Colon)+1 >= len(raw) || isBlank(raw[key.Colon+1])
}

// indents counts how far nested block maps and lists are indented.
type indents struct {
	tree         *syntax.Tree
	steps, lists map[int]int
}

func (c *indents) count(r syntax.Ref) {
	t := c.tree
	n := t.At(r)
	if n.Kind == syntax.Scalar || n.Kind == syntax.Alias {
		return
	}
	for k := t.First(r); k != syntax.None; k = t.Next(k) {
		child := t.At(k)
		if n.Kind == syntax.Map {
			k = t.Next(k)
			child = t.At(k)
			if deeper := int(child.Indent - n.Indent); n.Style == syntax.Block && child.Style == syntax.Block {
				c.see(child.Kind, deeper)
			}
		}
		if child.Kind == syntax.Map || child.Kind == syntax.List {
			c.count(k)
		}
	}
}

func (c *indents) see(kind syntax.Kind, deeper int) {
	switch kind {
	case syntax.Map:
		c.steps[deeper]++
	case syntax.List:
		c.lists[deeper]++
	case syntax.Scalar, syntax.Alias:
	}
}

// most returns the number counted most often, the smaller of two, and none if
// nothing was counted.
func most(counts map[int]int, none int) int {
	best, times := none, 0
	for n, c := range counts {
		if c > times || c == times && n < best {
			best, times = n, c
		}
	}
	return best
}

// lineStart returns where the line with offset at starts.
func lineStart(raw []byte, at int) int {
	start := bytes.LastIndexByte(raw[:at], '\n') + 1
	if start == 0 && bytes.HasPrefix(raw, utf8BOM()) && at >= len(utf8BOM()) {
		return len(utf8BOM())
	}
	return start
}

// endOfLine returns where the line with offset at ends, before its line break.
func endOfLine(raw []byte, at int) int {
	end := len(raw)
	if i := bytes.IndexByte(raw[at:], '\n'); i >= 0 {
		end = at + i
		if end > at && raw[end-1] == '\r' {
			end--
		}
	}
	return end
}

// nextLine returns where the line behind the one with offset at starts, or
// the end.
func nextLine(raw []byte, at int) int {
	if i := bytes.IndexByte(raw[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(raw)
}

// breakBefore returns where the line break before the line that starts at
// start begins; start itself at the top of the text.
func breakBefore(raw []byte, start int) int {
	if start == 0 || raw[start-1] != '\n' {
		return start
	}
	if start > 1 && raw[start-2] == '\r' {
		return start - 2
	}
	return start - 1
}

// indentOf returns the blanks at the start of the line with offset at.
func indentOf(raw []byte, at int) string {
	start := lineStart(raw, at)
	end := start
	for end < at && (raw[end] == ' ' || raw[end] == '\t') {
		end++
	}
	return string(raw[start:end])
}
