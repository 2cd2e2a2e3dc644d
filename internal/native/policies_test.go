package native

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"sigs.k8s.io/yaml"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden keeps the policies as they stand in testdata, so that a change of the
// generator shows as a change of CEL. A variable that both policies have stands in
// the first file alone.
func TestGolden(t *testing.T) {
	validating, shared := Validating(), map[admissionv1.Variable]bool{}
	for _, v := range Mutating().Spec.Variables {
		shared[v] = true
	}
	validating.Spec.Variables = slices.DeleteFunc(validating.Spec.Variables, func(v admissionv1.Variable) bool { return shared[v] })
	for name, object := range map[string]any{
		"mutating.yaml": Mutating(), "mutating-binding.yaml": MutatingBinding(), "validating.yaml": validating, "validating-binding.yaml": ValidatingBinding(),
	} {
		got, err := yaml.Marshal(object)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; write it with: go test ./internal/native -update", err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got); write it anew with: go test ./internal/native -update\n%s", name, diff)
		}
	}
}

// TestVariables holds what the API server takes for granted: a variable knows only
// those before it, and no name stands twice.
func TestVariables(t *testing.T) {
	asks := regexp.MustCompile(`\bvariables\.(\w+)`)
	mutating, validating := Mutating().Spec, Validating().Spec
	lists := map[string][]string{}
	for _, v := range mutating.Variables {
		lists["mutating"] = append(lists["mutating"], v.Name+"="+v.Expression)
	}
	lists["mutating"] = append(lists["mutating"], "="+mutating.Mutations[0].JSONPatch.Expression)
	for _, v := range validating.Variables {
		lists["validating"] = append(lists["validating"], v.Name+"="+v.Expression)
	}
	for _, v := range validating.Validations {
		lists["validating"] = append(lists["validating"], "="+v.Expression, "="+v.MessageExpression)
	}
	for policy, list := range lists {
		known := map[string]bool{}
		for _, entry := range list {
			name, expression, _ := strings.Cut(entry, "=")
			for _, m := range asks.FindAllStringSubmatch(expression, -1) {
				if !known[m[1]] {
					t.Errorf("%s: variable %q asks for %q, which is not known there", policy, name, m[1])
				}
			}
			if known[name] && name != "" {
				t.Errorf("%s: two variables have the name %q", policy, name)
			}
			known[name] = true
			if strings.Contains(expression, "${") {
				t.Errorf("%s: variable %q has a place that nobody filled:\n%s", policy, name, expression)
			}
			if len(expression) > maxExpression {
				t.Errorf("%s: variable %q has %d bytes, more than %d", policy, name, len(expression), maxExpression)
			}
		}
	}
}

// maxExpression bounds the size of one expression in bytes: the time the API server
// takes to check one grows with its square.
const maxExpression = 14_000

// TestNeeded holds that variables come behind those they ask for and that those
// nobody asks for are left out.
func TestNeeded(t *testing.T) {
	vars := []variable{
		{name: "a", expression: "variables.b + variables.c"},
		{name: "b", expression: "variables.c"},
		{name: "c", expression: "1"},
		{name: "d", expression: "variables.a"},
	}
	var got []string
	for _, v := range needed(vars, "variables.a", "variables.c") {
		got = append(got, v.name)
	}
	if diff := cmp.Diff([]string{"c", "b", "a"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPoliciesAreNew holds that a caller may change what it got.
func TestPoliciesAreNew(t *testing.T) {
	Mutating().Spec.Variables[0].Expression = "changed"
	if Mutating().Spec.Variables[0].Expression == "changed" {
		t.Error("a change of one policy shows in the next")
	}
	if n := len(Policies()); n != 4 {
		t.Errorf("%d objects; want two policies and two bindings", n)
	}
}
