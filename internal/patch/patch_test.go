package patch

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func doc() any {
	return map[string]any{
		"spec":  map[string]any{"a": "x", "none": nil, "list": []any{int64(1), map[string]any{"k": "v"}}},
		"a/b~c": int64(1),
	}
}

func TestApply(t *testing.T) {
	for name, c := range map[string]struct {
		op   Op
		path []string // of the value to look at afterwards
		want any
	}{
		"add":              {Op{Add, []string{"spec", "new"}, "v"}, []string{"spec", "new"}, "v"},
		"add over null":    {Op{Add, []string{"spec", "none"}, map[string]any{"q": true}}, []string{"spec", "none"}, map[string]any{"q": true}},
		"add over value":   {Op{Add, []string{"spec", "a"}, nil}, []string{"spec"}, map[string]any{"a": nil, "none": nil, "list": []any{int64(1), map[string]any{"k": "v"}}}},
		"insert":           {Op{Add, []string{"spec", "list", "0"}, "v"}, []string{"spec", "list"}, []any{"v", int64(1), map[string]any{"k": "v"}}},
		"insert at end":    {Op{Add, []string{"spec", "list", "2"}, "v"}, []string{"spec", "list"}, []any{int64(1), map[string]any{"k": "v"}, "v"}},
		"append":           {Op{Append, []string{"spec", "list"}, "v"}, []string{"spec", "list"}, []any{int64(1), map[string]any{"k": "v"}, "v"}},
		"replace":          {Op{Replace, []string{"a/b~c"}, 1.5}, []string{"a/b~c"}, 1.5},
		"replace item":     {Op{Replace, []string{"spec", "list", "0"}, "v"}, []string{"spec", "list", "0"}, "v"},
		"remove":           {Op{Remove, []string{"spec", "a"}, nil}, []string{"spec"}, map[string]any{"none": nil, "list": []any{int64(1), map[string]any{"k": "v"}}}},
		"remove item":      {Op{Remove, []string{"spec", "list", "0"}, nil}, []string{"spec", "list"}, []any{map[string]any{"k": "v"}}},
		"add below a list": {Op{Add, []string{"spec", "list", "1", "l"}, "w"}, []string{"spec", "list", "1"}, map[string]any{"k": "v", "l": "w"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := doc()
			got, err := Apply(in, []Op{c.op})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, at(got, c.path)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(doc(), in); diff != "" {
				t.Errorf("the input was changed: %s", diff)
			}
		})
	}
}

func at(v any, path []string) any {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			i, err := strconv.Atoi(p)
			if err != nil {
				return err
			}
			v = x[i]
		}
	}
	return v
}

func TestApplyErrors(t *testing.T) {
	for want, op := range map[string]Op{
		`applying "add /x/y": "/x" does not exist`:                {Add, []string{"x", "y"}, 1},
		`"/spec/none" is missing or null; fix: add it as a whole`: {Add, []string{"spec", "none", "y"}, 1},
		`"/spec/a" holds string, neither map nor list`:            {Add, []string{"spec", "a", "y"}, 1},
		`"/spec/b" does not exist`:                                {Replace, []string{"spec", "b"}, 1},
		`applying "remove /spec/b": "/spec/b" does not exist`:     {Remove, []string{"spec", "b"}, nil},
		`"/spec/list": index 3 is beyond the list`:                {Add, []string{"spec", "list", "3"}, 1},
		`"/spec/list": index 2 is beyond the list`:                {Remove, []string{"spec", "list", "2"}, nil},
		`"/spec/list": "-" is no list index`:                      {Add, []string{"spec", "list", "-"}, 1},
		`"/spec/list": "01" is no list index`:                     {Replace, []string{"spec", "list", "01"}, 1},
		`"/spec/none" holds <nil>, not a list`:                    {Append, []string{"spec", "none"}, 1},
		`applying "append /spec/b": "/spec/b" does not exist`:     {Append, []string{"spec", "b"}, 1},
		`the path is empty`:                                       {Replace, nil, 1},
		`unknown kind 0`:                                          {0, []string{"a"}, 1},
	} {
		got, err := Apply(doc(), []Op{op})
		if err == nil || got != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, error %v, want an error with %q", op, got, err, want)
		}
	}
}

func TestJSONPatch(t *testing.T) {
	got, err := JSONPatch([]Op{
		{Add, []string{"metadata", "labels", "a/b~c"}, map[string]any{"b": nil, "a": "<&>"}},
		{Append, []string{"spec", "tolerations"}, []any{int64(1), 1.5, true}},
		{Replace, []string{"spec", "list", "0"}, nil},
		{Remove, []string{""}, "ignored"},
	})
	want := `[{"op":"add","path":"/metadata/labels/a~1b~0c","value":{"a":"<&>","b":null}},` +
		`{"op":"add","path":"/spec/tolerations/-","value":[1,1.5,true]},` +
		`{"op":"replace","path":"/spec/list/0","value":null},{"op":"remove","path":"/"}]`
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v\nwant %s", got, err, want)
	}
	if got, err := JSONPatch(nil); err != nil || string(got) != "[]" {
		t.Errorf("no operations: %s, %v", got, err)
	}
	if _, err := JSONPatch([]Op{{Add, []string{"a"}, func() {}}}); err == nil || !strings.Contains(err.Error(), `"add /a"`) {
		t.Errorf("a function as value: %v", err)
	}
}

// TestApplySharesNothing changes the values given to Apply afterwards, and
// applies many operations to what earlier ones made.
func TestApplySharesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := doc()
		value := map[string]any{"l": []any{"x"}}
		var ops []Op
		want := in
		for range rapid.IntRange(1, 6).Draw(t, "ops") {
			op := drawOp(t, want, value)
			ops = append(ops, op)
			next, err := Apply(want, []Op{op})
			if err != nil {
				t.Fatal(err)
			}
			want = next
		}
		got, err := Apply(in, ops)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("at once and one by one differ: %s", diff)
		}
		if diff := cmp.Diff(doc(), in); diff != "" {
			t.Fatalf("the input was changed: %s", diff)
		}
		value["l"].([]any)[0] = "changed"
		if text, err := json.Marshal(got); err != nil || strings.Contains(string(text), "changed") {
			t.Fatalf("the result shares a value with an operation: %s, %v", text, err)
		}
	})
}

func drawOp(t *rapid.T, v any, value any) Op {
	var path []string
	for {
		switch x := v.(type) {
		case map[string]any:
			if len(x) == 0 || len(path) > 0 && rapid.Bool().Draw(t, "stop") {
				return Op{Add, append(path, "new"), value}
			}
			key := rapid.SampledFrom(slices.Sorted(maps.Keys(x))).Draw(t, "key")
			path, v = append(path, key), x[key]
		case []any:
			if len(x) == 0 || rapid.Bool().Draw(t, "stop") {
				return Op{Append, path, value}
			}
			i := rapid.IntRange(0, len(x)-1).Draw(t, "index")
			path, v = append(path, strconv.Itoa(i)), x[i]
		default:
			return Op{rapid.SampledFrom([]OpKind{Add, Replace, Remove}).Draw(t, "kind"), path, value}
		}
	}
}
