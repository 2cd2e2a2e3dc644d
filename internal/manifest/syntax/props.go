package syntax

// head is the anchor and tag that were read before a node.
type head struct {
	Props
	line int
}

// properties reads anchor and tag, nil if neither stands at pos.
func (p *parser) properties() (*head, error) {
	var h *head
	for !p.eof() && (p.raw[p.pos] == '&' || p.raw[p.pos] == '!') {
		if h == nil {
			h = &head{Props: Props{Start: int32(p.pos)}}
		}
		isTag := p.raw[p.pos] == '!'
		word, err := p.word(isTag)
		switch {
		case err != nil:
			return nil, err
		case isTag && h.Tag == "":
			h.Tag = word
		case !isTag && h.Anchor == "":
			h.Anchor = word[1:]
			p.announce(h)
		default:
			return nil, p.fail("two anchors or two tags for one value", "remove one")
		}
		h.End, h.line = int32(p.pos), p.line
		for !p.eof() && p.raw[p.pos] == ' ' {
			p.pos++
		}
	}
	return h, nil
}

// word reads an anchor, alias or tag with its leading character.
func (p *parser) word(isTag bool) (string, error) {
	start := p.pos
	p.pos++
	if isTag && !p.eof() && p.raw[p.pos] == '!' {
		p.pos++
		if p.blankAt(p.pos) {
			return "", p.unsure("an unusual tag")
		}
	}
	for !p.eof() && isWord(p.raw[p.pos]) {
		p.pos++
	}
	if !p.blankAt(p.pos) && (isTag || p.brackets == 0 || !isFlow(p.raw[p.pos])) {
		return "", p.unsure("an unusual anchor, alias or tag")
	}
	if !isTag && p.pos == start+1 {
		return "", p.fail("an anchor or alias without name", "name it")
	}
	return string(p.raw[start:p.pos]), nil
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

func isFlow(c byte) bool { return c == ',' || c == ']' || c == '}' }

// attach gives a node its anchor and tag, if h is not nil.
func (p *parser) attach(ref Ref, h *head) error {
	if h == nil {
		return nil
	}
	if _, twice := p.tree.props[ref]; twice || p.tree.At(ref).Kind == Alias {
		return p.fail("two anchors or tags for one value, or one for an alias", "remove one")
	}
	if p.tree.props == nil {
		p.tree.props = map[Ref]Props{}
	}
	p.tree.props[ref] = h.Props
	if a, ok := p.anchors[h.Anchor]; ok && a.at == h.Start {
		p.anchors[h.Anchor] = anchor{at: h.Start, ref: ref}
	}
	return nil
}

// anchor is the last one of its name so far: where it stands, and its node,
// None until that has been read.
type anchor struct {
	at  int32
	ref Ref
}

// announce makes an anchor known before its node is read, since it replaces an
// earlier one of the same name from there on.
func (p *parser) announce(h *head) {
	if p.anchors == nil {
		p.anchors = map[string]anchor{}
	}
	p.anchors[h.Anchor] = anchor{at: h.Start, ref: None}
}

func (p *parser) alias() (Ref, error) {
	start := p.pos
	name, err := p.word(false)
	if err != nil {
		return None, err
	}
	to, ok := p.anchors[name[1:]]
	if !ok {
		return None, p.fail("no anchor named "+name[1:]+" before this alias", "check its name")
	}
	if to.ref == None {
		return None, p.fail("an anchor holds an alias of itself", "remove the alias")
	}
	ref := p.tree.add(Node{Kind: Alias, Start: int32(start), End: int32(p.pos), Tail: int32(p.pos), Line: int32(p.line)})
	if p.tree.targets == nil {
		p.tree.targets = map[Ref]Ref{}
	}
	p.tree.targets[ref] = to.ref
	return ref, nil
}
