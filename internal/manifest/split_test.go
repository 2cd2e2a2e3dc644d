package manifest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":             {"", nil},
		"one":                 {"a: 1\n", []string{"a: 1\n"}},
		"only comments":       {"# a\n\n", []string{"# a\n\n"}},
		"marker first":        {"---\na: 1\n---\nb: 1\n", []string{"---\na: 1\n", "---\nb: 1\n"}},
		"comment and marker":  {"# c\n---\na: 1\n", []string{"# c\n---\na: 1\n"}},
		"marker with comment": {"--- # c\na: 1\n--- !!map\nb: 1\n---\t\n", []string{"--- # c\na: 1\n", "--- !!map\nb: 1\n", "---\t\n"}},
		"content on marker":   {"--- {a: 1}\n--- {b: 1}", []string{"--- {a: 1}\n", "--- {b: 1}"}},
		"empty ones":          {"---\n---\n# c\n---\na: 1\n", []string{"---\n", "---\n# c\n", "---\na: 1\n"}},
		"end marker":          {"a: 1\n...\n# c\n---\nb: 1\n...\n# d\n", []string{"a: 1\n...\n", "# c\n---\nb: 1\n...\n# d\n"}},
		"directive":           {"%YAML 1.2\n---\na: 1\n...\n%YAML 1.2\n---\nb: 1\n", []string{"%YAML 1.2\n---\na: 1\n...\n", "%YAML 1.2\n---\nb: 1\n"}},
		"no markers":          {"a: 1\n----\nb: ---\n ---\n...x\n", []string{"a: 1\n----\nb: ---\n ---\n...x\n"}},
		"windows":             {"\xEF\xBB\xBFa: 1\r\n---\r\nb: 1\r\n", []string{"\xEF\xBB\xBFa: 1\r\n", "---\r\nb: 1\r\n"}},
		"json":                {"{\"a\": \"}{\\\"\"}\n{\"b\": 1} {\"c\": [2]}\n\n[]\n", []string{"{\"a\": \"}{\\\"\"}\n", "{\"b\": 1} ", "{\"c\": [2]}\n\n", "[]\n"}},
		"json behind marker":  {"---\n{\"a\":1}\n{\"b\":1}\n---\nc: 1\n", []string{"---\n{\"a\":1}\n", "{\"b\":1}\n", "---\nc: 1\n"}},
		"no json":             {"{a: 1}\n{b: 1}\n", []string{"{a: 1}\n{b: 1}\n"}},
		"open json":           {"{\"a\": [1}\n", []string{"{\"a\": [1}\n"}},
		"in a block scalar":   {"a: |\n  ---\n---\nb: 1\n", []string{"a: |\n  ---\n", "---\nb: 1\n"}},
	} {
		t.Run(name, func(t *testing.T) {
			docs, err := Split("f", []byte(c.in))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, d := range docs {
				got = append(got, string(d.Raw))
				before := strings.Join(got[:i], "")
				if d.Index != i+1 || d.Offset != len(before) || d.Line != 1+strings.Count(before, "\n") || d.Source != "f" {
					t.Errorf("document %d is %+v", i+1, d)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSplitRefuses(t *testing.T) {
	var e *Error
	if _, err := Split("f", []byte("\xFF\xFEa\x00")); !errors.As(err, &e) || e.Fix != "save it as UTF-8" {
		t.Errorf("UTF-16: %v", err)
	}
	large := append([]byte("a: 1\n---\nb: "), bytes.Repeat([]byte("x"), MaxDocumentBytes)...)
	if _, err := Split("f", large); !errors.As(err, &e) || e.Index != 2 || e.Line != 2 {
		t.Errorf("a document too large: %v", err)
	}
}

func TestReadAll(t *testing.T) {
	if got, err := ReadAll("f", strings.NewReader("a: 1")); err != nil || string(got) != "a: 1" {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := readAll("f", strings.NewReader("12345"), 5); err != nil || len(got) != 5 {
		t.Errorf("at the limit: %q, %v", got, err)
	}
	if _, err := readAll("f", strings.NewReader("123456"), 5); err == nil || !strings.Contains(err.Error(), `reading "f": the input is larger than 5 bytes; fix: `) {
		t.Errorf("above the limit: %v", err)
	}
	if _, err := ReadAll("f", iotest.ErrReader(io.ErrUnexpectedEOF)); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a broken reader: %v", err)
	}
}

func TestEmpty(t *testing.T) {
	for in, want := range map[string]bool{
		"# a\n\n": true, "---\n": true, "--- # c\n...\n": true, "%YAML 1.2\n---\n": true, "\xEF\xBB\xBF": true,
		"a: 1": false, "--- a": false, "---\n  x\n": false, "-": false, ".": false,
	} {
		if got := (Document{Raw: []byte(in)}).Empty(); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}
