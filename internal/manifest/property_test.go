package manifest

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// scribe writes a random document in a random style.
type scribe struct {
	t       *rapid.T
	b       strings.Builder
	step    int
	list    int // indentation of lists below their key
	aliases bool
	anchors []string
	count   int
}

func (s *scribe) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(s.t, label)
}

func (s *scribe) chance(oneIn int) bool { return rapid.IntRange(1, oneIn).Draw(s.t, "chance") == 1 }

// noise is what may stand at the end of a line.
func (s *scribe) noise() string {
	if !s.chance(4) {
		return "\n"
	}
	return s.pick("noise", " \n", " # note\n", "  # note: [x\n", "\n\n", " # a\n# b: c\n")
}

func (s *scribe) scalar(flow bool, indent string) string {
	if flow {
		return s.pick("scalar", "1", "x", "'a b'", `"c\td"`, "true", "null", "''", "-x", "a:b")
	}
	return s.pick("scalar", "1", "text", "'it''s'", `"c\u00e9"`, "no", "~", "", `"two`+"\n"+indent+` lines"`,
		"plain\n"+indent+" over lines", "a: b"[:1], "|\n"+indent+"  lit\n\n"+indent+"   eral", ">-\n"+indent+"  fol\n"+indent+"  ded", "|+\n"+indent+"  kept\n", "0777", "x # y"[:1])
}

// head returns an anchor now and then, and what makes it known to aliases
// once its value has been written.
func (s *scribe) head() (text string, done func()) {
	if !s.aliases || !s.chance(4) {
		return "", func() {}
	}
	s.count++
	name := "n" + strconv.Itoa(s.count)
	return " &" + name, func() { s.anchors = append(s.anchors, name) }
}

func (s *scribe) flow(depth int) string {
	if s.aliases && len(s.anchors) > 0 && s.chance(5) {
		return "*" + rapid.SampledFrom(s.anchors).Draw(s.t, "alias")
	}
	kind := "scalar"
	if depth > 0 {
		kind = s.pick("flow", "scalar", "map", "list")
	}
	if kind == "scalar" {
		return s.scalar(true, "")
	}
	var entries []string
	for i := range rapid.IntRange(0, 3).Draw(s.t, "size") {
		value := s.flow(depth - 1)
		if kind == "map" {
			value = s.pick("key", "k", `"k`, "'k") + strconv.Itoa(i)
			value += map[byte]string{'k': "", '"': `"`, '\'': "'"}[value[0]] + ": " + s.flow(depth-1)
		}
		entries = append(entries, value)
	}
	comma := s.pick("comma", ", ", ",\n   ", " , ", ", # c\n\t ")
	text := strings.Join(entries, comma)
	if len(entries) > 0 && s.chance(5) {
		text += ","
	}
	text = s.pick("pad", "", " ", "\n   ") + text + s.pick("pad", "", " ", "\n ")
	if kind == "map" {
		return "{" + text + "}"
	}
	return "[" + text + "]"
}

// below writes a value behind a colon or dash at column col.
func (s *scribe) below(depth, col int, dash bool) {
	kind := "scalar"
	if depth > 0 {
		kind = s.pick("kind", "scalar", "map", "map", "list", "flow")
	}
	indent := strings.Repeat(" ", col)
	head, done := s.head()
	defer done()
	switch kind {
	case "scalar":
		if s.aliases && len(s.anchors) > 0 && head == "" && s.chance(3) {
			s.b.WriteString(" *" + rapid.SampledFrom(s.anchors).Draw(s.t, "alias") + s.noise())
			return
		}
		text := s.scalar(false, indent)
		if text != "" {
			text = s.pick("space", " ", " ", "   ") + text
		}
		s.b.WriteString(head + text)
		if strings.Contains(text, "|") || strings.Contains(text, ">") {
			s.b.WriteString("\n")
			return
		}
		s.b.WriteString(s.noise())
	case "flow":
		text := s.flow(depth - 1)
		if head != "" && text[0] == '*' {
			text = "[]"
		}
		s.b.WriteString(head + " " + text + s.noise())
	case "map":
		if dash && head == "" && s.chance(2) {
			s.b.WriteString(" ")
			s.entries(depth-1, col+2, true)
			return
		}
		s.b.WriteString(head + s.noise())
		s.entries(depth-1, col+s.step, false)
	case "list":
		s.b.WriteString(head + s.noise())
		if dash {
			col += 2
		} else {
			col += s.list
		}
		for range rapid.IntRange(1, 3).Draw(s.t, "size") {
			s.b.WriteString(strings.Repeat(" ", col) + "-")
			s.below(depth-1, col, true)
		}
	}
}

func (s *scribe) entries(depth, col int, inline bool) {
	for i := range rapid.IntRange(1, 3).Draw(s.t, "size") {
		if i > 0 || !inline {
			if s.chance(6) {
				s.b.WriteString(strings.Repeat(" ", col) + "# comment\n")
			}
			s.b.WriteString(strings.Repeat(" ", col))
		}
		if s.aliases && i == 0 && s.chance(6) {
			s.b.WriteString("<<: {m: 1, k1: {m: 2}}\n" + strings.Repeat(" ", col))
		}
		n := strconv.Itoa(i)
		s.b.WriteString(s.pick("key", "k"+n, `"k`+n+`"`, "'k"+n+"'", "k"+n) + s.pick("colon", ":", ":", " :"))
		s.below(depth, col, false)
	}
}

// drawText writes a document whose value is a map.
func drawText(t *rapid.T, aliases bool) []byte {
	s := &scribe{t: t, step: rapid.SampledFrom([]int{1, 2, 4}).Draw(t, "step"), aliases: aliases}
	s.list = rapid.SampledFrom([]int{0, s.step}).Draw(t, "list")
	s.b.WriteString(s.pick("start", "", "---\n", "# Source: x\n", "--- # x\n"))
	s.entries(3, 0, false)
	s.b.WriteString(s.pick("end", "", "", "# end\n", "...\n"))
	text := s.b.String()
	if s.chance(4) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	} else if s.chance(4) {
		text = strings.TrimRight(text, "\n")
	}
	return []byte(text)
}

func drawValue(t *rapid.T) any {
	return rapid.SampledFrom([]any{
		"v", "yes", "a: b\nc", int64(7), true, nil,
		map[string]any{},
		[]any{},
		map[string]any{"p": "q", "r": []any{"s", map[string]any{"t": nil, "u": 1.5}}},
		[]any{[]any{"x"}, int64(1)},
	}).Draw(t, "value")
}

// drawOp draws an operation that fits the document.
func drawOp(t *rapid.T, doc any) patch.Op {
	var path []string
	for {
		m, isMap := doc.(map[string]any)
		l, isList := doc.([]any)
		stop := rapid.Bool().Draw(t, "stop")
		switch {
		case isMap && (stop && len(path) > 0 || len(m) == 0):
			return patch.Op{Kind: patch.Add, Path: append(path, rapid.SampledFrom([]string{"new", "k0", "m"}).Draw(t, "name")), Value: drawValue(t)}
		case isMap:
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(m))).Draw(t, "key")
			path, doc = append(path, key), m[key]
		case isList && len(l) > 0 && !stop:
			i := rapid.IntRange(0, len(l)-1).Draw(t, "index")
			path, doc = append(path, strconv.Itoa(i)), l[i]
		case isList && rapid.Bool().Draw(t, "append"):
			return patch.Op{Kind: patch.Append, Path: path, Value: drawValue(t)}
		case isList:
			i := rapid.IntRange(0, len(l)).Draw(t, "index")
			return patch.Op{Kind: patch.Add, Path: append(path, strconv.Itoa(i)), Value: drawValue(t)}
		default:
			kind := rapid.SampledFrom([]patch.OpKind{patch.Replace, patch.Remove}).Draw(t, "op")
			return patch.Op{Kind: kind, Path: path, Value: drawValue(t)}
		}
	}
}

// TestEditIsApply edits random documents at random places: the value is what
// patch.Apply makes, and lines away from the place do not change.
func TestEditIsApply(t *testing.T) {
	for _, aliases := range []bool{false, true} {
		t.Run(fmt.Sprintf("aliases=%v", aliases), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { checkEdit(t, aliases) })
		})
	}
}

func checkEdit(t *rapid.T, aliases bool) {
	text := drawText(t, aliases)
	doc, err := Document{Raw: text}.Decode()
	if err != nil {
		t.Fatalf("decoding\n%s\n%v", text, err)
	}
	var ops []patch.Op
	want := any(doc)
	for range rapid.IntRange(1, 3).Draw(t, "ops") {
		op := drawOp(t, want)
		ops = append(ops, op)
		if want, err = patch.Apply(want, []patch.Op{op}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := Edit(text, ops)
	if err != nil {
		t.Fatalf("%v\n%v\n%s", err, ops, text)
	}
	after, err := Document{Raw: got}.Decode()
	if err != nil || !same(want, after) {
		t.Fatalf("%v\n%s\n-> %s\n%s", err, text, got, cmp.Diff(want, any(after)))
	}
	if !aliases && len(ops) == 1 {
		checkLines(t, text, got, ops[0])
	}
}

// checkLines counts the lines that are gone: no more than the old value had,
// besides the one before and the one behind it.
func checkLines(t *rapid.T, text, got []byte, op patch.Op) {
	tree, err := syntax.Parse(text, MaxDepth)
	if err != nil {
		t.Fatal(err)
	}
	e := newEditor(tree)
	node, around := tree.Root(), syntax.None
	for _, element := range op.Path {
		s, err := e.below(node, element)
		if err != nil || s.node == syntax.None {
			around, node = node, syntax.None
			break
		}
		around, node = node, s.node
	}
	allowed := 2
	if op.Kind == patch.Append {
		around = node
	}
	if n := tree.At(around); n.Count == 0 { // brackets that become lines
		allowed += bytes.Count(text[n.Start:n.End], []byte("\n"))
	}
	if node != syntax.None && (op.Kind == patch.Replace || op.Kind == patch.Remove || op.Kind == patch.Add) {
		n := tree.At(node)
		allowed += 2 + bytes.Count(text[n.Start:n.Tail], []byte("\n"))
	}
	gone := 0
	for _, r := range compare(splitLines(text), splitLines(got)) {
		gone += r.aEnd - r.a
	}
	if gone > allowed {
		t.Fatalf("%s changed %d lines, at most %d may:\n%s", op, gone, allowed, Diff("old", "new", text, got))
	}
}

// TestEditNothing gets the same bytes back.
func TestEditNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, true)
		if got, err := Edit(text, nil); err != nil || !bytes.Equal(got, text) {
			t.Fatalf("got %q, %v", got, err)
		}
	})
}

// TestParsersAgree reads random documents with both parsers.
func TestParsersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Document{Raw: drawText(t, true)}
		fast, err := syntax.Parse(d.Raw, MaxDepth)
		if err != nil {
			t.Fatalf("%v\n%s", err, d.Raw)
		}
		full, err := syntax.ParseFull(d.Raw, MaxDepth)
		if err != nil {
			t.Fatalf("%v\n%s", err, d.Raw)
		}
		a, errA := d.decode(fast)
		b, errB := d.decode(full)
		if (errA == nil) != (errB == nil) || !cmp.Equal(a, b) {
			t.Fatalf("%v %v\n%s\n%s", errA, errB, cmp.Diff(a, b), d.Raw)
		}
	})
}
