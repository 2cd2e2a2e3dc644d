package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stowage-dev/stowage/internal/cli"
)

// realFolder is where the project's real inputs lie beside the repository.
const realFolder = "../../../shared/real"

// realInput is a path below realFolder. The test is skipped where it is absent.
func realInput(t *testing.T, path string) string {
	t.Helper()
	path = filepath.Join(realFolder, path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no real input: %v", err)
	}
	return path
}

// planned is what the tests read of plan -o json.
type planned struct {
	Items []struct {
		Namespace, Group, Kind, Name, Verdict string
		Pools                                 []string
	}
	Pools []struct {
		Name      string
		Exclusive bool
		Nodes     int
	}
}

const realNodes = `
apiVersion: v1
kind: Node
metadata: {name: sys, labels: {otomi: otomi-sys, kubernetes.io/os: linux}}
---
apiVersion: v1
kind: Node
metadata: {name: team, labels: {kubernetes.io/os: linux}}
`

// TestRealPlatform imports the values of real platforms and places what their
// charts render: everything lands on the platform's pool, but DaemonSets and, if
// nobody names it, kube-system.
func TestRealPlatform(t *testing.T) {
	for _, values := range []string{"otomi-2.8.0/env", "apl/env"} {
		for _, platform := range []string{"", "*,kube-system"} {
			t.Run(strings.ReplaceAll(values, "/", "-")+" "+platform, func(t *testing.T) {
				args := []string{"import", "otomi", realInput(t, values)}
				if platform != "" {
					args = append(args, "--platform-namespaces", platform)
				}
				code, imported, stderr := run("", args...)
				if code != cli.ExitYes || !strings.Contains(imported, `otomi: "otomi-sys"`) {
					t.Fatalf("exit code %d, stdout %s, stderr %s", code, imported, stderr)
				}
				checkPlatform(t, imported, platform != "")
			})
		}
	}
}

func checkPlatform(t *testing.T, imported string, kubeSystem bool) {
	t.Helper()
	code, stdout, stderr := run(imported+"---"+realNodes, "plan", "-f", "-", "-f", realInput(t, "apl/manifests"), "-o", "json")
	if code != cli.ExitYes || stderr != "" {
		t.Fatalf("exit code %d, stderr %s", code, stderr)
	}
	var p planned
	if err := json.Unmarshal([]byte(stdout), &p); err != nil {
		t.Fatal(err)
	}
	if len(p.Pools) != 1 || !p.Pools[0].Exclusive || p.Pools[0].Nodes != 1 {
		t.Errorf("pools %+v, want one, exclusive, with one node", p.Pools)
	}
	kinds := map[string]int{}
	for _, i := range p.Items {
		kinds[i.Kind]++
		want := "ok"
		switch {
		case i.Kind == "DaemonSet":
			want = "daemonset"
		case i.Namespace == "kube-system" && !kubeSystem:
			want = "uncovered"
		}
		if i.Verdict != want || want == "ok" && (len(i.Pools) != 1 || i.Pools[0] != p.Pools[0].Name) {
			t.Errorf("%s/%s in %s: %s on %v, want %s", i.Kind, i.Name, i.Namespace, i.Verdict, i.Pools, want)
		}
	}
	for _, kind := range []string{"Deployment", "Job", "Pod", "DaemonSet"} {
		if kinds[kind] == 0 {
			t.Errorf("no %s among the real manifests: %v", kind, kinds)
		}
	}
}

// TestRealFiles plans and renders every real file by itself: values, CRDs,
// mutations and charts. None is an error, and without policies none is changed.
func TestRealFiles(t *testing.T) {
	root, files := realInput(t, "."), 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
			return err
		}
		files++
		if code, _, stderr := run("", "plan", "-f", path); code != cli.ExitYes {
			t.Errorf("plan %s: exit code %d, stderr %s", path, code, stderr)
		}
		want, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		code, stdout, stderr := run("", "render", "-f", path)
		if code != cli.ExitYes || !bytes.Equal([]byte(stdout), want) {
			t.Errorf("render %s: exit code %d, %d bytes of %d, stderr %s", path, code, len(stdout), len(want), stderr)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d files", files)
}

// TestRealRendersOnce renders the real charts with the imported policies: the
// result is placed, and rendering it again changes nothing.
func TestRealRendersOnce(t *testing.T) {
	_, imported, _ := run("", "import", "otomi", realInput(t, "apl/env"))
	policies := write(t, "imported.yaml", imported)
	charts, err := filepath.Glob(filepath.Join(realInput(t, "apl/manifests"), "*.yaml"))
	if err != nil || len(charts) == 0 {
		t.Fatalf("%d charts: %v", len(charts), err)
	}
	for _, chart := range charts {
		_, once, _ := run("", "render", "--policies", policies, "-f", chart)
		code, twice, stderr := run(once, "render", "--policies", policies)
		if code != cli.ExitYes || once != twice {
			t.Errorf("%s: exit code %d, rendered again %s, stderr %s", chart, code, differs(once, twice), stderr)
		}
		if code, diff, _ := run(once, "render", "--policies", policies, "--diff"); code != cli.ExitYes || diff != "" {
			t.Errorf("%s: exit code %d, diff %s", chart, code, diff)
		}
	}
}

func differs(a, b string) string {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("differs at byte %d: %.60q and %.60q", i, a[i:], b[i:])
		}
	}
	return fmt.Sprintf("has %d bytes, not %d", len(b), len(a))
}
