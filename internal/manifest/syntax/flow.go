package syntax

// flow reads a map or list in brackets.
func (p *parser) flow() (Ref, error) {
	if err := p.enter(); err != nil {
		return None, err
	}
	p.brackets++
	defer func() { p.depth--; p.brackets-- }()
	kind, closing := Map, byte('}')
	if p.raw[p.pos] == '[' {
		kind, closing = List, ']'
	}
	ref := p.tree.add(Node{Kind: kind, Style: Flow, Start: int32(p.pos), Line: int32(p.line)})
	p.pos++
	children := row{parent: ref, last: None}
	for {
		if err := p.flowGap(); err != nil {
			return None, err
		}
		if p.raw[p.pos] == closing {
			break
		}
		if err := p.flowEntry(&children, kind); err != nil {
			return None, err
		}
		p.tree.At(ref).Count++
		if err := p.flowGap(); err != nil {
			return None, err
		}
		if p.raw[p.pos] == ',' {
			p.pos++
		} else if p.raw[p.pos] != closing {
			return None, p.fail("no comma or "+string(closing)+" behind an entry", "check the brackets and quotes")
		}
	}
	p.pos++
	n := p.tree.At(ref)
	n.End, n.Tail = int32(p.pos), int32(p.pos)
	if kind == Map {
		return ref, p.checkTwice(ref)
	}
	return ref, nil
}

// flowEntry reads an item, or a key with its value.
func (p *parser) flowEntry(children *row, kind Kind) error {
	line, start := p.line, p.pos
	ref, err := p.flowNode()
	if err != nil {
		return err
	}
	p.tree.At(ref).Entry = int32(start)
	p.tree.push(children, ref)
	end := p.pos
	if err := p.flowGap(); err != nil {
		return err
	}
	atColon := p.raw[p.pos] == ':'
	if kind == List {
		if atColon {
			return p.unsure("a single `key: value` in a list in brackets")
		}
		return nil
	}
	key := p.tree.At(ref)
	if key.Kind != Scalar {
		return p.unsure("a map, list or alias as a key")
	}
	key.Colon = -1
	if !atColon {
		p.tree.push(children, p.empty(end, p.line))
		return nil
	}
	if !p.tree.JSON && (p.line != line || p.pos-start > maxKey) {
		return p.unsure("a key longer than a line or 1024 characters")
	}
	key.Colon = int32(p.pos)
	return p.flowValue(children)
}

func (p *parser) flowValue(children *row) error {
	p.pos++
	after := p.pos
	if err := p.flowGap(); err != nil {
		return err
	}
	if isFlow(p.raw[p.pos]) {
		p.tree.push(children, p.empty(after, p.line))
		return nil
	}
	ref, err := p.flowNode()
	if err != nil {
		return err
	}
	p.tree.push(children, ref)
	return nil
}

// flowNode reads a node within brackets.
func (p *parser) flowNode() (Ref, error) {
	props, err := p.properties()
	if err != nil {
		return None, err
	}
	if props != nil {
		if err := p.flowGap(); err != nil {
			return None, err
		}
		if isFlow(p.raw[p.pos]) {
			ref := p.empty(int(props.End), props.line)
			return ref, p.attach(ref, props)
		}
	}
	ref, err := p.flowContent()
	if err != nil {
		return None, err
	}
	return ref, p.attach(ref, props)
}

func (p *parser) flowContent() (Ref, error) {
	switch c := p.raw[p.pos]; c {
	case '"':
		return p.double()
	case '\'':
		return p.single()
	case '{', '[':
		return p.flow()
	case '*':
		return p.alias()
	case '-':
		if p.blankAt(p.pos + 1) {
			return None, p.fail("a block list within brackets", "use brackets for it")
		}
	case ',', ']', '}', '%', '@', '`', '#', '|', '>', '?', ':', '!', '&':
		return None, p.fail("unexpected character "+string(c)+" within brackets", "quote the text")
	}
	return p.plain(-1, true)
}
