package manifest

import (
	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// formatAt is the document's format as it is used within one map or list in
// brackets.
func (e *editor) formatAt(r syntax.Ref) format {
	f := e.format
	first := e.tree.First(r)
	if first == syntax.None {
		return f
	}
	f.quoted = f.quoted || e.tree.At(first).Style == syntax.Double
	if key := firstKey(e.tree, r); key != nil {
		f.spaced = spacedColon(e.raw, key)
	}
	if !e.ownLine(first) {
		f.unit = ""
	}
	return f
}

// flowEntry writes `key: value` for a place within brackets.
func (f format) flowEntry(key string, value any, indent string) (string, error) {
	w := writer{format: f, flow: true, indent: indent}
	w.entry(key, value)
	return w.b.String(), w.err
}

// ownLine says whether a node is the first thing on its line.
func (e *editor) ownLine(r syntax.Ref) bool {
	at := int(e.tree.Outer(r))
	start := lineStart(e.raw, at)
	return start > 0 && len(trimBlank(e.raw[start:at])) == 0
}

// addFlow writes an entry into brackets, before another one or at the end.
func (e *editor) addFlow(node, before syntax.Ref, text func(format, string) (string, error)) error {
	n := e.tree.At(node)
	f := e.formatAt(node)
	if n.Count == 0 {
		return e.fillFlow(node, f, text)
	}
	first := e.tree.First(node)
	lines := e.ownLine(first)
	indent := indentOf(e.raw, int(e.tree.Outer(first)))
	entry, err := text(f, indent)
	if err != nil {
		return err
	}
	between := " "
	switch {
	case lines:
		between = f.eol + indent
	case f.quoted && !f.spaced:
		between = ""
	}
	if before != syntax.None {
		at := int(e.tree.Outer(before))
		e.splice(at, at, entry+","+between)
		return nil
	}
	e.appendFlow(node, entry, between, lines)
	return nil
}

// appendFlow writes an entry behind the last one.
func (e *editor) appendFlow(node syntax.Ref, entry, between string, lines bool) {
	n := e.tree.At(node)
	last := int(e.tree.At(e.lastChild(node)).End)
	if key := e.tree.At(e.lastEntry(node)); n.Kind == syntax.Map {
		last = max(last, int(key.End), int(key.Colon)+1)
	}
	comma := e.commaBehind(last)
	lines = lines && !e.onLine(last, int(n.End)-1)
	if !lines && between != "" {
		between = " "
	}
	switch {
	case comma >= 0 && lines:
		end := endOfLine(e.raw, comma)
		e.splice(end, end, between+entry+",")
	case comma >= 0:
		e.splice(comma+1, comma+1, between+entry+",")
	case lines:
		end := endOfLine(e.raw, last)
		e.splice(last, last, ",")
		e.splice(end, end, between+entry)
	default:
		e.splice(last, last, ","+between+entry)
	}
}

// commaBehind returns where a comma behind the last entry of brackets stands,
// -1 if there is none.
func (e *editor) commaBehind(at int) int {
	for ; at < len(e.raw); at++ {
		switch c := e.raw[at]; {
		case isBlank(c):
		case c == '#':
			at = endOfLine(e.raw, at) - 1
		case c == ',':
			return at
		default:
			return -1
		}
	}
	return -1
}

// fillFlow writes the first entry into empty brackets.
func (e *editor) fillFlow(node syntax.Ref, f format, text func(format, string) (string, error)) error {
	n := e.tree.At(node)
	outer := indentOf(e.raw, int(n.Start))
	entry, err := text(f, outer+f.unit)
	if err != nil {
		return err
	}
	start, end := int(n.Start)+1, int(n.End)-1
	if len(trimBlank(e.raw[start:end])) > 0 {
		e.splice(end, end, entry) // comments stay
		return nil
	}
	if f.unit != "" {
		entry = f.eol + outer + f.unit + entry + f.eol + outer
	}
	e.splice(start, end, entry)
	return nil
}
