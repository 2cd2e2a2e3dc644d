package syntax

// plain reads a scalar without quotes. In block style its further lines have
// to stand deeper than the column parent.
func (p *parser) plain(parent int, flow bool) (Ref, error) {
	n := Node{Style: Plain, Start: int32(p.pos), Line: int32(p.line)}
	end := p.plainLine(flow)
	if end == int(n.Start) {
		return None, p.fail("no value where one is expected", "check colons and commas")
	}
	for p.pos < len(p.raw) && isBlank(p.raw[p.pos]) {
		more, err := p.continues(parent, flow)
		if err != nil {
			return None, err
		}
		if !more {
			break
		}
		start := p.pos
		next := p.plainLine(flow)
		if next == start {
			break
		}
		n.Complex = true
		end = next
	}
	n.End, n.Tail = int32(end), int32(end)
	return p.tree.add(n), nil
}

// plainLine moves over the rest of a plain scalar on this line, up to what
// ends it or to the line break, and returns where its last character ends.
func (p *parser) plainLine(flow bool) (end int) {
	end = p.pos
	raw := p.raw
	for i := p.pos; i < len(raw); i++ {
		switch c := raw[i]; c {
		case ' ', '\t', '\r':
			continue
		case '\n':
			p.pos = i
			return end
		case ':':
			if p.blankAt(i + 1) {
				p.pos = i
				return end
			}
		case '#':
			if i > p.pos && isBlank(raw[i-1]) {
				p.pos = i
				return end
			}
		case ',', '[', ']', '{', '}', '?':
			if flow {
				p.pos = i
				return end
			}
		}
		end = i + 1
	}
	p.pos = len(raw)
	return end
}

// continues moves to the next line that has content and says whether that
// goes on with the plain scalar before it. If not, pos does not move.
func (p *parser) continues(parent int, flow bool) (bool, error) {
	pos, line, bol := p.pos, p.line, p.bol
	for !p.eof() && isBlank(p.raw[p.pos]) {
		switch p.raw[p.pos] {
		case '\t':
			if !flow && p.bol != bol {
				return false, p.unsure("a tab in the indentation")
			}
		case '\n':
			p.newline()
		}
		p.pos++
	}
	if !p.eof() && p.raw[p.pos] != '#' && (flow || p.col() > parent) {
		return true, nil
	}
	p.pos, p.line, p.bol = pos, line, bol
	return false, nil
}
