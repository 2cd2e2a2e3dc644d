package manifest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestDiff(t *testing.T) {
	old := "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n"
	for name, c := range map[string]struct{ old, new, want string }{
		"equal":         {old, old, ""},
		"insert":        {old, strings.Replace(old, "f\n", "f\nx\n", 1), "--- a\n+++ b\n@@ -4,6 +4,7 @@\n d\n e\n f\n+x\n g\n h\n i\n"},
		"change":        {old, strings.Replace(old, "a\n", "x\n", 1), "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-a\n+x\n b\n c\n d\n"},
		"apart":         {old, "x" + old + "y\n", "--- a\n+++ b\n@@ -1,4 +1,4 @@\n-a\n+xa\n b\n c\n d\n@@ -10,3 +10,4 @@\n j\n k\n l\n+y\n"},
		"no line break": {"a\nb", "a\nb\n", "--- a\n+++ b\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"},
		"from empty":    {"", "a\n", "--- a\n+++ b\n@@ -0,0 +1 @@\n+a\n"},
		"to empty":      {"a\nb\n", "", "--- a\n+++ b\n@@ -1,2 +0,0 @@\n-a\n-b\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, string(Diff("a", "b", []byte(c.old), []byte(c.new)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestDiffPatches lets the patch program turn the old text into the new one.
func TestDiffPatches(t *testing.T) {
	program, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("there is no patch program")
	}
	dir, ctx := t.TempDir(), t.Context()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Custom(func(t *rapid.T) string {
			lines := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), 0, 40).Draw(t, "lines")
			end := rapid.SampledFrom([]string{"", "\n"}).Draw(t, "end")
			return strings.TrimPrefix(strings.Join(append([]string{"x"}, lines...), "\n"), "x") + end
		})
		old, changed := text.Draw(t, "old"), text.Draw(t, "new")
		diff := Diff("f", "f", []byte(old), []byte(changed))
		if diff == nil {
			return
		}
		file, out := filepath.Join(dir, "f"), filepath.Join(dir, "out")
		if err := os.WriteFile(file, []byte(old), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(ctx, program, "-s", "-F0", "-o", out, file)
		cmd.Stdin = strings.NewReader(string(diff))
		if message, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("patch: %v: %s\n%s", err, message, diff)
		}
		got, err := os.ReadFile(out)
		if err != nil && changed != "" {
			t.Fatal(err)
		}
		if string(got) != changed {
			t.Fatalf("patched text differs: %s", cmp.Diff(changed, string(got)))
		}
	})
}

// TestDiffLong has far more changes than are searched for at once.
func TestDiffLong(t *testing.T) {
	var old, changed strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&old, "line %d\n", i)
		fmt.Fprintf(&changed, "line %d\n", i)
		if i%3 == 0 {
			changed.WriteString("more\n")
		}
	}
	diff := string(Diff("a", "b", []byte(old.String()), []byte(changed.String())))
	if got := strings.Count(diff, "\n+more"); got != 6667 || strings.Contains(diff, "\n-line") {
		t.Errorf("%d lines added, want 6667, and none removed", got)
	}
}
