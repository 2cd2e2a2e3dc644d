package crd

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// FuzzValidate feeds whatever JSON can say. Nothing may panic, an accepted
// object must be accepted again unchanged, and a refusal must be the same twice.
func FuzzValidate(f *testing.F) {
	for _, seed := range []string{
		clusterPolicy + "spec: {placement: {pools: [a]}}",
		clusterPolicy + "spec: {subject: {podSelector: {matchExpressions: [{key: a, operator: In, values: []}]}}, placement: {}}",
		pool + "spec: {nodeSelector: {a: 1, b.c/d: [null]}, taints: [[], {}, null]}",
		"apiVersion: stowage.dev/v1alpha1\nkind: EffectivePlacement\nmetadata: {name: effective, labels: 7}",
		"apiVersion: stowage.dev/v1alpha1\nkind: PlacementProfile\nmetadata: {name: a.b}\nspec: {points: [{path: a}]}",
		"apiVersion: stowage.dev/v1alpha1\nkind: PlacementPolicy\nmetadata: {name: a}\nspec: {'a[0].b': {}, placement: []}",
	} {
		data, err := yaml.YAMLToJSON([]byte(seed))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	v, err := New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var obj map[string]any
		if json.Unmarshal(data, &obj) != nil {
			return
		}
		stored, errs := v.Validate(t.Context(), obj)
		_, again := v.Validate(t.Context(), obj)
		if diff := cmp.Diff(errs.ToAggregate(), again.ToAggregate(), cmp.Transformer("text", text)); diff != "" {
			t.Errorf("two runs differ:\n%s", diff)
		}
		if len(errs) > 0 {
			return
		}
		restored, errs := v.Validate(t.Context(), stored)
		if diff := cmp.Diff(stored, restored); diff != "" || len(errs) > 0 {
			t.Errorf("not accepted again unchanged:\n%s%v", diff, errs)
		}
	})
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
