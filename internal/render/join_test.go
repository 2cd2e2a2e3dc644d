package render_test

import (
	"testing"

	"github.com/stowage-dev/stowage/internal/manifest"
	"github.com/stowage-dev/stowage/internal/render"
)

// TestJoin puts files together and takes the stream apart again: no two documents
// may run into each other, and none may be lost.
func TestJoin(t *testing.T) {
	for _, tc := range []struct {
		name  string
		files []string
		want  string
		docs  int
	}{
		{"one file stays as it is", []string{"\uFEFFa: 1\n---\nb: 2"}, "\uFEFFa: 1\n---\nb: 2", 2},
		{"a marker between two", []string{"a: 1\n", "b: 2\n"}, "a: 1\n---\nb: 2\n", 2},
		{"no line end before it", []string{"a: 1", "b: 2"}, "a: 1\n---\nb: 2", 2},
		{"a marker of its own", []string{"a: 1\n", "---\nb: 2\n"}, "a: 1\n---\nb: 2\n", 2},
		{"a marker with a comment", []string{"a: 1\n", "--- # here\nb: 2\n"}, "a: 1\n--- # here\nb: 2\n", 2},
		{"a marker of Windows", []string{"a: 1\r\n", "---\r\nb: 2\r\n"}, "a: 1\r\n---\r\nb: 2\r\n", 2},
		{"a marker behind comments", []string{"a: 1\n", "# b\n\n---\nb: 2\n"}, "a: 1\n# b\n\n---\nb: 2\n", 2},
		{"a comment and no marker", []string{"a: 1\n", "# b\nb: 2\n"}, "a: 1\n---\n# b\nb: 2\n", 2},
		{"a key that looks like one", []string{"a: 1\n", "---b: 2\n"}, "a: 1\n---\n---b: 2\n", 2},
		{"a directive", []string{"a: 1\n", "%YAML 1.2\n---\nb: 2\n"}, "a: 1\n...\n%YAML 1.2\n---\nb: 2\n", 2},
		{"a byte order mark", []string{"a: 1\n", "\uFEFFb: 2\n"}, "a: 1\n---\nb: 2\n", 2},
		{"empty files", []string{"", "a: 1\n", "", "b: 2\n", "\n"}, "a: 1\n---\nb: 2\n\n", 2},
		{"the same file twice", []string{"a: 1\n", "a: 1\n"}, "a: 1\n---\na: 1\n", 2},
		{"JSON", []string{`{"a": 1}`, `{"b": 2}{"c": 3}`}, "{\"a\": 1}\n---\n{\"b\": 2}{\"c\": 3}", 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var docs []render.Document
			for _, text := range tc.files {
				split, err := manifest.Split("same.yaml", []byte(text))
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range split {
					docs = append(docs, render.Document{Source: d.Source, Index: d.Index, Before: d.Raw, After: d.Raw})
				}
			}
			got := render.Join(docs, func(d render.Document) []byte { return d.After })
			if string(got) != tc.want {
				t.Errorf("joined %q, want %q", got, tc.want)
			}
			again, err := manifest.Split("joined.yaml", got)
			if err != nil {
				t.Fatal(err)
			}
			filled := 0
			for _, d := range again {
				object, err := d.Decode()
				if err != nil {
					t.Errorf("%q: %v", d.Raw, err)
				}
				if object != nil {
					filled++
				}
			}
			if filled != tc.docs {
				t.Errorf("%d documents in %q, want %d", filled, got, tc.docs)
			}
		})
	}
}
