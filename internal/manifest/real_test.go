package manifest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	sigsjson "sigs.k8s.io/json"
	sigsyaml "sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
	"github.com/stowage-dev/stowage/internal/patch"
)

// TestReal reads other projects' manifests, where they are present, as
// Kubernetes' own reader does, and edits each of them.
func TestReal(t *testing.T) {
	const root = "../../../shared/real"
	if _, err := os.Stat(root); err != nil {
		t.Skipf("no real inputs: %v", err)
	}
	documents := 0
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		docs, err := Split(path, data)
		if err != nil {
			t.Error(err)
		}
		var joined []byte
		for _, d := range docs {
			joined = append(joined, d.Raw...)
			checkReal(t, d)
			documents++
		}
		if !bytes.Equal(joined, data) {
			t.Errorf("%s: the documents joined are not the file", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d documents", documents)
}

func checkReal(t *testing.T, d Document) {
	t.Helper()
	got, err := d.Decode()
	if err == nil && len(d.Raw) > 100_000 {
		return // the comparison takes its time
	}
	text, sigsErr := sigsyaml.YAMLToJSON(d.Raw)
	if err != nil || sigsErr != nil {
		t.Errorf("%s document %d: %v, Kubernetes: %v", d.Source, d.Index, err, sigsErr)
		return
	}
	var want map[string]any
	if err := sigsjson.UnmarshalCaseSensitivePreserveInts(text, &want); err != nil {
		t.Error(err)
	}
	if !cmp.Equal(want, got) {
		t.Errorf("%s document %d is read otherwise", d.Source, d.Index)
	}
	if _, err := syntax.Parse(d.Raw, MaxDepth); err != nil {
		t.Errorf("%s document %d needs the full parser: %v", d.Source, d.Index, err)
	}
	if len(got) == 0 {
		return
	}
	out, err := d.Edit([]patch.Op{{Kind: patch.Add, Path: []string{"stowage"}, Value: map[string]any{"a": []any{"b"}}}})
	if err != nil {
		t.Error(err)
		return
	}
	for _, r := range compare(splitLines(d.Raw), splitLines(out)) {
		if r.aEnd-r.a > 1 || r.aEnd > r.a && bytes.HasSuffix(d.Raw, []byte("\n")) {
			t.Errorf("%s document %d: other lines changed:\n%s", d.Source, d.Index, Diff("old", "new", d.Raw, out))
		}
	}
}
