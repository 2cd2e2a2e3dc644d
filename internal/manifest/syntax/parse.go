package syntax

import (
	"bytes"
	"fmt"
)

// Error is a document that could not be read.
type Error struct {
	// Line counts from 1 within the document.
	Line int
	// Problem says what is wrong, Fix what helps.
	Problem, Fix string
	// Unsure is set if a full parser may think otherwise.
	Unsure bool
	// Final is set where no other parser needs to be asked.
	Final bool
}

// Error returns line and problem.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }

// maxKey is the longest key that YAML lets stand before a colon.
const maxKey = 1024

// Parse reads one document of at most 1 GiB: what a stream holds between two
// `---` lines, the first of them included. Maps and lists nested deeper than
// maxDepth are an error. An empty document gives a tree without root. Every
// error is an *Error. The tree keeps raw.
func Parse(raw []byte, maxDepth int) (*Tree, error) {
	if err := checkBytes(raw); err != nil {
		return nil, err
	}
	t := &Tree{Raw: raw, root: None}
	p := &parser{tree: t, raw: raw, line: 1, first: -1, limit: maxDepth}
	if err := p.document(); err != nil {
		return nil, err
	}
	return t, nil
}

// parser walks over the bytes once, forwards.
type parser struct {
	tree *Tree
	// raw is cut where the document ends.
	raw       []byte
	pos, line int
	// bol is where the current line begins, first the last offset at which
	// content followed a line break.
	bol, first   int
	depth, limit int
	// brackets counts the flow collections around pos.
	brackets int
	anchors  map[string]anchor
}

// place says what may start at a position in block style.
type place struct {
	// parent is the column of the enclosing map or list, -1 at the top.
	parent int
	// fresh: a block map or list may start on this line.
	fresh bool
	// value: the node is a map's value, so a list may start at the column of
	// the map itself.
	value bool
}

func (p *parser) document() error {
	marked, err := p.prolog()
	if err != nil {
		return err
	}
	rest := p.cutAtMarker()
	crossed, err := p.gap(marked)
	if err != nil {
		return err
	}
	if !p.eof() {
		p.tree.JSON = p.raw[p.pos] == '{' || p.raw[p.pos] == '['
		p.tree.root, err = p.blockNode(place{parent: -1, fresh: crossed || !marked})
		if err != nil {
			return err
		}
		if _, err := p.gap(true); err != nil {
			return err
		}
		if !p.eof() {
			return p.fail("unexpected text behind the document's content", "check quotes and indentation")
		}
	}
	return checkEpilog(rest, p.line)
}

// prolog skips comments and directives and the `---` before the content.
func (p *parser) prolog() (marked bool, err error) {
	if bytes.HasPrefix(p.raw, []byte("\xEF\xBB\xBF")) {
		p.pos, p.bol = 3, 3
	}
	directives := false
	for !p.eof() {
		if _, err := p.gap(false); err != nil {
			return false, err
		}
		rest := p.raw[p.pos:]
		switch {
		case p.col() == 0 && marker(rest, "---"):
			p.pos += 3
			return true, nil
		case p.col() == 0 && len(rest) > 0 && rest[0] == '%':
			directives = true
			if line := trimLine(rest); line != "%YAML 1.1" && line != "%YAML 1.2" {
				return false, p.unsure("a directive other than %YAML 1.2")
			}
			p.pos += lineLength(rest)
		case directives:
			return false, p.unsure("a directive without `---` behind it")
		default:
			return false, nil
		}
	}
	if directives {
		return false, p.unsure("a directive without `---` behind it")
	}
	return false, nil
}

// cutAtMarker ends p.raw at the next document marker and returns what is from
// there on.
func (p *parser) cutAtMarker() []byte {
	end := len(p.raw)
	for _, m := range []string{"---", "..."} {
		if p.col() == 0 && marker(p.raw[p.pos:], m) {
			end = p.pos
		}
		for at := p.pos; ; {
			i := bytes.Index(p.raw[at:end], []byte("\n"+m))
			if i < 0 {
				break
			}
			at += i + 1
			if marker(p.raw[at:], m) {
				end = at
				break
			}
		}
	}
	rest := p.raw[end:]
	p.raw = p.raw[:end]
	return rest
}

// checkEpilog accepts a `...` line with nothing but comments behind it.
func checkEpilog(rest []byte, line int) error {
	if len(rest) == 0 {
		return nil
	}
	if !marker(rest, "...") {
		return &Error{Line: line, Problem: "more than one document", Unsure: true}
	}
	p := &parser{raw: rest, pos: 3, line: line, first: -1}
	if _, err := p.gap(true); err != nil {
		return err
	}
	if !p.eof() {
		return p.unsure("text behind the `...` line")
	}
	return nil
}

func (p *parser) eof() bool { return p.pos >= len(p.raw) }

func (p *parser) col() int { return p.pos - p.bol }

// blankAt says whether a blank, a line break or the end is at offset i.
func (p *parser) blankAt(i int) bool {
	return i >= len(p.raw) || isBlank(p.raw[i])
}

// indicator says whether c stands here as an indicator: with a blank behind.
func (p *parser) indicator(c byte) bool {
	return !p.eof() && p.raw[p.pos] == c && p.blankAt(p.pos+1)
}

func (p *parser) enter() error {
	p.depth++
	if p.depth > p.limit {
		return &Error{Line: p.line, Problem: fmt.Sprintf("maps and lists are nested deeper than %d levels", p.limit), Fix: "flatten the document", Final: true}
	}
	return nil
}

func (p *parser) fail(problem, fix string) error {
	return &Error{Line: p.line, Problem: problem, Fix: fix}
}

func (p *parser) unsure(what string) error {
	return &Error{Line: p.line, Problem: "unsupported syntax: " + what, Fix: "write it in plain block style", Unsure: true}
}
