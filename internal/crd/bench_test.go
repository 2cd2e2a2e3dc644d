package crd

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// BenchmarkNew is what a command pays that checks no object of Stowage's.
func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFirst is what the first object of a kind costs.
func BenchmarkFirst(b *testing.B) {
	obj := policy(0)
	for b.Loop() {
		v, err := New()
		if err != nil {
			b.Fatal(err)
		}
		if _, errs := v.Validate(b.Context(), obj); len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}

// BenchmarkPolicies is what checking 500 policies costs, once one was checked:
// ordinary ones, and ones that use every kind of selector there is.
func BenchmarkPolicies(b *testing.B) {
	b.Run("ordinary", func(b *testing.B) { benchmarkPolicies(b, ordinaryPolicy) })
	b.Run("selectors", func(b *testing.B) { benchmarkPolicies(b, policy) })
}

func benchmarkPolicies(b *testing.B, policy func(i int) map[string]any) {
	b.Helper()
	v, err := New()
	if err != nil {
		b.Fatal(err)
	}
	var objs []map[string]any
	for i := range 500 {
		objs = append(objs, policy(i))
	}
	v.Validate(b.Context(), objs[0])
	for b.Loop() {
		for _, obj := range objs {
			if _, errs := v.Validate(b.Context(), obj); len(errs) > 0 {
				b.Fatal(errs)
			}
		}
	}
}

// TestConcurrentUse has the race detector watch the first use of a kind.
func TestConcurrentUse(t *testing.T) {
	v, err := New()
	if err != nil {
		t.Fatal(err)
	}
	want, _ := v.Validate(t.Context(), policy(1))
	var wait sync.WaitGroup
	for range 4 * runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			got, errs := v.Validate(t.Context(), policy(1))
			if diff := cmp.Diff(want, got); diff != "" || len(errs) > 0 {
				t.Errorf("another result (-want +got):\n%s%v", diff, errs)
			}
		})
	}
	wait.Wait()
}

// ordinaryPolicy makes a cluster policy that places a namespace on a pool.
func ordinaryPolicy(i int) map[string]any {
	return map[string]any{
		"apiVersion": "stowage.dev/v1alpha1",
		"kind":       "ClusterPlacementPolicy",
		"metadata":   map[string]any{"name": fmt.Sprintf("policy-%d", i)},
		"spec": map[string]any{
			"subject":   map[string]any{"namespaces": map[string]any{"names": []any{fmt.Sprintf("team-%d", i)}}},
			"placement": map[string]any{"pools": []any{"platform"}},
		},
	}
}

// policy makes a cluster policy with every kind of selector.
func policy(i int) map[string]any {
	return map[string]any{
		"apiVersion": "stowage.dev/v1alpha1",
		"kind":       "ClusterPlacementPolicy",
		"metadata":   map[string]any{"name": fmt.Sprintf("policy-%d", i)},
		"spec": map[string]any{
			"priority": int64(i),
			"subject": map[string]any{
				"namespaces": map[string]any{
					"names":    []any{fmt.Sprintf("team-%d", i), "team-*"},
					"exclude":  []any{"team-admin"},
					"selector": map[string]any{"matchLabels": map[string]any{"stowage.dev/tenant": "yes"}},
				},
				"podSelector": map[string]any{"matchExpressions": []any{
					map[string]any{"key": "app", "operator": "In", "values": []any{"web", "api"}},
				}},
			},
			"placement": map[string]any{"pools": []any{"platform", "spare"}},
		},
	}
}
