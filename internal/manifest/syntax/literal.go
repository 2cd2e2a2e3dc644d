package syntax

import "bytes"

// chomp is what happens to the line breaks at the end of a block scalar.
type chomp int8

const (
	clip  chomp = iota // one stays
	strip              // none stays
	keep               // all stay
)

// blockHeader reads `|` or `>` with its indicators: an indentation (0 if not
// given), the chomping, and the length of the three.
func blockHeader(b []byte) (indent int, c chomp, length int) {
	for length = 1; length < len(b); length++ {
		switch d := b[length]; {
		case d == '+' && c == clip:
			c = keep
		case d == '-' && c == clip:
			c = strip
		case d >= '1' && d <= '9' && indent == 0:
			indent = int(d - '0')
		default:
			return indent, c, length
		}
	}
	return indent, c, length
}

// blockScalar reads a `|` or `>` scalar in a map or list at column parent.
func (p *parser) blockScalar(parent int) (Ref, error) {
	n := Node{Style: Literal, Start: int32(p.pos), Line: int32(p.line)}
	if p.raw[p.pos] == '>' {
		n.Style = Folded
	}
	indent, c, length := blockHeader(p.raw[p.pos:])
	if indent > 0 {
		indent += max(parent, 0)
	}
	end, err := p.headerEnd(length)
	if err != nil {
		return None, err
	}
	n.End = int32(end)
	if indent, err = p.blockLines(indent, parent, &n.End); err != nil {
		return None, err
	}
	n.Indent, n.Tail = int32(indent), n.End
	if c == keep && p.bol > int(n.End) {
		n.Tail = int32(p.bol)
	}
	p.first = p.pos
	return p.tree.add(n), nil
}

// headerEnd moves to the line behind a block scalar's header and returns
// where the header ends.
func (p *parser) headerEnd(length int) (end int, err error) {
	p.pos += length
	end = p.pos
	for !p.eof() && (p.raw[p.pos] == ' ' || p.raw[p.pos] == '\t') {
		p.pos++
	}
	rest := lineLength(p.raw[p.pos:])
	if text := bytes.TrimSuffix(p.raw[p.pos:p.pos+rest], []byte{'\r'}); len(text) > 0 {
		if text[0] != '#' {
			return 0, p.fail("unexpected text behind | or >", "put the text on the next line")
		}
		end = p.pos + len(text)
	}
	p.pos += rest
	p.nextLine()
	return end, nil
}

// nextLine moves behind the line break at pos, if there is one.
func (p *parser) nextLine() {
	if !p.eof() {
		p.newline()
		p.pos++
	}
}

// blockLines moves over the text of a block scalar and returns its
// indentation. end becomes the end of the last line that is not blank.
func (p *parser) blockLines(indent, parent int, end *int32) (int, error) {
	deepest, err := p.blankLines(indent)
	if err != nil {
		return 0, err
	}
	if indent == 0 {
		indent = max(deepest, parent+1, 1)
	}
	for p.col() == indent && !p.eof() {
		length := lineLength(p.raw[p.pos:])
		p.pos += length
		*end = int32(p.pos)
		if length > 0 && p.raw[p.pos-1] == '\r' && !p.eof() {
			*end--
		}
		p.nextLine()
		if _, err := p.blankLines(indent); err != nil {
			return 0, err
		}
	}
	return indent, nil
}

// blankLines moves over blank lines and the indentation of the next one, at
// most indent columns unless that is 0. It returns the deepest column seen.
func (p *parser) blankLines(indent int) (deepest int, err error) {
	for {
		for !p.eof() && p.raw[p.pos] == ' ' && (indent == 0 || p.col() < indent) {
			p.pos++
		}
		deepest = max(deepest, p.col())
		switch {
		case p.eof():
			return deepest, nil
		case p.raw[p.pos] == '\n':
			p.nextLine()
		case p.raw[p.pos] == '\r':
			p.pos++
			p.nextLine()
		case p.raw[p.pos] == '\t' && (indent == 0 || p.col() < indent):
			return 0, p.unsure("a tab in the indentation")
		default:
			return deepest, nil
		}
	}
}

// blockText returns the value of a block scalar.
func blockText(raw []byte, n *Node) []byte {
	_, c, _ := blockHeader(raw[n.Start:])
	start := int(n.Start) + lineLength(raw[n.Start:]) + 1
	if start > len(raw) {
		return nil
	}
	var out []byte
	tail := start
	if int(n.End) > start {
		body := raw[start:n.End]
		out = make([]byte, 0, len(body)+1)
		if n.Style == Literal {
			out = literalLines(out, body, int(n.Indent))
		} else {
			out = foldedLines(out, body, int(n.Indent))
		}
		tail = int(n.End) + lineLength(raw[n.End:]) + 1
		if c != strip && tail <= len(raw) {
			out = append(out, '\n')
		}
	}
	if c == keep && tail < int(n.Tail) {
		for range bytes.Count(raw[tail:n.Tail], []byte{'\n'}) {
			out = append(out, '\n')
		}
	}
	return out
}

// dedent returns the first line of body without indentation and line break,
// and the rest, which is nil behind the last line.
func dedent(body []byte, indent int) (line, rest []byte) {
	line, rest, _ = bytes.Cut(body, []byte{'\n'})
	line = bytes.TrimSuffix(line, []byte{'\r'})
	return line[min(indent, len(line)):], rest
}

func literalLines(out, body []byte, indent int) []byte {
	for {
		line, rest := dedent(body, indent)
		out = append(out, line...)
		if rest == nil {
			return out
		}
		out = append(out, '\n')
		body = rest
	}
}

// foldedLines joins lines by blanks, except around lines that start with a
// blank of their own.
func foldedLines(out, body []byte, indent int) []byte {
	breaks, started, wasBlank := 0, false, false
	for body != nil {
		var line []byte
		line, body = dedent(body, indent)
		if len(line) == 0 {
			breaks++
			continue
		}
		blank := line[0] == ' ' || line[0] == '\t'
		switch {
		case !started:
		case wasBlank || blank:
			out = append(out, '\n')
		case breaks == 0:
			out = append(out, ' ')
		}
		out = append(out, bytes.Repeat([]byte{'\n'}, breaks)...)
		out = append(out, line...)
		breaks, started, wasBlank = 0, true, blank
	}
	return out
}
