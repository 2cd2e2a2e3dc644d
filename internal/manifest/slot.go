package manifest

import (
	"bytes"
	"errors"
	"strings"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// slot is the place of a value: behind a key, as an item, or at the top.
type slot struct {
	parent syntax.Ref // None at the top
	key    syntax.Ref // None in a list
	node   syntax.Ref
}

func (e *editor) splice(start, end int, text string) {
	e.splices = append(e.splices, splice{start: start, end: end, text: text})
}

// put writes another value into a slot. keep leaves the anchor and tag of the
// old value: it is the old value that grew.
func (e *editor) put(s slot, value any, keep bool) error {
	n := e.tree.At(s.node)
	start := int(e.tree.Outer(s.node))
	if keep {
		start = int(n.Start)
	}
	switch {
	case s.parent == syntax.None:
		text, err := e.formatAt(s.node).flowText(value, "")
		e.splice(start, int(n.End), text)
		return err
	case e.tree.At(s.parent).Style == syntax.Flow:
		return e.putFlow(s, start, value)
	case s.key == syntax.None:
		return e.putItem(s, value)
	}
	key := e.tree.At(s.key)
	beside := e.onLine(int(key.Colon), int(n.Start))
	block := n.Kind != syntax.Scalar && n.Style == syntax.Block
	switch {
	case key.Colon < 0 || key.Explicit && beside && block:
		return errors.New("it is the value of a key behind a question mark; fix: write `key: value`")
	case beside:
		return e.putBeside(s, start, value)
	}
	return e.putBelow(s, value, keep)
}

// onLine says whether two offsets are on one line.
func (e *editor) onLine(a, b int) bool {
	return a < 0 || bytes.IndexByte(e.raw[min(a, b):max(a, b)], '\n') < 0
}

// putFlow writes a value within brackets.
func (e *editor) putFlow(s slot, start int, value any) error {
	n := e.tree.At(s.node)
	f := e.formatAt(s.parent)
	text, err := f.flowText(value, indentOf(e.raw, start))
	switch {
	case s.key != syntax.None && e.tree.At(s.key).Colon < 0:
		text = ": " + text
	case start == int(n.End) && (f.spaced || !f.quoted):
		text = " " + text
	}
	e.splice(start, int(n.End), text)
	return err
}

// putItem writes a value behind the dash of a block list.
func (e *editor) putItem(s slot, value any) error {
	n := e.tree.At(s.node)
	start, dash := int(e.tree.Outer(s.node)), int(n.Entry)
	col, blank := start-lineStart(e.raw, start), ""
	if start == dash+1 {
		col, blank = col+1, " "
	}
	text, err := e.format.blockText(value, col)
	e.splice(start, int(n.End), blank+text)
	return err
}

// putBeside writes a value where the old one starts on the line of its key.
// What needs lines of its own goes below that line, behind its comment.
func (e *editor) putBeside(s slot, start int, value any) error {
	n, colon := e.tree.At(s.node), int(e.tree.At(s.key).Colon)
	if !isBlock(value) {
		text, err := e.format.blockText(value, 0)
		if start == int(n.End) {
			text = " " + text
		}
		e.splice(start, int(n.End), text)
		return err
	}
	text, err := e.belowText(s, value)
	e.splice(e.trimBack(start, colon+1), int(n.End), "")
	end := endOfLine(e.raw, int(n.End))
	e.splice(end, end, text)
	return err
}

// trimBack moves start back over blanks, not before least.
func (e *editor) trimBack(start, least int) int {
	for start > least && (e.raw[start-1] == ' ' || e.raw[start-1] == '\t') {
		start--
	}
	return start
}

// belowText writes a block value below its key, line break first.
func (e *editor) belowText(s slot, value any) (string, error) {
	col := int(e.tree.At(s.parent).Indent) + e.format.deeper(value)
	text, err := e.format.blockText(value, col)
	return e.format.eol + strings.Repeat(" ", col) + text, err
}

// putBelow writes a value where the old one starts on a line below its key.
// Comments between key and value stay.
func (e *editor) putBelow(s slot, value any, keep bool) error {
	n, colon := e.tree.At(s.node), int(e.tree.At(s.key).Colon)
	props, hasProps := e.tree.Props(s.node)
	behind := colon + 1
	if hasProps && keep {
		behind = int(props.End)
	}
	var text string
	var err error
	if isBlock(value) {
		text, err = e.belowText(s, value)
	} else {
		text, err = e.format.blockText(value, 0)
		e.splice(behind, behind, " "+text)
		text = ""
	}
	if hasProps && !keep {
		e.splice(e.trimBack(int(props.Start), colon+1), int(props.End), "")
	}
	e.splice(breakBefore(e.raw, lineStart(e.raw, int(n.Start))), int(n.End), text)
	return err
}
