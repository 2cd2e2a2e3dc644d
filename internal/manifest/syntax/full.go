package syntax

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ParseFull reads one document with a complete YAML parser. It is slower and
// needs more memory than Parse, and its tree has values and lines but no
// places (Loose). Errors are *Error, never Unsure.
func ParseFull(raw []byte, maxDepth int) (*Tree, error) {
	d := yaml.NewDecoder(bytes.NewReader(knownVersion(raw)))
	var doc, more yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return &Tree{Raw: raw, root: None, Loose: true}, nil
	case err != nil:
		return nil, fromFull(err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, fromFull(err)
		}
		return nil, &Error{Line: more.Line, Problem: "more than one document", Fix: "end lines with a line feed and put `---` between documents"}
	}
	l := loose{tree: &Tree{root: None, Loose: true}, seen: map[*yaml.Node]Ref{}, limit: maxDepth}
	var err error
	if len(doc.Content) > 0 {
		l.tree.root, err = l.node(doc.Content[0], 0)
	}
	l.tree.Raw = l.text
	return l.tree, err
}

// knownVersion changes a leading %YAML 1.2, which the parser does not know, to
// 1.1, which it reads in the same way.
func knownVersion(raw []byte) []byte {
	const directive = "%YAML 1."
	if start := bytes.Index(raw, []byte(directive+"2")); start >= 0 && len(bytes.TrimSpace(raw[:start])) == 0 {
		raw = bytes.Clone(raw)
		raw[start+len(directive)] = '1'
	}
	return raw
}

// loose copies a parser's tree; text becomes the Raw of the copy.
type loose struct {
	tree  *Tree
	text  []byte
	seen  map[*yaml.Node]Ref
	limit int
}

func (l *loose) node(y *yaml.Node, depth int) (Ref, error) {
	if depth > l.limit {
		return None, (&parser{line: y.Line, depth: depth, limit: l.limit}).enter()
	}
	ref := l.tree.add(Node{Line: int32(y.Line), Style: Block})
	l.seen[y] = ref
	switch y.Kind {
	case yaml.MappingNode:
		return ref, l.children(ref, Map, y, depth)
	case yaml.SequenceNode:
		return ref, l.children(ref, List, y, depth)
	case yaml.AliasNode:
		l.tree.At(ref).Kind = Alias
		if l.tree.targets == nil {
			l.tree.targets = map[Ref]Ref{}
		}
		l.tree.targets[ref] = l.seen[y.Alias]
		return ref, nil
	case yaml.ScalarNode, yaml.DocumentNode: // a document is never within one
	}
	n := l.tree.At(ref)
	n.Start = int32(len(l.text))
	l.text = append(l.text, y.Value...)
	n.End = int32(len(l.text))
	n.Style = Given
	if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		n.Style = Plain
	}
	if y.Style&yaml.TaggedStyle != 0 {
		l.setTag(ref, y.Tag)
	}
	return ref, nil
}

func (l *loose) setTag(ref Ref, tag string) {
	if l.tree.props == nil {
		l.tree.props = map[Ref]Props{}
	}
	l.tree.props[ref] = Props{Tag: tag}
}

func (l *loose) children(ref Ref, kind Kind, y *yaml.Node, depth int) error {
	l.tree.At(ref).Kind = kind
	r := row{parent: ref, last: None}
	for _, c := range y.Content {
		child, err := l.node(c, depth+1)
		if err != nil {
			return err
		}
		l.tree.push(&r, child)
	}
	count := len(y.Content)
	if kind == Map {
		count /= 2
	}
	l.tree.At(ref).Count = int32(count)
	return nil
}

// fromFull takes the line out of the parser's message.
func fromFull(err error) *Error {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	e := &Error{Line: 1, Problem: text, Fix: "check indentation, colons and quotes near this line"}
	if m := regexp.MustCompile(`^(?:\w+ error: )?line (\d+): `).FindStringSubmatch(text); m != nil {
		e.Line, _ = strconv.Atoi(m[1])
		e.Problem = text[len(m[0]):]
	}
	return e
}
