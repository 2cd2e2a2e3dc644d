package render_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/render"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// update writes down what is rendered: go test ./internal/render -update.
var update = flag.Bool("update", false, "write what is rendered into testdata")

// TestShippedProfiles renders, for each profile that comes with Stowage, a
// resource of that kind onto a tainted pool, and then the result again. The files
// below testdata/profiles are named like the profiles.
func TestShippedProfiles(t *testing.T) {
	shipped, err := profile.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range shipped {
		t.Run(p.Name, func(t *testing.T) {
			path := filepath.Join("testdata", "profiles", p.Name+".txtar")
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatalf("every shipped profile has an example: %v", err)
			}
			before, after := file(t, archive, "before.yaml"), file(t, archive, "after.yaml")
			got := rendered(t, before.Data)
			if *update {
				after.Data = got
				if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if diff := cmp.Diff(string(after.Data), string(got)); diff != "" {
				t.Errorf("rendering before.yaml (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(string(got), string(rendered(t, got))); diff != "" {
				t.Errorf("rendering twice (-once +twice):\n%s", diff)
			}
		})
	}
}

// TestShippedExamplesAreAll finds examples whose profile is gone.
func TestShippedExamplesAreAll(t *testing.T) {
	shipped, err := profile.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range shipped {
		names[p.Name] = true
	}
	found, err := filepath.Glob(filepath.Join("testdata", "profiles", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if name := strings.TrimSuffix(filepath.Base(path), ".txtar"); !names[name] {
			t.Errorf("%s: no profile of that name is shipped", path)
		}
	}
}

func file(t *testing.T, archive *txtar.Archive, name string) *txtar.File {
	t.Helper()
	for i := range archive.Files {
		if archive.Files[i].Name == name {
			return &archive.Files[i]
		}
	}
	t.Fatalf("no file %s", name)
	return nil
}

// rendered is a manifest as it is written under the policies of testdata.
func rendered(t *testing.T, manifest []byte) []byte {
	t.Helper()
	s, err := snapshot.Load(t.Context(), []string{"-"}, snapshot.Options{
		Stdin: bytes.NewReader(manifest), Policies: []string{filepath.Join("testdata", "policies.yaml")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Workloads) != 1 || s.Workloads[0].Custom == nil {
		t.Fatalf("not one custom resource that is understood: %+v", s.Workloads)
	}
	docs, err := render.Render(s)
	if err != nil {
		t.Fatal(err)
	}
	return render.Join(docs, func(d render.Document) []byte { return d.After })
}
