package archtest

import (
	"bytes"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestArchitecture compares the module with rings.go.
func TestArchitecture(t *testing.T) {
	for _, wrong := range check(listImports(t), rings()) {
		t.Error(wrong)
	}
}

// TestEveryRingedPackageIsNamedOnce finds a package that stands in two places.
func TestEveryRingedPackageIsNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rings() {
		for _, path := range r.packages {
			if seen[path] {
				t.Errorf("%s stands twice in rings.go", path)
			}
			seen[path] = true
		}
	}
}

// listImports asks the go command for the direct imports of every package that
// the module needs. Packages that consist of tests alone are left out: nothing
// can import them, and they may import what they test.
func listImports(t *testing.T) imports {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f",
		`{{if .GoFiles}}{{.ImportPath}}{{range .Imports}} {{.}}{{end}}{{end}}`, module+"/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("listing the packages of the module: %v\n%s", err, stderr.String())
	}
	have := imports{}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 0 {
			have[fields[0]] = fields[1:]
		}
	}
	if len(have[module+"/internal/archtest"]) == 0 {
		t.Fatalf("listing the packages of the module gave nothing of use:\n%s", out)
	}
	return have
}

// TestCheck has the comparison find each sort of offence in a small module.
func TestCheck(t *testing.T) {
	architecture := []ring{
		{name: "engine", packages: []string{"a", "b"}, ordered: true, pure: true},
		{name: "answers", packages: []string{"c", "d"}, thirdParty: []string{"k8s.io/api", "k8s.io/client-go"}},
	}
	const m = module + "/"
	for _, tt := range []struct {
		name string
		have imports
		want []string
	}{
		{
			name: "lower rings and earlier packages of an ordered ring",
			have: imports{
				m + "b":  {m + "a", "fmt", "k8s.io/api/core/v1"},
				m + "c":  {m + "a", m + "b", "os", "net/http", "k8s.io/client-go/rest"},
				"fmt":    {"os"},
				"others": {"k8s.io/client-go/rest"},
			},
		},
		{
			name: "a package without a place",
			have: imports{m + "e": nil},
			want: []string{m + "e has no place in the architecture"},
		},
		{
			name: "a higher ring, a later package, a neighbour",
			have: imports{m + "a": {m + "b", m + "c"}, m + "c": {m + "d"}},
			want: []string{m + "a (engine) imports " + m + "b (engine)", m + "a (engine) imports " + m + "c (answers)", m + "c (answers) imports " + m + "d (answers)"},
		},
		{
			name: "a pure package that imports the outer world",
			have: imports{m + "a": {"net/http", "os", "oslo"}},
			want: []string{m + "a imports net/http", m + "a imports os,"},
		},
		{
			name: "a package of others that is not allowed",
			have: imports{m + "c": {"fmt", "k8s.io/api/core/v1", "k8s.io/apimachinery/pkg/labels"}},
			want: []string{m + "c imports k8s.io/apimachinery/pkg/labels, but only k8s.io/api and k8s.io/client-go"},
		},
		{
			name: "a pure package that reaches a client through another's",
			have: imports{m + "a": {"x", m + "b"}, "x": {"k8s.io/client-go/rest", "net/http"}, m + "b": {"x"}},
			want: []string{
				m + "a (engine) imports " + m + "b (engine)",
				m + "a reaches k8s.io/client-go/rest through x",
				m + "b reaches k8s.io/client-go/rest through x",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := check(tt.have, architecture)
			for i, want := range tt.want {
				if i < len(got) && strings.HasPrefix(got[i], want) {
					got[i] = want
				}
			}
			if diff := cmp.Diff(tt.want, slices.Clip(got)); diff != "" {
				t.Errorf("findings differ (-want +got):\n%s", diff)
			}
		})
	}
}
