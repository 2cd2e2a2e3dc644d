package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func decode(text string) (map[string]any, error) {
	return Document{Source: "a.yaml", Index: 3, Line: 41, Raw: []byte(text)}.Decode()
}

func TestDecode(t *testing.T) {
	type m = map[string]any
	for in, want := range map[string]m{
		"":                                 nil,
		"--- # c\n":                        nil,
		"a: yes\nb: 'yes'\nc: Off":         {"a": true, "b": "yes", "c": false},
		"a: 010\nb: 0x10\nc: 1_0\nd: 08":   {"a": int64(8), "b": int64(16), "c": int64(10), "d": int64(8)},
		"a: 1.0\nb: 1.5\nc: 1e3\nd: 1e400": {"a": int64(1), "b": 1.5, "c": int64(1000), "d": "1e400"},
		"a: 9223372036854775807\nb: 9223372036854775808":     {"a": int64(9223372036854775807), "b": float64(1 << 63)},
		"a:\nb: ~\nc: null\nd: ''":                           {"a": nil, "b": nil, "c": nil, "d": ""},
		"a: 2001-01-01\nb: 1:30":                             {"a": "2001-01-01", "b": "1:30"},
		"a: !!str 1\nb: !!binary aGk=\nc: !x 1":              {"a": "1", "b": "hi", "c": "1"},
		"1: a\ntrue: b\n1.5: c":                              {"1": "a", "true": "b", "1.5": "c"},
		"a: &a {x: 1}\nb: *a\nc: {<<: *a, z: 2}":             {"a": m{"x": int64(1)}, "b": m{"x": int64(1)}, "c": m{"x": int64(1), "z": int64(2)}},
		"a: &a {x: 1}\nb: {<<: *a, x: 2}\nc: {x: 2, <<: *a}": {"a": m{"x": int64(1)}, "b": m{"x": int64(2)}, "c": m{"x": int64(1)}},
		"a: |\n  x\n   y\n\nb: >-\n  x\n  y":                 {"a": "x\n y\n", "b": "x y"},
		"a: [b: c]":                                          {"a": []any{m{"b": "c"}}},
		"{\"a\": \"\\ud83d\\ude00\", \"b\":\n[1]}":           {"a": "😀", "b": []any{int64(1)}},
		"a: 1\r\nb: \"x\r\n  y\"\r\n":                        {"a": int64(1), "b": "x y"},
	} {
		got, err := decode(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", in, diff)
		}
	}
}

func TestDecodeErrors(t *testing.T) {
	for in, want := range map[string]string{
		"a: 1\nb: 2\na: 3\n":         `reading "a.yaml" document 3 (line 43): key "a" is there twice in one map; fix: remove or rename one`,
		"a: 1\n\"a\": 2\n":           `(line 42): key "a" is there twice`,
		"- a\n":                      `(line 41): the document is no object but a list`,
		"text\n":                     `no object but a text`,
		"42\n":                       `no object but a number or boolean`,
		"a: b: c\n":                  `a map cannot start here`,
		"a:\n  b: 1\n c: 2\n":        `(line 43): this line is indented deeper`,
		"a: [1, 2\nb: 3\n":           `document 3 (line`,
		"a: {b: 1\n":                 `(line 42): a bracket is never closed`,
		"a: \"b\n":                   `a double quote is never closed`,
		"a: 'b\n":                    `a single quote is never closed`,
		"a: \"\\q\"\n":               `unknown escape in double quotes`,
		"a: 1\nb\n":                  `(line 42): no `,
		"a:\n\tb: 1\n":               `document 3 (line 42)`,
		"a: *b\n":                    `no anchor named b`,
		"a: &a [*a]\n":               `an anchor holds an alias of itself`,
		"a: .inf\n":                  `".inf" cannot be written as JSON`,
		"a: !!int x\n":               `"x" is no int`,
		"? [a]\n: b\n":               `a map's key is a map or list`,
		"a: 1\n<<: 2\n":              `what is behind the merge key << is no map`,
		"a: \"\x01\"\n":              `control character`,
		"a: \xff\n":                  `not UTF-8`,
		"a: 1\n---\nb: 1\n":          `more than one document`,
		"{\"a\": 1} x":               `unexpected text`,
		"%YAML 1.1\n":                `document 3 (line`,
		"a: |\n  x\n y: 1\n":         `document 3 (line 43)`,
		strings.Repeat("[", 9999):    `nested deeper than 1000 levels`,
		strings.Repeat("- ", 9999):   `nested deeper than 1000 levels`,
		"a: 1\rb: [c: d]\r---\rx: 1": `more than one document`,
	} {
		_, err := decode(in)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: error %v, want %q", in, err, want)
		}
		if _, _, ok := (Document{Raw: []byte(in)}).Peek(); ok && !valueError(want) {
			t.Errorf("%.30q: Peek accepts it", in)
		}
	}
}

// valueError says whether an error is about values, which Peek does not read.
func valueError(problem string) bool {
	for _, p := range []string{`key "a" is there twice`, "cannot be written", "is no int", "behind the merge key"} {
		if strings.Contains(problem, p) {
			return true
		}
	}
	return false
}

// TestDecodeBounds feeds what would take all memory or stack without bounds.
func TestDecodeBounds(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a0: &a0 [x]\n")
	for i := range 40 {
		fmt.Fprintf(&bomb, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i, i)
	}
	if _, err := decode(bomb.String()); err == nil || !strings.Contains(err.Error(), "aliases stand for more than 1000000 values") {
		t.Errorf("nested aliases: %v", err)
	}
	deep := "a: " + strings.Repeat("[", 900) + strings.Repeat("]", 900)
	if _, err := decode(deep); err != nil {
		t.Errorf("900 levels: %v", err)
	}
	for _, text := range []string{
		strings.Repeat("{a: ", 10_000) + "1" + strings.Repeat("}", 10_000),
		strings.Repeat("? ", 10_000), strings.Repeat("[a: ", 10_000), strings.Repeat("- ", 10_000) + "a",
	} {
		if _, err := decode(text); err == nil {
			t.Errorf("%.10q: 10,000 levels were read", text)
		}
	}
}

// TestDecodeJSON reads what encoding/json writes as it does.
func TestDecodeJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := map[string]any{
			rapid.String().Draw(t, "key"): rapid.String().Draw(t, "text"),
			"n":                           rapid.Int64().Draw(t, "n"), "f": rapid.Float64Range(-1e9, 1e9).Draw(t, "f"),
			"l": []any{rapid.Bool().Draw(t, "b"), nil, map[string]any{}, "/<>"},
		}
		text, err := json.MarshalIndent(value, "", rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(string(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		want := map[string]any{}
		for k, v := range value {
			want[k] = jsonNumber(v)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s\n%s", text, diff)
		}
	})
}

func TestPeek(t *testing.T) {
	for in, want := range map[string][2]string{
		"apiVersion: apps/v1\nkind: Deployment\nspec: {kind: x}\n": {"apps/v1", "Deployment"},
		"{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}":                 {"v1", "Pod"},
		"\"kind\": 'Pod' # x\nspec:\n  kind: y\n":                  {"", "Pod"},
		"---\n# nothing\n": {"", ""},
	} {
		apiVersion, kind, ok := Document{Raw: []byte(in)}.Peek()
		if got := [2]string{apiVersion, kind}; !ok || got != want {
			t.Errorf("%q: %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{"- a\n", "kind: [a]\n", "kind: &a x\n<<: {apiVersion: v1}\n", "kind: Pod\nspec: [b: c]\n"} {
		if _, _, ok := (Document{Raw: []byte(in)}).Peek(); ok {
			t.Errorf("%q: Peek is sure", in)
		}
	}
}

func TestItems(t *testing.T) {
	doc, err := decode("apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod}\n- 7\n- apiVersion: apps/v1\n  kind: DeploymentList\n  items:\n  - {spec: {}}\n- {kind: WaitList, apiVersion: x/v1}\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, it := range Items(doc) {
		got = append(got, fmt.Sprintf("%v %s %s %d", it.Path, it.APIVersion, it.Kind, len(it.Object)))
	}
	want := []string{"[items 0] v1 Pod 2", "[items 2 items 0] apps/v1 Deployment 1", "[items 3] x/v1 WaitList 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := Items(map[string]any{"kind": "Pod"}); len(got) != 1 || len(got[0].Path) != 0 || got[0].Kind != "Pod" {
		t.Errorf("one object: %+v", got)
	}
	if got := Items(nil); got != nil {
		t.Errorf("nothing: %+v", got)
	}
}
