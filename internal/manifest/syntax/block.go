package syntax

// blockNode reads the node at pos in block style.
func (p *parser) blockNode(at place) (Ref, error) {
	if err := p.enter(); err != nil {
		return None, err
	}
	defer func() { p.depth-- }()
	start, line := p.pos, p.line
	if at.fresh && p.indicator('-') {
		return p.blockList(p.col())
	}
	if at.fresh && p.indicator('?') {
		return p.blockMap(p.col(), None)
	}
	props, err := p.properties()
	if err != nil {
		return None, err
	}
	if props != nil {
		crossed, err := p.gap(false)
		if err != nil {
			return None, err
		}
		if crossed || p.eof() {
			return p.afterProps(at, props)
		}
	}
	col := start - p.bol
	ref, err := p.content(at.parent)
	if err != nil {
		return None, err
	}
	if err := p.attach(ref, props); err != nil {
		return None, err
	}
	if !p.atColon() {
		return ref, nil
	}
	if !at.fresh || p.line != line {
		return None, p.fail("a map cannot start here: unexpected `: `", "quote the text, or check the indentation")
	}
	p.tree.At(ref).Entry = int32(start)
	return p.blockMap(col, ref)
}

// afterProps reads the node whose anchor or tag stands at the end of the line
// before.
func (p *parser) afterProps(at place, props *head) (ref Ref, err error) {
	switch {
	case !p.eof() && p.col() > at.parent:
		ref, err = p.blockNode(place{parent: at.parent, fresh: true})
	case at.value && p.col() == at.parent && p.indicator('-'):
		ref, err = p.blockList(p.col())
	default:
		ref = p.empty(int(props.End), p.line)
	}
	if err != nil {
		return None, err
	}
	return ref, p.attach(ref, props)
}

// content reads a scalar, an alias or a flow collection.
func (p *parser) content(parent int) (Ref, error) {
	switch c := p.raw[p.pos]; c {
	case '"':
		return p.double()
	case '\'':
		return p.single()
	case '{', '[':
		return p.flow()
	case '|', '>':
		return p.blockScalar(parent)
	case '*':
		return p.alias()
	case ',', ']', '}', '%', '@', '`', '#', '!', '&':
		return None, p.fail("unexpected character "+string(c), "quote the text")
	case '-', '?', ':':
		if p.blankAt(p.pos + 1) {
			return None, p.fail("a block list or map cannot start here", "put it on a line of its own")
		}
	}
	return p.plain(parent, false)
}

// atColon says whether the colon of a map entry comes next on this line, and
// moves to it if so.
func (p *parser) atColon() bool {
	i := p.pos
	for i < len(p.raw) && (p.raw[i] == ' ' || p.raw[i] == '\t') {
		i++
	}
	if p.pos == p.first || i >= len(p.raw) || p.raw[i] != ':' || !p.blankAt(i+1) {
		return false
	}
	p.pos = i
	return true
}

// blockMap reads a map whose entries stand at col. If its first key has been
// read already, pos is at that key's colon.
func (p *parser) blockMap(col int, key Ref) (Ref, error) {
	start, line := p.pos, p.line
	if key != None {
		start = int(p.tree.At(key).Entry)
	}
	ref := p.tree.add(Node{Kind: Map, Style: Block, Start: int32(start), Line: int32(line), Indent: int32(col)})
	children := row{parent: ref, last: None}
	for {
		var err error
		if key == None {
			if key, err = p.mapKey(col); err != nil {
				return None, err
			}
		}
		p.tree.push(&children, key)
		value, err := p.mapValue(col, key)
		if err != nil {
			return None, err
		}
		p.tree.push(&children, value)
		p.tree.At(ref).Count++
		key = None
		more, err := p.nextEntry(col)
		if err != nil {
			return None, err
		}
		if !more || p.indicator('-') {
			break
		}
	}
	if !p.eof() && p.col() == col && p.indicator('-') {
		return None, p.fail("a list item where a map's key is expected", "indent the list under its key")
	}
	p.close(ref, children.last)
	return ref, p.checkTwice(ref)
}

// close lets a block collection end where its last child ends.
func (p *parser) close(ref, last Ref) {
	n, l := p.tree.At(ref), p.tree.At(last)
	n.End, n.Tail = l.End, l.Tail
}

// mapKey reads the key at pos and moves to its colon.
func (p *parser) mapKey(col int) (Ref, error) {
	start, line := p.pos, p.line
	if p.indicator('?') {
		return p.explicitKey(col)
	}
	props, err := p.properties()
	if err != nil {
		return None, err
	}
	if props != nil {
		if crossed, err := p.gap(false); err != nil || crossed || p.eof() {
			return None, p.unsure("an anchor or tag without key")
		}
	}
	if p.indicator(':') {
		return None, p.unsure("an entry without key")
	}
	ref, err := p.content(col)
	if err != nil {
		return None, err
	}
	if err := p.attach(ref, props); err != nil {
		return None, err
	}
	if !p.atColon() || p.line != line {
		return None, p.failAt(line, "no `: ` behind this key", "write `key: value`, or check the indentation")
	}
	p.tree.At(ref).Entry = int32(start)
	return ref, nil
}

// explicitKey reads `? key` and moves to the colon, if there is one.
func (p *parser) explicitKey(col int) (Ref, error) {
	start := p.pos
	p.pos++
	crossed, err := p.gap(false)
	if err != nil {
		return None, err
	}
	if p.eof() || crossed && p.col() <= col {
		return None, p.unsure("an empty key")
	}
	ref, err := p.blockNode(place{parent: col, fresh: true})
	if err != nil {
		return None, err
	}
	if _, err := p.gap(true); err != nil {
		return None, err
	}
	if p.pos != p.first || p.tree.At(ref).Kind != Scalar {
		return None, p.unsure("a map or list as a key")
	}
	n := p.tree.At(ref)
	n.Entry, n.Explicit, n.Colon = int32(start), true, -1
	return ref, nil
}

// mapValue reads what stands behind the colon at pos.
func (p *parser) mapValue(col int, key Ref) (Ref, error) {
	k := p.tree.At(key)
	at := place{parent: col, value: true, fresh: k.Explicit}
	if k.Explicit && (p.col() != col || !p.indicator(':')) {
		return p.empty(int(k.End), p.line), nil
	}
	k.Colon = int32(p.pos)
	if !k.Explicit && k.Colon-k.Entry > maxKey {
		return None, p.unsure("a key longer than 1024 characters")
	}
	p.pos++
	after, line := p.pos, p.line
	crossed, err := p.gap(!at.fresh)
	switch {
	case err != nil:
		return None, err
	case p.eof(), crossed && p.col() < col:
		return p.empty(after, line), nil
	case crossed && p.col() == col:
		if p.indicator('-') {
			return p.blockList(col)
		}
		return p.empty(after, line), nil
	}
	at.fresh = at.fresh || crossed
	return p.blockNode(at)
}

// blockList reads a list whose dashes stand at col.
func (p *parser) blockList(col int) (Ref, error) {
	ref := p.tree.add(Node{Kind: List, Style: Block, Start: int32(p.pos), Line: int32(p.line), Indent: int32(col)})
	children := row{parent: ref, last: None}
	for {
		item, err := p.listItem(col)
		if err != nil {
			return None, err
		}
		p.tree.push(&children, item)
		p.tree.At(ref).Count++
		more, err := p.nextEntry(col)
		if err != nil {
			return None, err
		}
		if !more || !p.indicator('-') {
			break
		}
	}
	p.close(ref, children.last)
	return ref, nil
}

func (p *parser) listItem(col int) (ref Ref, err error) {
	dash, line := p.pos, p.line
	p.pos++
	crossed, err := p.gap(false)
	if err != nil {
		return None, err
	}
	if p.eof() || crossed && p.col() <= col {
		ref = p.empty(dash+1, line)
	} else if ref, err = p.blockNode(place{parent: col, fresh: true}); err != nil {
		return None, err
	}
	p.tree.At(ref).Entry = int32(dash)
	return ref, nil
}

// nextEntry moves behind a value to the next content. It says whether that
// stands at col, where the next entry of this collection would.
func (p *parser) nextEntry(col int) (more bool, err error) {
	if _, err := p.gap(true); err != nil {
		return false, err
	}
	switch {
	case p.eof() || p.pos == p.first && p.col() < col:
		return false, nil
	case p.pos != p.first:
		return false, p.fail("unexpected text behind a value", "check quotes and indentation")
	case p.col() > col:
		return false, p.fail("this line is indented deeper than the entries before it", "align it with them")
	}
	return true, nil
}

// empty makes the node of a value that is not there.
func (p *parser) empty(at, line int) Ref {
	return p.tree.add(Node{Start: int32(at), End: int32(at), Tail: int32(at), Line: int32(line)})
}

func (p *parser) failAt(line int, problem, fix string) error {
	return &Error{Line: line, Problem: problem, Fix: fix}
}
