package resource

import (
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/stowage-dev/stowage/internal/patch"
)

// difference are the operations that turn one value into another, as small as
// they can be: what stands is added to, not written again.
func difference(path []string, before, after any) []patch.Op {
	if reflect.DeepEqual(before, after) {
		return nil
	}
	switch was := before.(type) {
	case map[string]any:
		if now, ok := after.(map[string]any); ok {
			return mapDifference(path, was, now)
		}
	case []any:
		if now, ok := after.([]any); ok && len(was) > 0 && len(now) >= len(was) {
			return listDifference(path, was, now)
		}
	}
	return []patch.Op{{Kind: patch.Replace, Path: path, Value: after}}
}

func mapDifference(path []string, was, now map[string]any) []patch.Op {
	var ops []patch.Op
	for _, k := range slices.Sorted(maps.Keys(was)) {
		if _, kept := now[k]; !kept {
			ops = append(ops, patch.Op{Kind: patch.Remove, Path: with(path, k)})
		}
	}
	for _, k := range slices.Sorted(maps.Keys(now)) {
		old, had := was[k]
		if !had {
			ops = append(ops, patch.Op{Kind: patch.Add, Path: with(path, k), Value: now[k]})
			continue
		}
		ops = append(ops, difference(with(path, k), old, now[k])...)
	}
	return ops
}

func listDifference(path []string, was, now []any) []patch.Op {
	var ops []patch.Op
	for i := range was {
		ops = append(ops, difference(with(path, strconv.Itoa(i)), was[i], now[i])...)
	}
	for _, v := range now[len(was):] {
		ops = append(ops, patch.Op{Kind: patch.Append, Path: path, Value: v})
	}
	return ops
}
