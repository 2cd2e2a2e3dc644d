package importer_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/importer"
)

const settings = "otomi: {nodeSelector: {otomi: otomi-sys}}\n"

// TestOtomiLinks reads a folder of links, as a mounted volume is made of, with a
// loop in it.
func TestOtomiLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "..data", "settings.yaml"), settings)
	link(t, filepath.Join("..data", "settings.yaml"), filepath.Join(dir, "settings.yaml"))
	link(t, ".", filepath.Join(dir, "again"))
	link(t, "loop", filepath.Join(dir, "loop"))

	result, err := importer.Otomi(os.DirFS(dir), importer.OtomiOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Pools) != 1 {
		t.Errorf("%d pools, want the one of the linked settings.yaml", len(result.Pools))
	}
	want := []importer.Finding{
		{File: "again", Message: "is a link to a folder: not followed"},
		{File: "loop", Message: "is a link that cannot be followed: left out"},
	}
	if diff := cmp.Diff(want, result.Findings); diff != "" {
		t.Errorf("findings (-want +got)\n%s", diff)
	}
}

// TestOtomiLinkLoop meets a values file that is a loop of links.
func TestOtomiLinkLoop(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "settings.yaml"), settings)
	link(t, "teams.yaml", filepath.Join(dir, "teams.yaml"))

	_, err := importer.Otomi(os.DirFS(dir), importer.OtomiOptions{})
	if err == nil || !strings.Contains(err.Error(), `following the link "teams.yaml"`) {
		t.Errorf("error %v, want one about the link teams.yaml", err)
	}
}

// brokenFS fails for one name, whatever is done with it.
type brokenFS struct {
	fs.FS
	broken string
	err    error
}

func (b brokenFS) Open(name string) (fs.File, error) {
	if name == b.broken {
		return nil, &fs.PathError{Op: "open", Path: name, Err: b.err}
	}
	return b.FS.Open(name)
}

func TestOtomiUnreadable(t *testing.T) {
	whole := fstest.MapFS{
		"settings.yaml": {Data: []byte(settings)},
		"apps/a.yaml":   {Data: []byte("apps: {}\n")},
	}
	disk := errors.New("disk on fire")
	for _, broken := range []string{".", "apps", "apps/a.yaml", "settings.yaml"} {
		_, err := importer.Otomi(brokenFS{FS: whole, broken: broken, err: disk}, importer.OtomiOptions{})
		if !errors.Is(err, disk) || !strings.Contains(err.Error(), broken) {
			t.Errorf("with %q broken: error %v, want one that names it and wraps the cause", broken, err)
		}
	}
	if _, err := importer.Otomi(brokenFS{FS: fstest.MapFS{}, broken: "env", err: disk}, importer.OtomiOptions{}); !errors.Is(err, disk) {
		t.Errorf("with env broken: error %v, want one that wraps the cause", err)
	}
	if _, err := importer.Otomi(os.DirFS(filepath.Join(t.TempDir(), "absent")), importer.OtomiOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("without a folder: error %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := importer.Otomi(nil, importer.OtomiOptions{}); err == nil {
		t.Error("without a file system: no error")
	}
}

// TestOtomiLarge meets a file beyond any sensible size, and one that is small
// only until its aliases are resolved.
func TestOtomiLarge(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 {x: [1, 2]}\n")
	for i, last := 1, "a0"; i < 40; i++ {
		name := "a" + string(rune('A'+i%26)) + string(rune('a'+i/26))
		bomb.WriteString(name + ": &" + name + " {x: *" + last + ", y: *" + last + ", z: *" + last + "}\n")
		last = name
	}
	for name, data := range map[string]string{
		"larger than": strings.Repeat("# padding\n", 1<<20),
		"aliases":     bomb.String(),
		"too deep":    "a: " + strings.Repeat("[", 300) + strings.Repeat("]", 300),
	} {
		dir := fstest.MapFS{"settings.yaml": {Data: []byte(settings)}, "other.yaml": {Data: []byte(data)}}
		_, err := importer.Otomi(dir, importer.OtomiOptions{})
		if err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), "other.yaml") {
			t.Errorf("error %v, want one with %q that names other.yaml", err, name)
		}
	}
}

// TestOtomiReal imports values repositories of both real layouts.
func TestOtomiReal(t *testing.T) {
	for _, repo := range []string{"otomi-2.8.0/env", "apl/env"} {
		t.Run(repo, func(t *testing.T) {
			dir := filepath.Join("..", "..", "..", "shared", "real", filepath.FromSlash(repo))
			if _, err := os.Stat(dir); err != nil {
				t.Skipf("real values are not here: %v", err)
			}
			result, err := importer.Otomi(os.DirFS(dir), importer.OtomiOptions{})
			if err != nil {
				t.Fatal(err)
			}
			text := checkYAML(t, result)
			want := v1alpha1.PoolSpec{NodeSelector: map[string]v1alpha1.LabelValue{"otomi": "otomi-sys"}, Exclusive: true}
			if len(result.Pools) != 1 || result.Pools[0].Name != "platform" {
				t.Fatalf("pools %v, want one named platform", result.Pools)
			}
			if diff := cmp.Diff(want, result.Pools[0].Spec); diff != "" {
				t.Errorf("pool (-want +got)\n%s", diff)
			}
			if len(result.ClusterPolicies) != 1 || len(result.Findings) != 0 {
				t.Errorf("%d policies, findings %v; want one policy and no finding", len(result.ClusterPolicies), result.Findings)
			}
			joined := strings.Join(strings.Fields(strings.ReplaceAll(text, "#", "")), " ")
			if !strings.Contains(joined, "The teams in the values: team-admin, team-demo, team-dev.") {
				t.Errorf("the teams are not named in\n%s", text)
			}
		})
	}
}

// TestOtomiExample imports the example of this repository.
func TestOtomiExample(t *testing.T) {
	dir := filepath.Join("..", "..", "examples", "otomi", "values")
	got := outcome(t, os.DirFS(dir), importer.OtomiOptions{})
	if !strings.Contains(got["want.yaml"], `otomi: "otomi-sys"`) {
		t.Errorf("no pool of otomi=otomi-sys in\n%s%s", got["want.yaml"], got["want.error"])
	}
	for _, field := range []string{"apps.prometheus._rawValues.prometheus.nodeSelector", "apps.loki._rawValues.promtail.tolerations"} {
		if !strings.Contains(got["want.findings"], field) {
			t.Errorf("no finding about %s in\n%s", field, got["want.findings"])
		}
	}
}

func write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, target, name string) {
	t.Helper()
	if err := os.Symlink(target, name); err != nil {
		t.Skipf("links are not available: %v", err)
	}
}
