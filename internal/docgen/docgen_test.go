package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/cli"
	"github.com/stowage-dev/stowage/internal/crd"
)

// atRoot makes the root of the repository the working directory, as it is when
// the generator is run.
func atRoot(t *testing.T) {
	t.Helper()
	t.Chdir("../..")
}

// TestCurrent fails where a document shows what the program no longer prints.
func TestCurrent(t *testing.T) {
	atRoot(t)
	all, err := pages(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		have, err := os.ReadFile(p.path)
		if err != nil {
			t.Error(err)
			continue
		}
		if diff := cmp.Diff(string(have), string(p.text)); diff != "" {
			t.Errorf("%s is stale; fix: run go run ./internal/docgen (-have +want):\n%s", p.path, diff)
		}
	}
}

// TestNoPageLeft fails where a page is about a command that is gone.
func TestNoPageLeft(t *testing.T) {
	atRoot(t)
	all, err := commandPages()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, p := range all {
		want[p.path] = true
	}
	found, err := filepath.Glob(commandFolder + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if !want[path] {
			t.Errorf("%s is about no command; fix: remove it", path)
		}
	}
}

// TestExamplesAreValid checks the objects of Stowage's own that documents show.
func TestExamplesAreValid(t *testing.T) {
	atRoot(t)
	validator, err := crd.New()
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
	checked := map[string]int{}
	for _, path := range allDocuments(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range blocks.FindAllSubmatch(text, -1) {
			for document := range bytes.SplitSeq(block[1], []byte("\n---\n")) {
				var object map[string]any
				if err := yaml.UnmarshalStrict(document, &object); err != nil {
					t.Errorf("%s: %v in\n%s", path, err, document)
				}
				if !crd.Owns(object) {
					continue
				}
				kind, _ := object["kind"].(string)
				checked[kind]++
				if _, errs := validator.Validate(t.Context(), object); len(errs) > 0 {
					t.Errorf("%s: %s: %v", path, kind, errs.ToAggregate())
				}
			}
		}
	}
	for _, kind := range []string{"Pool", "ClusterPlacementPolicy", "PlacementPolicy", "PlacementProfile", "EffectivePlacement"} {
		if checked[kind] == 0 {
			t.Errorf("no document shows a %s", kind)
		}
	}
}

// TestLinks checks that what documents link to is there.
func TestLinks(t *testing.T) {
	atRoot(t)
	links := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	for _, path := range allDocuments(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, link := range links.FindAllSubmatch(text, -1) {
			target := filepath.Join(filepath.Dir(path), string(link[1]))
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s links to %s, which is not there", path, link[1])
			}
		}
	}
}

// TestJSONFields checks that docs/json.md tells every field that is printed.
func TestJSONFields(t *testing.T) {
	atRoot(t)
	text, err := os.ReadFile("docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{"apiVersion": true, "kind": true}
	for _, row := range regexp.MustCompile("(?m)^\\| `([^`]+)`").FindAllSubmatch(text, -1) {
		for name := range strings.SplitSeq(string(row[1]), ".") {
			told[strings.TrimSuffix(name, "[]")] = true
		}
	}
	contradiction := "-f examples/otomi/pools.yaml -f examples/otomi/policies.yaml -f examples/otomi/contradiction"
	for _, line := range []string{
		"plan -o json -f examples/otomi",
		"plan -o json -f examples/otomi --against examples/policy-change",
		"explain -o json deployment/argocd-repo-server -n argocd " + contradiction,
		"discover -o json -f examples/discover",
	} {
		var out, log bytes.Buffer
		args := append([]string{"stowage"}, strings.Fields(line)...)
		cli.Run(context.Background(), args, cli.IO{In: strings.NewReader(""), Out: &out, Err: &log})
		var object map[string]any
		if err := yaml.Unmarshal(out.Bytes(), &object); err != nil || object == nil {
			t.Fatalf("%s: prints no object (%v): %s", line, err, log.String())
		}
		for name := range fieldsOf(object) {
			if !told[name] {
				t.Errorf("docs/json.md does not tell the field %q of %s", name, object["kind"])
			}
		}
	}
}

// fieldsOf are the names of all fields in a value, those of the map of verdicts
// aside, whose keys are no fields.
func fieldsOf(value any) map[string]bool {
	names := map[string]bool{}
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			names[name] = true
			if name == "verdicts" {
				continue
			}
			for n := range fieldsOf(inner) {
				names[n] = true
			}
		}
	case []any:
		for _, inner := range v {
			for n := range fieldsOf(inner) {
				names[n] = true
			}
		}
	}
	return names
}

// allDocuments lists every document of the project.
func allDocuments(t *testing.T) []string {
	t.Helper()
	files, err := documents()
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.md", "design/*.md"} {
		more, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	return files
}
