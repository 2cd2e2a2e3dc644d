package cli_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stowage-dev/stowage/internal/cli"
)

// run runs the command line within the test.
func run(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	code = cli.Run(context.Background(), append([]string{"stowage"}, args...), cli.IO{In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return code, out.String(), errs.String()
}

// write puts a file into a folder of the test's own and returns its path.
func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const policies = `
apiVersion: stowage.dev/v1alpha1
kind: Pool
metadata: {name: fast}
spec: {nodeSelector: {disk: ssd}}
---
apiVersion: stowage.dev/v1alpha1
kind: ClusterPlacementPolicy
metadata: {name: all}
spec: {placement: {pools: [fast]}}
`

const pod = `
apiVersion: v1
kind: Pod
metadata: {name: pod}
spec: {}
`

// closed is a stream nobody reads any more.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

// TestClosedOutput: if the answer cannot be written nobody knows it, whatever it
// is.
func TestClosedOutput(t *testing.T) {
	dir := filepath.Dir(write(t, "all.yaml", policies+"---"+pod))
	for _, args := range [][]string{
		{"plan", "-f", dir},
		{"plan", "-f", dir, "-o", "json"},
		{"plan", "-f", dir, "--against", dir},
		{"render", "-f", dir},
		{"render", "-f", dir, "--diff"},
		{"explain", "pod/pod", "-f", dir},
		{"version"},
	} {
		var errs bytes.Buffer
		code := cli.Run(context.Background(), append([]string{"stowage"}, args...), cli.IO{In: strings.NewReader(""), Out: closed{}, Err: &errs})
		if want := "error: writing the result: broken pipe\n"; code != cli.ExitUnknown || !strings.HasSuffix(errs.String(), want) {
			t.Errorf("%v: exit code %d, stderr %q; want %d and %q", args, code, errs.String(), cli.ExitUnknown, want)
		}
	}
}

// broken is standard input that fails.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

func TestBrokenInput(t *testing.T) {
	var out, errs bytes.Buffer
	code := cli.Run(context.Background(), []string{"stowage", "render"}, cli.IO{In: broken{}, Out: &out, Err: &errs})
	if code != cli.ExitUsage || out.Len() > 0 || errs.String() != "error: reading \"standard input\": input/output error\n" {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, out.String(), errs.String())
	}
}

// TestKubectlPlugin: called as a plugin of kubectl it speaks of itself as one.
func TestKubectlPlugin(t *testing.T) {
	var out, errs bytes.Buffer
	code := cli.Run(context.Background(), []string{"/usr/local/bin/kubectl-stowage", "plan", "x"}, cli.IO{Out: &out, Err: &errs})
	if code != cli.ExitUsage || !strings.Contains(errs.String(), `"kubectl stowage plan" takes no arguments`) {
		t.Errorf("exit code %d, stderr %q", code, errs.String())
	}
}

// TestGarbage: what is no text at all is refused, and nothing is printed of it.
func TestGarbage(t *testing.T) {
	for name, text := range map[string]string{
		"gzip":   "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xcb\xcf\x07\x00\x21\x65\x73\x8c",
		"nul":    "apiVersion: v1\nkind: Pod\x00\n",
		"utf-16": "\xff\xfea\x00p\x00i\x00",
		"latin1": "apiVersion: v1\nkind: Pod\nmetadata: {name: \xe4}\nspec: {}\n",
		"bytes":  strings.Repeat("\x80\x00\xff{[\"'", 1000),
	} {
		for _, command := range []string{"plan", "render"} {
			path := write(t, "garbage.yaml", text)
			code, stdout, stderr := run("", command, "-f", path)
			if code != cli.ExitUsage || stdout != "" || !strings.HasPrefix(stderr, fmt.Sprintf("error: reading %q", path)) {
				t.Errorf("%s %s: exit code %d, stdout %q, stderr %q", command, name, code, stdout, stderr)
			}
		}
	}
}

// TestDeepNesting: brackets without end are refused before they take the stack.
func TestDeepNesting(t *testing.T) {
	for _, open := range []string{"[", "{a: ", "- "} {
		code, stdout, stderr := run(strings.Repeat(open, 100_000), "plan", "-f", "-")
		if code != cli.ExitUsage || stdout != "" || !strings.HasPrefix(stderr, `error: reading "standard input" document 1`) {
			t.Errorf("%q: exit code %d, stdout of %d bytes, stderr %.200q", open, code, len(stdout), stderr)
		}
	}
}

// TestLargeFile reads 50 MB of manifests, as a dump of a large cluster has them,
// through plan and render.
func TestLargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("50 MB take a while")
	}
	const size, maxHeap, maxTime = 50 << 20, 1500 << 20, time.Minute
	var b strings.Builder
	b.WriteString(policies)
	for n := 0; b.Len() < size; n++ {
		fmt.Fprintf(&b, "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-%d, namespace: shop}\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web\n        args: [%q]\n",
			n, strings.Repeat("x", 2000))
	}
	path := write(t, "large.yaml", b.String())
	b.Reset()
	for _, command := range []string{"plan", "render"} {
		t.Run(command, func(t *testing.T) {
			peak := watchHeap(t)
			start := time.Now()
			code, stdout, stderr := run("", command, "-f", path)
			took := time.Since(start)
			if code != cli.ExitYes || stderr != "" || len(stdout) == 0 {
				t.Errorf("exit code %d, stdout of %d bytes, stderr %.500q", code, len(stdout), stderr)
			}
			if heap := peak(); heap > maxHeap || took > maxTime {
				t.Errorf("%d MB of heap and %s, want at most %d MB and %s", heap>>20, took, maxHeap>>20, maxTime)
			} else {
				t.Logf("%d MB of heap, %s", heap>>20, took)
			}
		})
	}
}

// watchHeap samples the heap until the function returned is called, which gives
// the largest size seen, in bytes.
func watchHeap(t *testing.T) func() uint64 {
	t.Helper()
	runtime.GC()
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var peak uint64
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc)
			select {
			case <-stop:
				done <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(stop); return <-done }
}
