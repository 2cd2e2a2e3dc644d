package importer_test

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/crd"
	"github.com/stowage-dev/stowage/internal/importer"
)

var update = flag.Bool("update", false, "write the expected results of testdata anew")

// newValidator makes the validator once: that takes longer than all the tests.
var newValidator = sync.OnceValues(crd.New)

// TestOtomi runs the archives of testdata/otomi. Each holds the files of a
// values folder and what comes of them: want.yaml and want.findings, or
// want.error. Lines "file:" and "namespaces:" before the files are options.
func TestOtomi(t *testing.T) {
	archives, err := filepath.Glob("testdata/otomi/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir, want := split(archive)
			got := outcome(t, dir, options(archive))
			if *update {
				rewrite(t, name, archive, got)
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// outcome runs an import and gives its results as the files of an archive.
func outcome(t *testing.T, dir fs.FS, opts importer.OtomiOptions) map[string]string {
	t.Helper()
	result, err := importer.Otomi(dir, opts)
	if err != nil {
		return map[string]string{"want.error": err.Error() + "\n"}
	}
	out := map[string]string{}
	if text := checkYAML(t, result); text != "" {
		out["want.yaml"] = text
	}
	for _, finding := range result.Findings {
		out["want.findings"] += finding.String() + "\n"
	}
	return out
}

// checkYAML checks that the YAML of a result is the result, and that a cluster
// would take it.
func checkYAML(t *testing.T, result *importer.Result) string {
	t.Helper()
	data, err := result.YAML()
	if err != nil {
		t.Fatalf("writing YAML: %v", err)
	}
	again, err := result.YAML()
	if err != nil || !bytes.Equal(data, again) {
		t.Fatalf("writing YAML twice gives two results (%v)", err)
	}
	var pools []v1alpha1.Pool
	var policies []v1alpha1.ClusterPlacementPolicy
	for i, document := range documents(data) {
		if i < len(result.Pools) {
			pools = append(pools, v1alpha1.Pool{})
			err = yaml.UnmarshalStrict(document, &pools[i])
		} else {
			policies = append(policies, v1alpha1.ClusterPlacementPolicy{})
			err = yaml.UnmarshalStrict(document, &policies[len(policies)-1])
		}
		if err != nil {
			t.Fatalf("reading the YAML again: %v\n%s", err, document)
		}
		checkAccepted(t, document)
	}
	if diff := cmp.Diff(result.Pools, pools); diff != "" {
		t.Errorf("pools differ from their YAML (-result +yaml)\n%s", diff)
	}
	if diff := cmp.Diff(result.ClusterPolicies, policies); diff != "" {
		t.Errorf("policies differ from their YAML (-result +yaml)\n%s", diff)
	}
	return string(data)
}

// checkAccepted checks that an API server would take the document.
func checkAccepted(t *testing.T, document []byte) {
	t.Helper()
	validator, err := newValidator()
	if err != nil {
		t.Fatal(err)
	}
	var object map[string]any
	if err := yaml.Unmarshal(document, &object); err != nil {
		t.Fatal(err)
	}
	if _, problems := validator.Validate(context.Background(), object); len(problems) > 0 {
		t.Fatalf("an API server would refuse this: %v\n%s", problems.ToAggregate(), document)
	}
}

// documents splits YAML at its separators; none for empty YAML.
func documents(data []byte) [][]byte {
	if len(data) == 0 {
		return nil
	}
	return bytes.Split(data, []byte("\n---\n"))
}

// split parts an archive into the values and the expected results.
func split(archive *txtar.Archive) (fstest.MapFS, map[string]string) {
	dir, want := fstest.MapFS{}, map[string]string{}
	for _, file := range archive.Files {
		if strings.HasPrefix(file.Name, "want.") {
			want[file.Name] = string(file.Data)
		} else {
			dir[file.Name] = &fstest.MapFile{Data: file.Data}
		}
	}
	return dir, want
}

// options reads the options above the files of an archive.
func options(archive *txtar.Archive) importer.OtomiOptions {
	var opts importer.OtomiOptions
	for line := range strings.Lines(string(archive.Comment)) {
		if value, ok := strings.CutPrefix(line, "file:"); ok {
			opts.File = strings.TrimSpace(value)
		}
		if value, ok := strings.CutPrefix(line, "namespaces:"); ok {
			opts.PlatformNamespaces = strings.Fields(value)
		}
	}
	return opts
}

// rewrite puts the results into an archive in place of the expected ones.
func rewrite(t *testing.T, name string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	var kept []txtar.File
	for _, file := range archive.Files {
		if !strings.HasPrefix(file.Name, "want.") {
			kept = append(kept, file)
		}
	}
	for _, part := range []string{"want.error", "want.findings", "want.yaml"} {
		if text, ok := got[part]; ok {
			kept = append(kept, txtar.File{Name: part, Data: []byte(text)})
		}
	}
	archive.Files = kept
	if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
