package manifest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	sigsjson "sigs.k8s.io/json"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// seeds returns the inputs of the edit tests and of testdata/decode.
func seeds(f *testing.F) [][]byte {
	f.Helper()
	var out [][]byte
	for _, pattern := range []string{"testdata/edit/*.txtar", "testdata/decode/*.txtar"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no seeds in %s: %v", pattern, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			for _, part := range txtar.Parse(data).Files {
				if strings.HasPrefix(part.Name, "in") {
					out = append(out, part.Data, bytes.TrimSpace(part.Data), bytes.ReplaceAll(part.Data, []byte("\n"), []byte("\r\n")))
				}
			}
		}
	}
	return out
}

func FuzzSplit(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Add([]byte("\xEF\xBB\xBF# c\n--- # x\na: 1\n...\n%YAML 1.2\n---\n{\"a\":1}{\"b\":2} \n{}\n---"))
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, err := Split("f", data)
		if err != nil {
			return
		}
		at := 0
		for i, d := range docs {
			if d.Index != i+1 || d.Offset != at || d.Line != 1+bytes.Count(data[:at], []byte{'\n'}) || len(d.Raw) == 0 {
				t.Fatalf("document %d: %+v at %d", i+1, d, at)
			}
			if !bytes.Equal(d.Raw, data[at:at+len(d.Raw)]) {
				t.Fatalf("document %d is not the text at %d", i+1, at)
			}
			at += len(d.Raw)
		}
		if at != len(data) {
			t.Fatalf("the documents end at %d of %d", at, len(data))
		}
	})
}

// FuzzDecode compares the fast parser with the full one, and both with what
// Kubernetes' own tools read.
func FuzzDecode(f *testing.F) {
	for _, s := range seeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := Document{Source: "f", Index: 1, Line: 1, Raw: data}
		fast, fastErr := syntax.Parse(data, MaxDepth)
		if fastErr == nil && !fast.JSON {
			compareParsers(t, d, fast)
		}
		_, _, ok := d.Peek()
		got, err := d.Decode()
		if ok && err != nil && fastErr != nil {
			t.Fatalf("Peek accepts what Decode refuses: %v", err)
		}
		compareKubernetes(t, data, got, err)
	})
}

func compareParsers(t *testing.T, d Document, fast *syntax.Tree) {
	t.Helper()
	if losesTag(d.Raw) || fast.Root() == syntax.None {
		return
	}
	full, err := syntax.ParseFull(d.Raw, MaxDepth)
	if err != nil {
		t.Fatalf("only the fast parser accepts it: %v", err)
	}
	a, errA := d.decode(fast)
	b, errB := d.decode(full)
	if (errA == nil) != (errB == nil) {
		t.Fatalf("fast: %v, full: %v", errA, errB)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Fatalf("fast and full differ:\n%s", diff)
	}
}

// losesTag says whether a text has the tag `!`, which makes a text of its
// value, but of which the full parser tells nothing.
func losesTag(data []byte) bool {
	return regexp.MustCompile(`!([\s,\]}]|$)`).Match(data)
}

func compareKubernetes(t *testing.T, data []byte, got map[string]any, err error) {
	t.Helper()
	if losesTag(data) || bytes.Contains(data, []byte("\u0085")) || bytes.Contains(data, []byte("\u2028")) || bytes.Contains(data, []byte("\u2029")) {
		return // line breaks that readers disagree about
	}
	text, sigsErr := sigsyaml.YAMLToJSON(data)
	if sigsErr != nil {
		return
	}
	var want any
	if err := sigsjson.UnmarshalCaseSensitivePreserveInts(text, &want); err != nil {
		return
	}
	m, ok := want.(map[string]any)
	if !ok {
		return
	}
	if e, ok := errors.AsType[*Error](err); ok {
		if _, fullErr := syntax.ParseFull(data, MaxDepth); fullErr != nil {
			return // Kubernetes' reader stops at the first document's end
		}
		for _, ours := range []string{"there twice", "more than one document", "deeper than", "aliases stand", "is no ", "key is null", "a map's key"} {
			if strings.Contains(e.Problem, ours) {
				return // stricter than Kubernetes, by intent
			}
		}
		t.Fatalf("Kubernetes reads %s, but: %v", text, err)
	}
	if diff := cmp.Diff(m, got); diff != "" {
		t.Fatalf("Kubernetes reads it otherwise (-it +we):\n%s", diff)
	}
}

// FuzzEdit sets, removes and appends at a random place. Edit itself compares
// its result with the value asked for, so every error it gives must be one of
// those it may give.
func FuzzEdit(f *testing.F) {
	for _, s := range seeds(f) {
		for kind := patch.Add; kind <= patch.Append; kind++ {
			f.Add(s, uint8(kind), "spec", "x", "v")
			f.Add(s, uint8(kind), "a", "0", "")
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, kind uint8, first, second, text string) {
		var value any = map[string]any{"k": text, "l": []any{text, int64(1)}}
		if len(text)%2 == 0 {
			value = text
		}
		path := []string{first}
		if second != "" {
			path = append(path, second)
		}
		before := bytes.Clone(data)
		out, err := Edit(data, []patch.Op{{Kind: patch.OpKind(kind%5 + 1), Path: path, Value: value}})
		if !bytes.Equal(before, data) {
			t.Fatal("the input was written to")
		}
		if err != nil && out != nil {
			t.Fatal("bytes with an error")
		}
		if err == nil || !strings.Contains(err.Error(), "checking the edited text") && !strings.Contains(err.Error(), "touch the same text") && !strings.Contains(err.Error(), "after a change") {
			return
		}
		t.Fatalf("a wrong text was made and caught: %v", err)
	})
}
