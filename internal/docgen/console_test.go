package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitWords(t *testing.T) {
	tests := []struct {
		line string
		want []string
		err  string
	}{
		{line: "stowage plan  -f  a", want: []string{"stowage", "plan", "-f", "a"}},
		{line: `stowage plan --only 'not understood' ""`, want: []string{"stowage", "plan", "--only", "not understood", ""}},
		{line: `a"b c"d`, want: []string{"ab cd"}},
		{line: "stowage render > out", err: "takes a shell"},
		{line: "stowage plan -f $X", err: "takes a shell"},
		{line: "stowage plan 'x", err: "leaves a quote open"},
	}
	for _, tt := range tests {
		got, err := splitWords(tt.line)
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("splitWords(%q) = %q, %v; want an error with %q", tt.line, got, err, tt.err)
			}
			continue
		}
		if diff := cmp.Diff(tt.want, got); err != nil || diff != "" {
			t.Errorf("splitWords(%q): %v (-want +got):\n%s", tt.line, err, diff)
		}
	}
}

func TestRerun(t *testing.T) {
	atRoot(t)
	const before = "# Title\n\n```console\n$ stowage explain \\\n    nothing\nstale\n$ go run ./cmd/stowage plan -f nowhere\n```\n\n" +
		"```console\n$ make test\nleft alone\n```\n\n```sh\n$ stowage explain nothing\nleft alone\n```\n"
	const want = "# Title\n\n```console\n$ stowage explain \\\n    nothing\n" +
		"error: reading the name \"nothing\": it is no KIND/NAME; fix: write it as in deployment/web\nexit code 2\n" +
		"$ go run ./cmd/stowage plan -f nowhere\nerror: reading \"nowhere\": no such file or directory\nexit status 2\n```\n\n" +
		"```console\n$ make test\nleft alone\n```\n\n```sh\n$ stowage explain nothing\nleft alone\n```\n"
	got, err := rerun(t.Context(), "a.md", []byte(before))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("rerun (-want +got):\n%s", diff)
	}
	again, err := rerun(t.Context(), "a.md", got)
	if diff := cmp.Diff(string(got), string(again)); err != nil || diff != "" {
		t.Errorf("rerun again: %v (-first +second):\n%s", err, diff)
	}
}

func TestRerunRefuses(t *testing.T) {
	atRoot(t)
	for name, tt := range map[string]struct{ text, want string }{
		"open block":    {"```console\n$ stowage version\n", "the block has no end"},
		"pipe":          {"```console\n$ stowage version | wc\n```\n", "pipes its output on"},
		"other command": {"```console\n$ stowage version\n$ ls\n```\n", "is no command of the program"},
		"missing file":  {"```console\n$ cat nowhere | stowage render\n```\n", "nowhere"},
	} {
		_, err := rerun(t.Context(), "a.md", []byte(tt.text))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, tt.want)
		}
	}
}

func TestTables(t *testing.T) {
	all, err := loadTables()
	if err != nil {
		t.Fatal(err)
	}
	const before = "a\n<!-- fields of effectiveplacements status -->\nstale\n<!-- end of fields -->\nb\n"
	const want = "a\n<!-- fields of effectiveplacements status -->\n\n" +
		"| field | type | default | meaning and limits |\n|---|---|---|---|\n" +
		"| `status.conditions` | list of objects | - | conditions of the compiled rules: Compiled, InForce. |\n" +
		"| `status.observedGeneration` | int64 | - | observedGeneration is the generation of the spec this status speaks of. |\n" +
		"\n<!-- end of fields -->\nb\n"
	got, err := all.fill("a.md", []byte(before))
	if diff := cmp.Diff(want, string(got)); err != nil || diff != "" {
		t.Errorf("fill: %v (-want +got):\n%s", err, diff)
	}
	for _, bad := range []string{"<!-- fields of nothing spec -->\n", "<!-- fields of pools nothing -->\n", "<!-- fields of pools spec -->\n"} {
		if _, err := all.fill("a.md", []byte(bad)); err == nil {
			t.Errorf("fill(%q): no error", bad)
		}
	}
}
