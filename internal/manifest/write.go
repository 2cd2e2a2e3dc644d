package manifest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// writer writes values as text. Keys are sorted.
type writer struct {
	format
	b strings.Builder
	// flow: within brackets; quoted: texts in double quotes; unit and indent:
	// the indentation of brackets over several lines, unit "" for one line.
	flow   bool
	indent string
	err    error
}

// blockText writes a value in block style with its first line at column col
// and without line break at its end. The first line is not indented.
func (f format) blockText(value any, col int) (string, error) {
	f.quoted, f.unit, f.spaced = false, "", true
	w := writer{format: f}
	w.block(value, col)
	return w.b.String(), w.err
}

// flowText writes a value within brackets. Lines start with indent if the
// format has a unit.
func (f format) flowText(value any, indent string) (string, error) {
	w := writer{format: f, flow: true, indent: indent}
	w.value(value)
	return w.b.String(), w.err
}

// isBlock says whether a value needs lines of its own in block style.
func isBlock(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}

func (w *writer) line(col int) {
	w.b.WriteString(w.eol)
	w.b.WriteString(strings.Repeat(" ", col))
}

func (w *writer) block(value any, col int) {
	if !isBlock(value) {
		w.value(value)
		return
	}
	switch v := value.(type) {
	case map[string]any:
		for i, k := range slices.Sorted(maps.Keys(v)) {
			if i > 0 {
				w.line(col)
			}
			w.scalar(k)
			w.b.WriteByte(':')
			w.below(v[k], col)
		}
	case []any:
		for i, item := range v {
			if i > 0 {
				w.line(col)
			}
			w.b.WriteString("- ")
			w.block(item, col+2)
		}
	}
}

// below writes the value behind the colon of a key at column col.
func (w *writer) below(value any, col int) {
	if !isBlock(value) {
		w.b.WriteByte(' ')
		w.value(value)
		return
	}
	col += w.deeper(value)
	w.line(col)
	w.block(value, col)
}

// deeper returns how far a block value is indented below its key.
func (f format) deeper(value any) int {
	if _, ok := value.([]any); ok {
		return f.list
	}
	return f.step
}

// value writes a scalar, or a map or list in brackets.
func (w *writer) value(value any) {
	switch v := value.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		w.brackets("{", "}", len(keys), func(i int) { w.entry(keys[i], v[keys[i]]) })
	case []any:
		w.brackets("[", "]", len(v), func(i int) { w.value(v[i]) })
	default:
		w.scalar(value)
	}
}

// entry writes a key and its value within brackets.
func (w *writer) entry(key string, value any) {
	w.scalar(key)
	w.b.WriteByte(':')
	if w.spaced || !w.quoted {
		w.b.WriteByte(' ')
	}
	w.value(value)
}

func (w *writer) brackets(open, closing string, count int, entry func(i int)) {
	w.b.WriteString(open)
	outer := w.indent
	w.indent += w.unit
	for i := range count {
		if i > 0 {
			w.b.WriteByte(',')
		}
		switch {
		case w.unit != "":
			w.b.WriteString(w.eol + w.indent)
		case i > 0 && w.spaced:
			w.b.WriteByte(' ')
		}
		entry(i)
	}
	w.indent = outer
	if w.unit != "" && count > 0 {
		w.b.WriteString(w.eol + w.indent)
	}
	w.b.WriteString(closing)
}

func (w *writer) scalar(value any) {
	text, err := scalarText(value, w.quoted, w.flow)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("writing a value: %w", err)
	}
	w.b.WriteString(text)
}
