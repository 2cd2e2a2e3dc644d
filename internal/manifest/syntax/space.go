package syntax

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// marker says whether b starts with a document marker followed by a blank, a
// line break or the end.
func marker(b []byte, m string) bool {
	return len(b) >= 3 && string(b[:3]) == m && (len(b) == 3 || isBlank(b[3]))
}

// lineLength returns the length of the first line without its line break.
func lineLength(b []byte) int {
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		return i
	}
	return len(b)
}

func trimLine(b []byte) string {
	return string(bytes.TrimRight(b[:lineLength(b)], " \r"))
}

// gap moves over blanks, comments and line breaks in block style to the next
// content or the end, and says whether it crossed a line break. Tabs may stand
// in front of a comment or value (tabs), never in an indentation.
func (p *parser) gap(tabs bool) (crossed bool, err error) {
	for ; p.pos < len(p.raw); p.pos++ {
		switch p.raw[p.pos] {
		case ' ', '\r':
		case '\t':
			if crossed || !tabs {
				return crossed, p.unsure("a tab in the indentation")
			}
		case '\n':
			p.newline()
			crossed = true
		case '#':
			if p.pos > p.bol && !isBlank(p.raw[p.pos-1]) {
				return crossed, p.unsure("a comment without a blank before it")
			}
			p.pos += lineLength(p.raw[p.pos:]) - 1
		default:
			if crossed {
				p.first = p.pos
			}
			return crossed, nil
		}
	}
	p.pos = len(p.raw)
	p.first = p.pos
	return crossed, nil
}

// flowGap is gap within brackets, where tabs and indentation do not matter.
func (p *parser) flowGap() error {
	for ; p.pos < len(p.raw); p.pos++ {
		switch p.raw[p.pos] {
		case ' ', '\r', '\t':
		case '\n':
			p.newline()
		case '#':
			if !isBlank(p.raw[p.pos-1]) {
				return p.unsure("a comment without a blank before it")
			}
			p.pos += lineLength(p.raw[p.pos:]) - 1
		default:
			return nil
		}
	}
	return p.fail("a bracket is never closed", "check that the document is complete")
}

// newline notes that the line break at pos ends a line.
func (p *parser) newline() {
	p.line++
	p.bol = p.pos + 1
}

// checkBytes refuses what no YAML text holds, and is unsure about line breaks
// other than the usual two. An object in
// JSON may hold more of Unicode than YAML.
func checkBytes(raw []byte) error {
	err := checkText(raw)
	text := bytes.TrimLeft(bytes.TrimPrefix(raw, []byte("\xEF\xBB\xBF")), " \t\r\n")
	if err != nil && bytes.HasPrefix(text, []byte{'{'}) && json.Valid(text) && utf8.Valid(text) {
		return nil
	}
	return err
}

func checkText(raw []byte) error {
	ascii := true
	for i, c := range raw {
		if c >= ' ' && c < 0x7F || c == '\n' {
			continue
		}
		switch {
		case c >= 0x80:
			ascii = false
		case c == '\t':
		case c == '\r' && i+1 < len(raw) && raw[i+1] == '\n':
		case c == '\r':
			return unusual(raw, i, "a carriage return alone")
		default:
			return illegal(raw, i, "the text has a control character", "write it as an escape in double quotes")
		}
	}
	if ascii {
		return nil
	}
	return checkRunes(raw)
}

func checkRunes(raw []byte) error {
	for i := 0; i < len(raw); {
		if raw[i] < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			return illegal(raw, i, "the text is not UTF-8", "save it as UTF-8")
		case r == 0x85, r == 0x2028, r == 0x2029, r == 0xFEFF && i > 0:
			return unusual(raw, i, "an unusual line break or byte order mark")
		case r < 0xA0, r == 0xFFFE, r == 0xFFFF:
			return illegal(raw, i, "the text has a control character", "write it as an escape in double quotes")
		}
		i += size
	}
	return nil
}

func illegal(raw []byte, at int, problem, fix string) error {
	return &Error{Line: 1 + bytes.Count(raw[:at], []byte{'\n'}), Problem: problem, Fix: fix}
}

func unusual(raw []byte, at int, what string) error {
	p := parser{line: 1 + bytes.Count(raw[:at], []byte{'\n'})}
	return p.unsure(what)
}
