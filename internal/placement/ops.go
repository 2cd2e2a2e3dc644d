package placement

import (
	"maps"
	"slices"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/stowage-dev/stowage/internal/patch"
)

// opsBetween are the operations that turn one placement into another, as small
// as they can be: what stands is added to, not written again.
func opsBetween(before, after Spec) []patch.Op {
	ops := selectorOps(before.NodeSelector, after.NodeSelector)
	ops = append(ops, affinityOps(before.Affinity, after.Affinity)...)
	return append(ops, listOps([]string{"tolerations"}, before.Tolerations, after.Tolerations, tolerationValue)...)
}

func selectorOps(before, after map[string]string) []patch.Op {
	path := []string{"nodeSelector"}
	switch {
	case len(before) == 0 && len(after) == 0:
		return nil
	case len(after) == 0:
		return []patch.Op{{Kind: patch.Remove, Path: path}}
	case len(before) == 0:
		value := make(map[string]any, len(after))
		for k, v := range after {
			value[k] = v
		}
		return []patch.Op{{Kind: patch.Add, Path: path, Value: value}}
	}
	var ops []patch.Op
	for _, k := range slices.Sorted(maps.Keys(before)) {
		if _, kept := after[k]; !kept {
			ops = append(ops, patch.Op{Kind: patch.Remove, Path: append(slices.Clone(path), k)})
		}
	}
	for _, k := range slices.Sorted(maps.Keys(after)) {
		if v, had := before[k]; !had {
			ops = append(ops, patch.Op{Kind: patch.Add, Path: append(slices.Clone(path), k), Value: after[k]})
		} else if v != after[k] {
			ops = append(ops, patch.Op{Kind: patch.Replace, Path: append(slices.Clone(path), k), Value: after[k]})
		}
	}
	return ops
}

func affinityOps(before, after *corev1.Affinity) []patch.Op {
	was, is := nodeAffinity(before), nodeAffinity(after)
	if equality.Semantic.DeepEqual(was, is) {
		return nil
	}
	value := map[string]any{}
	if is.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		value[requiredField] = requiredValue(is.RequiredDuringSchedulingIgnoredDuringExecution)
	}
	if len(is.PreferredDuringSchedulingIgnoredDuringExecution) > 0 {
		value[preferredField] = listValue(is.PreferredDuringSchedulingIgnoredDuringExecution, wishValue)
	}
	switch {
	case before == nil:
		return []patch.Op{{Kind: patch.Add, Path: []string{"affinity"}, Value: map[string]any{"nodeAffinity": value}}}
	case before.NodeAffinity == nil:
		return []patch.Op{{Kind: patch.Add, Path: []string{"affinity", "nodeAffinity"}, Value: value}}
	}
	path := []string{"affinity", "nodeAffinity"}
	ops := requiredOps(append(slices.Clone(path), requiredField),
		was.RequiredDuringSchedulingIgnoredDuringExecution, is.RequiredDuringSchedulingIgnoredDuringExecution)
	return append(ops, listOps(append(slices.Clone(path), preferredField),
		was.PreferredDuringSchedulingIgnoredDuringExecution, is.PreferredDuringSchedulingIgnoredDuringExecution, wishValue)...)
}

func requiredOps(path []string, was, is *corev1.NodeSelector) []patch.Op {
	switch {
	case is == nil && was == nil || was != nil && is != nil && equality.Semantic.DeepEqual(was.NodeSelectorTerms, is.NodeSelectorTerms):
		return nil
	case is == nil:
		return []patch.Op{{Kind: patch.Remove, Path: path}}
	case was == nil:
		return []patch.Op{{Kind: patch.Add, Path: path, Value: requiredValue(is)}}
	}
	path = append(slices.Clone(path), "nodeSelectorTerms")
	if grown := grownTerms(path, was.NodeSelectorTerms, is.NodeSelectorTerms); grown != nil {
		return grown
	}
	return []patch.Op{{Kind: patch.Replace, Path: path, Value: listValue(is.NodeSelectorTerms, termValue)}}
}

// grownTerms are the operations where every term is the old one with
// expressions added behind; nil otherwise.
func grownTerms(path []string, was, is []corev1.NodeSelectorTerm) []patch.Op {
	if len(was) != len(is) {
		return nil
	}
	var ops []patch.Op
	for i := range was {
		old, now := was[i].MatchExpressions, is[i].MatchExpressions
		if len(now) < len(old) || !equality.Semantic.DeepEqual(old, now[:len(old)]) ||
			!equality.Semantic.DeepEqual(was[i].MatchFields, is[i].MatchFields) {
			return nil
		}
		at := append(slices.Clone(path), strconv.Itoa(i), "matchExpressions")
		ops = append(ops, listOps(at, old, now, reqValue)...)
	}
	return ops
}

// listOps are the operations that turn a list into one that begins with it.
func listOps[T any](path []string, was, is []T, value func(T) any) []patch.Op {
	if len(is) == len(was) {
		return nil
	}
	if len(was) == 0 {
		return []patch.Op{{Kind: patch.Add, Path: path, Value: listValue(is, value)}}
	}
	var ops []patch.Op
	for _, v := range is[len(was):] {
		ops = append(ops, patch.Op{Kind: patch.Append, Path: path, Value: value(v)})
	}
	return ops
}

func listValue[T any](list []T, value func(T) any) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = value(v)
	}
	return out
}

func requiredValue(ns *corev1.NodeSelector) any {
	return map[string]any{"nodeSelectorTerms": listValue(ns.NodeSelectorTerms, termValue)}
}

func termValue(t corev1.NodeSelectorTerm) any {
	value := map[string]any{}
	if len(t.MatchExpressions) > 0 {
		value["matchExpressions"] = listValue(t.MatchExpressions, reqValue)
	}
	if len(t.MatchFields) > 0 {
		value["matchFields"] = listValue(t.MatchFields, reqValue)
	}
	return value
}

func wishValue(w corev1.PreferredSchedulingTerm) any {
	return map[string]any{"weight": int64(w.Weight), "preference": termValue(w.Preference)}
}

func reqValue(r corev1.NodeSelectorRequirement) any {
	value := map[string]any{"key": r.Key, "operator": string(r.Operator)}
	if len(r.Values) > 0 {
		value["values"] = listValue(r.Values, func(v string) any { return v })
	}
	return value
}

func tolerationValue(t corev1.Toleration) any {
	value := map[string]any{}
	for _, f := range []struct{ name, value string }{
		{"key", t.Key}, {"operator", string(t.Operator)}, {"value", t.Value}, {"effect", string(t.Effect)},
	} {
		if f.value != "" {
			value[f.name] = f.value
		}
	}
	if t.TolerationSeconds != nil {
		value["tolerationSeconds"] = *t.TolerationSeconds
	}
	return value
}
