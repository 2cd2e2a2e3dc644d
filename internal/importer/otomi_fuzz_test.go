package importer_test

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stowage-dev/stowage/internal/importer"
)

// FuzzOtomi imports folders of two files. Whatever they hold, an import ends,
// gives an error or objects that an API server takes, and gives the same again.
func FuzzOtomi(f *testing.F) {
	archives, err := filepath.Glob("testdata/otomi/*.txtar")
	if err != nil || len(archives) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		dir, _ := split(archive)
		namespaces := strings.Join(options(archive).PlatformNamespaces, " ")
		for other, file := range dir {
			f.Add([]byte(settings), other, file.Data, namespaces)
			f.Add(file.Data, "apps/other.yaml", []byte("apps: {}"), namespaces)
		}
	}
	f.Add([]byte("otomi: {nodeSelector: {a: 1, \"null\": .5, y: 'n'}}"), "teams/\xff \"a\n.yaml", []byte("teamConfig: {\"x\ty\": }"), "*")
	f.Fuzz(func(t *testing.T, first []byte, name string, second []byte, namespaces string) {
		if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name, "settings.yaml/") {
			t.Skip("no file system holds such a file")
		}
		dir := fstest.MapFS{"settings.yaml": {Data: first}, name: {Data: second}}
		opts := importer.OtomiOptions{PlatformNamespaces: strings.Fields(namespaces)}
		result, err := importer.Otomi(dir, opts)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Fatal("an error without a message")
			}
			return
		}
		text := checkYAML(t, result)
		again, err := importer.Otomi(dir, opts)
		if err != nil {
			t.Fatalf("the second import fails: %v", err)
		}
		if checkYAML(t, again) != text || !slices.Equal(result.Findings, again.Findings) {
			t.Fatal("the second import differs from the first")
		}
	})
}
