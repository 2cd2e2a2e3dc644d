package placement

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// Rule 6: every final constraint names the layer, object and field it came from.
func TestEveryConstraintNamesItsSource(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		d := w.rules(t).Decide(w.subject)
		conditions := d.Spec.conditions()
		bySource := map[string]Source{}
		for _, c := range d.Constraints {
			if c.Source.Layer == "" || c.Source.Object == "" || c.Source.Field == "" || c.Text == "" {
				t.Fatalf("constraint without its source: %+v", c)
			}
			if _, twice := bySource[c.Field]; twice {
				t.Fatalf("%s is listed twice: %+v", c.Field, d.Constraints)
			}
			bySource[c.Field] = c.Source
			if c.Preferred != strings.Contains(c.Field, preferredField) || c.Toleration != strings.HasPrefix(c.Field, "tolerations[") {
				t.Fatalf("wrong kind of constraint: %+v", c)
			}
		}
		listed, carried := slices.Sorted(maps.Keys(bySource)), slices.Sorted(maps.Keys(conditions))
		if diff := cmp.Diff(carried, listed); diff != "" {
			t.Fatalf("conditions of the spec and constraints of the decision (-spec +decision):\n%s", diff)
		}
		own := w.subject.Spec.conditions()
		for field, from := range bySource {
			if from.Layer == v1alpha1.LayerOwnWord {
				at := strings.TrimPrefix(strings.TrimPrefix(from.Field, w.subject.Path), ".")
				if from.Object != w.subject.Object || own[at] == nil || !cmp.Equal(own[at], conditions[field]) {
					t.Fatalf("%s comes from %+v, but that holds %v, not %v", field, from, own[at], conditions[field])
				}
			} else if !w.wrote(from, conditions[field]) {
				t.Fatalf("%s comes from %+v, but no pool it names makes it %v", field, from, conditions[field])
			}
		}
		if !overrode(d) {
			w.keepsOwnWord(t, d, bySource)
		}
	})
}

// conditions are the conditions and tolerations of a spec by their field.
func (s Spec) conditions() map[string]any {
	out := map[string]any{}
	if s.NodeName != "" {
		out["nodeName"] = s.NodeName
	}
	for k, v := range s.NodeSelector {
		out["nodeSelector["+k+"]"] = corev1.NodeSelectorRequirement{Key: k, Operator: corev1.NodeSelectorOpIn, Values: []string{v}}
	}
	add := func(at string, t corev1.NodeSelectorTerm) {
		for i, r := range t.MatchExpressions {
			out[fmt.Sprintf("%s.matchExpressions[%d]", at, i)] = r
		}
		for i, r := range t.MatchFields {
			out[fmt.Sprintf("%s.matchFields[%d]", at, i)] = r
		}
	}
	if s.Affinity != nil && s.Affinity.NodeAffinity != nil {
		if required := s.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
			for i, t := range required.NodeSelectorTerms {
				add(fmt.Sprintf("affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[%d]", i), t)
			}
		}
		for i, p := range s.Affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution {
			add(fmt.Sprintf("affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[%d].preference", i), p.Preference)
		}
	}
	for i, t := range s.Tolerations {
		out[fmt.Sprintf("tolerations[%d]", i)] = t
	}
	return out
}

// wrote tells whether the source is a field of one of the world's objects that
// names a pool, and the condition is one for or against that pool.
func (w world) wrote(from Source, condition any) bool {
	names, layer := w.named(from)
	if layer != from.Layer {
		return false
	}
	pool := slices.IndexFunc(w.pools, func(p v1alpha1.Pool) bool { return slices.Contains(names, v1alpha1.PoolName(p.Name)) })
	if pool < 0 {
		return false
	}
	p := w.pools[pool]
	if added, ok := condition.(corev1.Toleration); ok {
		return w.carries(p, added)
	}
	r, ok := condition.(corev1.NodeSelectorRequirement)
	value, has := p.Spec.NodeSelector[r.Key]
	avoids := from.Layer == v1alpha1.LayerExclusive || strings.Contains(from.Field, "avoidPools")
	return ok && has && slices.Equal(r.Values, []string{string(value)}) && (r.Operator == corev1.NodeSelectorOpNotIn) == avoids
}

// named is the pool that a source's field names, and the layer of its object.
func (w world) named(from Source) ([]v1alpha1.PoolName, v1alpha1.Layer) {
	kind, name, _ := strings.Cut(from.Object, "/")
	if kind == v1alpha1.KindPool {
		return []v1alpha1.PoolName{v1alpha1.PoolName(name)}, v1alpha1.LayerExclusive
	}
	for _, p := range w.cluster {
		if kind == v1alpha1.KindClusterPlacementPolicy && p.Name == name {
			return w.entry(p.Spec.Placement, from.Field), v1alpha1.Layer(p.Spec.Tier)
		}
	}
	for _, p := range w.namespaced {
		if kind == v1alpha1.KindPlacementPolicy && p.Name == name {
			return w.entry(p.Spec.Placement, from.Field), v1alpha1.LayerNamespace
		}
	}
	return nil, ""
}

// entry is the entry of a placement that a field names. Its index counts declared
// pools only, as compiled rules hold no others.
func (w world) entry(p v1alpha1.Placement, field string) []v1alpha1.PoolName {
	list, rest, _ := strings.Cut(strings.TrimPrefix(field, "spec.placement."), "[")
	names := map[string][]v1alpha1.PoolName{"pools": p.Pools, "avoidPools": p.AvoidPools}[list]
	names = slices.DeleteFunc(slices.Clone(names), func(name v1alpha1.PoolName) bool {
		return !slices.ContainsFunc(w.pools, func(pool v1alpha1.Pool) bool { return pool.Name == string(name) })
	})
	i, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
	if err != nil || i >= len(names) {
		return nil
	}
	return names[i : i+1]
}

// keepsOwnWord checks that all the pod said itself is still there, as its own
// word: labels and tolerations where they were, and in every term of the node
// affinity what one of the pod's own terms holds, in its order.
func (w world) keepsOwnWord(t *rapid.T, d Decision, bySource map[string]Source) {
	before := w.subject.Spec.conditions()
	for field, condition := range before {
		moved := strings.Contains(field, requiredField)
		if !moved && (bySource[field].Layer != v1alpha1.LayerOwnWord || !cmp.Equal(condition, d.Spec.conditions()[field])) {
			t.Fatalf("%s was the pod's own word, now it comes from %+v", field, bySource[field])
		}
	}
	required := nodeAffinity(w.subject.Spec.Affinity).RequiredDuringSchedulingIgnoredDuringExecution
	if required == nil {
		return
	}
	result := nodeAffinity(d.Spec.Affinity).RequiredDuringSchedulingIgnoredDuringExecution
	for i, term := range result.NodeSelectorTerms {
		ownPart := corev1.NodeSelectorTerm{MatchFields: term.MatchFields}
		for j, r := range term.MatchExpressions {
			if bySource[fmt.Sprintf("%s.matchExpressions[%d]", termField(i), j)].Layer == v1alpha1.LayerOwnWord {
				ownPart.MatchExpressions = append(ownPart.MatchExpressions, r)
			}
		}
		if !slices.ContainsFunc(required.NodeSelectorTerms, func(o corev1.NodeSelectorTerm) bool {
			return cmp.Equal(o.MatchExpressions, ownPart.MatchExpressions) && cmp.Equal(o.MatchFields, ownPart.MatchFields)
		}) {
			t.Fatalf("term %d holds of the pod's own word %+v, which is none of its terms", i, ownPart)
		}
	}
}
