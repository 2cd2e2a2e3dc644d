package syntax

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes one line for each node: its text in the document, its anchor
// and tag, and for scalars the value.
func outline(t *Tree, r Ref, depth int, out *strings.Builder) {
	n := t.At(r)
	fmt.Fprintf(out, "%s%d %q", strings.Repeat(" ", depth), n.Line, t.Raw[n.Start:n.End])
	if p, ok := t.Props(r); ok {
		fmt.Fprintf(out, " %s", t.Raw[p.Start:p.End])
	}
	switch {
	case n.Kind == Scalar && n.Style != Plain || n.Complex:
		fmt.Fprintf(out, " = %q", t.Text(r))
	case n.Kind == Alias:
		fmt.Fprintf(out, " -> line %d", t.At(t.Target(r)).Line)
	}
	if n.Tail > n.End {
		fmt.Fprintf(out, " + %q", t.Raw[n.End:n.Tail])
	}
	out.WriteByte('\n')
	for c := t.First(r); c != None; c = t.Next(c) {
		outline(t, c, depth+1, out)
	}
}

func TestParsePlaces(t *testing.T) {
	for in, want := range map[string]string{
		"# c\na: 1 # d\n'b c' : \"x\\n\"\n": `
2 "a: 1 # d\n'b c' : \"x\\n\""
 2 "a"
 2 "1"
 3 "'b c'" = "b c"
 3 "\"x\\n\"" = "x\n"
`,
		"a:\n- b\n-  - c\n-\nd:\n": `
1 "a:\n- b\n-  - c\n-\nd:"
 1 "a"
 2 "- b\n-  - c\n-"
  2 "b"
  3 "- c"
   3 "c"
  4 ""
 5 "d"
 5 ""
`,
		"a: &x !!map\n  b: plain\n    over lines\nc: {d: *x, e, }\n": `
1 "a: &x !!map\n  b: plain\n    over lines\nc: {d: *x, e, }"
 1 "a"
 2 "b: plain\n    over lines" &x !!map
  2 "b"
  2 "plain\n    over lines" = "plain over lines"
 4 "c"
 4 "{d: *x, e, }"
  4 "d"
  4 "*x" -> line 2
  4 "e"
  4 ""
`,
		"a: |+\n  x\n\nb: >2-\n   y\n  z\n\n? c\n: d": `
1 "a: |+\n  x\n\nb: >2-\n   y\n  z\n\n? c\n: d"
 1 "a"
 1 "|+\n  x" = "x\n\n" + "\n\n"
 4 "b"
 4 ">2-\n   y\n  z" = " y\nz"
 8 "c"
 9 "d"
`,
	} {
		tree, err := Parse([]byte(in), 100)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		var out strings.Builder
		outline(tree, tree.Root(), 0, &out)
		if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), out.String()); diff != "" {
			t.Errorf("%q:\n%s", in, diff)
		}
	}
}

func TestParseEntries(t *testing.T) {
	tree, err := Parse([]byte("&k a : 1\n? b\n"), 100)
	if err != nil {
		t.Fatal(err)
	}
	a := tree.At(tree.First(tree.Root()))
	b := tree.At(tree.Next(tree.Next(tree.First(tree.Root()))))
	if a.Entry != 0 || a.Start != 3 || a.Colon != 5 || b.Entry != 9 || b.Start != 11 || b.Colon != -1 || !b.Explicit {
		t.Errorf("keys are at %+v and %+v", *a, *b)
	}
}

func TestParseUnsure(t *testing.T) {
	for in, unsure := range map[string]bool{
		"a: [b: c]": true, "a:\n\tb: c": true, "%TAG ! x\n---\na": true, "? [a]\n: b": true, "a: !<x> b": true,
		"a: [b": false, "a: 'b": false, "a: b: c": false, "a: 1\na: 2": false,
	} {
		_, err := Parse([]byte(in), 100)
		if e, ok := errors.AsType[*Error](err); !ok || e.Unsure != unsure {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestParseFull(t *testing.T) {
	tree, err := ParseFull([]byte("a: &x [b: c]\nd: *x\n"), 100)
	if err != nil || !tree.Loose || !tree.Aliased() || tree.At(tree.Root()).Count != 2 {
		t.Fatalf("tree %+v, %v", tree, err)
	}
	if _, err := ParseFull([]byte("a: [[[1]]]"), 2); err == nil {
		t.Error("deeper than the limit")
	}
	if tree, err := ParseFull([]byte("# c\n"), 2); err != nil || tree.Root() != None {
		t.Errorf("nothing: %v", err)
	}
}
