package syntax

import "bytes"

// single reads a scalar in single quotes.
func (p *parser) single() (Ref, error) {
	n := Node{Style: Single, Start: int32(p.pos), Line: int32(p.line)}
	for i := p.pos + 1; ; {
		end := bytes.IndexByte(p.raw[i:], '\'')
		if end < 0 {
			return None, p.fail("a single quote is never closed", "check that the document is complete")
		}
		end += i
		n.Complex = p.lines(i, end) || n.Complex
		if end+1 < len(p.raw) && p.raw[end+1] == '\'' {
			n.Complex = true
			i = end + 2
			continue
		}
		p.pos = end + 1
		n.End, n.Tail = int32(p.pos), int32(p.pos)
		return p.tree.add(n), nil
	}
}

// double reads a scalar in double quotes and checks its escapes.
func (p *parser) double() (Ref, error) {
	n := Node{Style: Double, Start: int32(p.pos), Line: int32(p.line)}
	i := p.pos + 1
	for i < len(p.raw) && p.raw[i] != '"' {
		switch p.raw[i] {
		case '\\':
			n.Complex = true
			length := p.escape(i)
			if length == 0 {
				return None, p.fail("unknown escape in double quotes", "write a backslash as two, or use single quotes")
			}
			if p.raw[i+1] == '\n' || p.raw[i+1] == '\r' {
				p.lines(i, i+length)
			}
			i += length
			continue
		case '\n':
			n.Complex = true
			p.lines(i, i+1)
		}
		i++
	}
	if i >= len(p.raw) {
		return None, p.fail("a double quote is never closed", "check that the document is complete")
	}
	p.pos = i + 1
	n.End, n.Tail = int32(p.pos), int32(p.pos)
	return p.tree.add(n), nil
}

// lines counts the line breaks between two offsets and says whether there was
// one.
func (p *parser) lines(from, to int) bool {
	found := false
	for {
		i := bytes.IndexByte(p.raw[from:to], '\n')
		if i < 0 {
			return found
		}
		found = true
		from += i + 1
		p.line++
		p.bol = from
	}
}

// escape returns the length of the escape at offset i, 0 if there is no such.
func (p *parser) escape(i int) int {
	if i+1 >= len(p.raw) {
		return 0
	}
	switch c := p.raw[i+1]; c {
	case 'x', 'u', 'U':
		digits := hexDigits(c)
		value, ok := hex(p.raw[i+2:], digits)
		if !ok || value > 0x10FFFF || value >= 0xD800 && value <= 0xDFFF && !p.tree.JSON {
			return 0
		}
		return 2 + digits
	case '\r':
		return 3 // with the line feed that checkBytes made sure of
	case '\n':
		return 2
	default:
		if _, ok := escaped(c); !ok {
			return 0
		}
		return 2
	}
}

func hexDigits(c byte) int {
	switch c {
	case 'x':
		return 2
	case 'u':
		return 4
	}
	return 8
}

func hex(b []byte, digits int) (value rune, ok bool) {
	if len(b) < digits {
		return 0, false
	}
	for _, c := range b[:digits] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		if value > 0x10FFFF {
			return value, true
		}
		value = value<<4 | rune(c)
	}
	return value, true
}

// escaped returns what a one-letter escape stands for.
func escaped(c byte) (string, bool) {
	switch c {
	case '"', '\\', '/', ' ', '\t', '\'':
		return string(c), true
	case '0':
		return "\x00", true
	case 'a':
		return "\a", true
	case 'b':
		return "\b", true
	case 't':
		return "\t", true
	case 'n':
		return "\n", true
	case 'v':
		return "\v", true
	case 'f':
		return "\f", true
	case 'r':
		return "\r", true
	case 'e':
		return "\x1b", true
	case 'N':
		return "\u0085", true
	case '_':
		return "\u00a0", true
	case 'L':
		return "\u2028", true
	case 'P':
		return "\u2029", true
	}
	return "", false
}
