// Package syntax reads one YAML or JSON document into a tree that knows the
// bytes each part was read from, which is what editing in place needs. It
// understands the YAML that people and programs write for Kubernetes; where it
// is not sure it says so (Error.Unsure) and the caller asks a full parser.
package syntax

// Kind is what a node is.
type Kind uint8

// The kinds of node. An alias stands for another node, see Tree.Target.
const (
	Scalar Kind = iota
	Map
	List
	Alias
)

// Style is how a node is written.
type Style uint8

// The styles: the first five are for scalars, Block and Flow for maps and
// lists. Given marks a scalar whose bytes are its value as they stand.
const (
	Plain Style = iota
	Single
	Double
	Literal
	Folded
	Block
	Flow
	Given
)

// Ref names a node of a tree. None is no node.
type Ref int32

// None is the Ref of no node.
const None Ref = -1

// Node is one part of the document. Offsets count bytes of Tree.Raw.
type Node struct {
	Kind  Kind
	Style Style
	// Complex marks scalars whose value differs from the bytes between the
	// quotes: escapes, or several lines folded into one.
	Complex bool
	// Explicit marks a map key written behind a question mark.
	Explicit bool
	// Start and End enclose the node without its anchor and tag. An empty
	// value has Start == End, right behind its colon, dash, anchor or tag.
	Start, End int32
	// Tail is where the node's text ends for what follows: behind End only
	// for block scalars that keep their trailing blank lines.
	Tail int32
	// Entry is, for an item of a block list, where its dash stands, and for a
	// map key where the entry starts (question mark, anchor or tag included).
	Entry int32
	// Colon is, for a map key, where its colon stands, -1 if it has none.
	Colon int32
	// Line is the line of Start, from 1.
	Line int32
	// Indent is the column of the entries of a block map or list, and of the
	// text of a block scalar.
	Indent int32
	// Count is the number of entries of a map or list.
	Count int32

	first, next Ref
}

// Props are what may stand before a node.
type Props struct {
	// Anchor is the name without its ampersand, "" if there is none.
	Anchor string
	// Tag is as written, as in "!!str", "" if there is none.
	Tag string
	// Start is where the first of the two starts, End where the last one ends.
	Start, End int32
}

// Tree is a document that was read.
type Tree struct {
	// Raw is what was given to Parse.
	Raw []byte
	// JSON is set if the document's root is written in flow style, as JSON is.
	JSON bool
	// Loose is set by ParseFull: offsets then mean nothing for the document.
	Loose bool

	// pages hold the nodes, so that a large document's nodes are never moved.
	pages   [][]Node
	count   int
	props   map[Ref]Props
	targets map[Ref]Ref
	root    Ref
	text    string
}

// Root returns the top node; None if the document is empty.
func (t *Tree) Root() Ref { return t.root }

// At returns a node. The pointer stays valid; nobody writes through it.
func (t *Tree) At(r Ref) *Node { return &t.pages[uint32(r)/pageSize][uint32(r)%pageSize] }

// First returns the first child of a map (a key) or list (an item), None if
// there is none.
func (t *Tree) First(r Ref) Ref { return t.At(r).first }

// Next returns the sibling behind a child: behind a key its value, behind a
// value the next key. None ends the row.
func (t *Tree) Next(r Ref) Ref { return t.At(r).next }

// Target returns the node an alias stands for, None for any other node.
func (t *Tree) Target(r Ref) Ref {
	if to, ok := t.targets[r]; ok {
		return to
	}
	return None
}

// Props returns the anchor and tag of a node; ok is false if it has neither.
func (t *Tree) Props(r Ref) (props Props, ok bool) {
	props, ok = t.props[r]
	return props, ok
}

// Aliased says whether the document has any alias.
func (t *Tree) Aliased() bool { return len(t.targets) > 0 }

// Aliases calls f for each alias in the order of the text.
func (t *Tree) Aliases(f func(alias, target Ref)) {
	if !t.Aliased() {
		return
	}
	for i := range Ref(t.count) {
		if t.At(i).Kind == Alias {
			f(i, t.targets[i])
		}
	}
}

// Parents returns, by Ref, the map or list each node is in; None for the root.
func (t *Tree) Parents() []Ref {
	parents := make([]Ref, t.count)
	if t.root != None {
		parents[t.root] = None
	}
	for i := range Ref(t.count) {
		for c := t.At(i).first; c != None; c = t.At(c).next {
			parents[c] = i
		}
	}
	return parents
}

// Outer returns where a node starts, its anchor and tag included.
func (t *Tree) Outer(r Ref) int32 {
	if p, ok := t.props[r]; ok {
		return p.Start
	}
	return t.At(r).Start
}

// pageSize is how many nodes are allocated at once.
const pageSize = 1024

func (t *Tree) add(n Node) Ref {
	n.first, n.next = None, None
	page := t.count / pageSize
	if page == len(t.pages) {
		size := pageSize
		if page == 0 {
			size = min(size, len(t.Raw)/16+8)
		}
		t.pages = append(t.pages, make([]Node, 0, size))
	}
	t.pages[page] = append(t.pages[page], n)
	t.count++
	return Ref(t.count - 1)
}

// rows links children to a parent without searching for the last one.
type row struct {
	parent, last Ref
}

func (t *Tree) push(r *row, child Ref) {
	if r.last == None {
		t.At(r.parent).first = child
	} else {
		t.At(r.last).next = child
	}
	r.last = child
}
