package resource_test

import (
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/api/equality"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/manifest"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/resource"
)

// drawnKind has units of all sorts: with all three fields, without node labels,
// without tolerations, inside lists, maps and open templates, and as text.
func drawnKind(tb testing.TB) *profile.Kind {
	tb.Helper()
	return kindOf(tb,
		"spec.nodeSelector nodeSelector", "spec.tolerations tolerations", "spec.affinity affinity",
		"spec.sets[].affinity affinity", "spec.sets[].tolerations tolerations",
		"spec.parts{}.nodeSelector nodeSelector labelSelector", "spec.parts{}.tolerations tolerations",
		"spec.bare.nodeSelector nodeSelector",
		"spec.open podTemplate podTemplateSpec spec",
		"spec.text.nodeSelector nodeSelector json-string", "spec.text.tolerations tolerations json-string", "spec.text.affinity affinity json-string")
}

func drawLabels(t *rapid.T) map[string]any {
	key := rapid.SampledFrom([]string{"pool", "team", "zone"})
	value := rapid.SampledFrom([]string{"fast", "slow", "own"})
	m := map[string]any{}
	for range rapid.IntRange(1, 2).Draw(t, "labels") {
		m[key.Draw(t, "key")] = value.Draw(t, "value")
	}
	return m
}

func drawTerm(t *rapid.T) any {
	return map[string]any{"matchExpressions": []any{map[string]any{
		"key":      rapid.SampledFrom([]string{"pool", "team", "zone"}).Draw(t, "key"),
		"operator": rapid.SampledFrom([]string{"In", "NotIn"}).Draw(t, "operator"),
		"values":   []any{rapid.SampledFrom([]string{"fast", "slow", "own"}).Draw(t, "value")},
	}}}
}

func drawAffinity(t *rapid.T) map[string]any {
	node := map[string]any{}
	if rapid.Bool().Draw(t, "required") {
		terms := []any{drawTerm(t)}
		if rapid.Bool().Draw(t, "second") {
			terms = append(terms, drawTerm(t))
		}
		node["requiredDuringSchedulingIgnoredDuringExecution"] = map[string]any{"nodeSelectorTerms": terms}
	}
	return map[string]any{"nodeAffinity": node}
}

// drawFields are placement fields, each there or not.
func drawFields(t *rapid.T) map[string]any {
	m := map[string]any{}
	if rapid.Bool().Draw(t, "nodeSelector") {
		m["nodeSelector"] = drawLabels(t)
	}
	if rapid.Bool().Draw(t, "affinity") {
		m["affinity"] = drawAffinity(t)
	}
	if rapid.Bool().Draw(t, "tolerations") {
		m["tolerations"] = []any{map[string]any{"key": "dedicated", "operator": "Exists"}}
	}
	return m
}

func drawObject(t *rapid.T) map[string]any {
	spec := drawFields(t)
	maybe := func(name string, value func() any) {
		if rapid.Bool().Draw(t, name) {
			spec[name] = value()
		}
	}
	maybe("sets", func() any {
		f := drawFields(t)
		delete(f, "nodeSelector")
		return []any{f, map[string]any{}}
	})
	maybe("parts", func() any {
		return map[string]any{"a": map[string]any{"nodeSelector": map[string]any{"matchLabels": drawLabels(t)}}, "b": map[string]any{}}
	})
	maybe("bare", func() any { return map[string]any{} })
	maybe("open", func() any { return map[string]any{"spec": drawFields(t)} })
	maybe("text", func() any { return map[string]any{"nodeSelector": `{"zone":"a"}`} })
	return map[string]any{"spec": spec}
}

func drawPolicy(t *rapid.T) v1alpha1.ClusterPlacementPolicySpec {
	p := v1alpha1.ClusterPlacementPolicySpec{
		Tier:       rapid.SampledFrom([]v1alpha1.Tier{v1alpha1.TierBaseline, v1alpha1.TierAdmin}).Draw(t, "tier"),
		OnConflict: rapid.SampledFrom([]v1alpha1.OnConflict{v1alpha1.OnConflictDeny, v1alpha1.OnConflictOverride}).Draw(t, "onConflict"),
	}
	if p.Tier == v1alpha1.TierBaseline {
		p.OnConflict = v1alpha1.OnConflictDeny
	}
	pools := rapid.SampledFrom([][]v1alpha1.PoolName{{"fast"}, {"slow"}, {"fast", "slow"}, {"own"}}).Draw(t, "pools")
	if rapid.Bool().Draw(t, "avoid") {
		p.Placement.AvoidPools = pools
	} else {
		p.Placement.Pools = pools
	}
	p.Placement.Strength = rapid.SampledFrom([]v1alpha1.Strength{v1alpha1.StrengthRequired, v1alpha1.StrengthPreferred}).Draw(t, "strength")
	return p
}

// TestDecideHolds decides on drawn resources. decide checks that the object is
// not changed and that a second decision writes nothing.
func TestDecideHolds(t *testing.T) {
	kind := drawnKind(t)
	rapid.Check(t, func(rt *rapid.T) {
		object := drawObject(rt)
		rules := rulesOf(t, drawPolicy(rt))
		result, written := decide(t, rules, kind, object)
		after := resource.Units(kind, written, "Queue/q")
		for _, a := range result.Answers {
			for i := range after {
				if after[i].Path == a.Unit.Path {
					checkUnit(rt, a, &after[i])
				}
			}
		}
	})
}

// checkUnit compares what a unit says in the end with what it said and with the
// decision.
func checkUnit(t *rapid.T, a resource.Answer, after *resource.Unit) {
	was, is := a.Unit.Subject.Spec, after.Subject.Spec
	if len(a.Writes) == 0 && a.Left != "" && a.Unit.Path == "spec" && !equality.Semantic.DeepEqual(was, is) {
		t.Fatalf("%s: left alone for %q, and changed from %+v to %+v", a.Unit.Path, a.Left, was, is)
	}
	if a.Unit.Path == "spec" && a.Left == "" && a.Decision.Outcome != placement.OutcomeDenied && !equality.Semantic.DeepEqual(a.Decision.Spec, is) {
		t.Fatalf("%s says %+v, decided was %+v", a.Unit.Path, is, a.Decision.Spec)
	}
	own := len(is.Tolerations) - len(was.Tolerations)
	if own > 0 && a.Unit.Path == "spec" && len(a.Decision.Pools) == 0 {
		t.Fatalf("%s: a toleration without a pool: %+v", a.Unit.Path, is)
	}
	if a.Unit.Path == "spec.bare" && is.NodeSelector["pool"] == "fast" && slices.Contains(a.Decision.Pools, "fast") && len(a.Writes) > 0 {
		t.Fatalf("node labels are written where the toleration has no field: %+v", is)
	}
}

// FuzzUnits reads any object without a panic.
func FuzzUnits(f *testing.F) {
	f.Add("spec: {nodeSelector: {a: b}, sets: [{}, 1, null], parts: {a: [], b: {}}}")
	f.Add("spec: {open: {spec: {affinity: {nodeAffinity: []}}}, text: {nodeSelector: '{'}}")
	f.Add("spec: [1]")
	kind := drawnKind(f)
	rules := rulesOf(f, baseline("fast"))
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		object, err := schemaFree(text)
		if err != nil || object == nil {
			return
		}
		decide(t, rules, kind, object)
	})
}

// schemaFree is any map that the text holds.
func schemaFree(text string) (map[string]any, error) {
	docs, err := manifest.Split("fuzz", []byte(text))
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	return docs[0].Decode()
}
