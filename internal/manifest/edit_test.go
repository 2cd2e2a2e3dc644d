package manifest

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stowage-dev/stowage/internal/patch"
)

var update = flag.Bool("update", false, "write the expected texts below testdata from the results")

// TestEditFiles edits `in` by `ops` and expects `want`, or an error with the
// text in `error`. A comment line `crlf` turns all line ends into Windows'
// ones, `no newline` cuts the last one off, `no newline before` that of the
// input only.
func TestEditFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/edit/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { runEditFile(t, file) })
	}
}

func runEditFile(t *testing.T, file string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, f := range archive.Files {
		parts[f.Name] = f.Data
	}
	comment := string(archive.Comment)
	bend := func(b []byte, cut string) []byte {
		if strings.Contains(comment, cut) {
			b = bytes.TrimSuffix(b, []byte("\n"))
		}
		if strings.Contains(comment, "crlf") {
			b = bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
		}
		return b
	}
	in := bend(parts["in"], "no newline")
	before := bytes.Clone(in)
	got, err := Edit(in, parseOps(t, parts["ops"]))
	if !bytes.Equal(in, before) {
		t.Error("the input was written to")
	}
	if want, ok := parts["error"]; ok {
		if err == nil || !strings.Contains(err.Error(), strings.TrimSpace(string(want))) || got != nil {
			t.Errorf("error = %v, bytes %q, want an error with %q", err, got, want)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		writeWant(t, file, archive, got)
		return
	}
	if diff := cmp.Diff(string(bend(parts["want"], "no newline\n")), string(got)); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

func writeWant(t *testing.T, file string, a *txtar.Archive, got []byte) {
	t.Helper()
	text := bytes.ReplaceAll(got, []byte("\r\n"), []byte("\n"))
	if !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	a.Files = append(a.Files[:2:2], txtar.File{Name: "want", Data: text})
	if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
		t.Fatal(err)
	}
}

// parseOps reads operations as JSON patch writes them, and `append`.
func parseOps(t *testing.T, text []byte) []patch.Op {
	t.Helper()
	var in []struct {
		Op, Path string
		Value    any
	}
	if err := json.Unmarshal(text, &in); err != nil {
		t.Fatalf("reading ops: %v", err)
	}
	kinds := map[string]patch.OpKind{"add": patch.Add, "replace": patch.Replace, "remove": patch.Remove, "append": patch.Append}
	var ops []patch.Op
	for _, o := range in {
		path := strings.Split(o.Path, "/")[1:]
		for i := range path {
			path[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(path[i])
		}
		ops = append(ops, patch.Op{Kind: kinds[o.Op], Path: path, Value: integers(o.Value)})
	}
	return ops
}

// integers turns whole floats of a JSON value into int64.
func integers(v any) any {
	switch x := v.(type) {
	case map[string]any:
		for k := range x {
			x[k] = integers(x[k])
		}
	case []any:
		for i := range x {
			x[i] = integers(x[i])
		}
	}
	return jsonNumber(v)
}
