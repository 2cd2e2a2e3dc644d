package placement

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"pgregory.net/rapid"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/selector"
)

// Rule 1 of the model, first half: applying twice equals applying once.
func TestDecidingAgainWritesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		first := w.rules(t).Decide(w.subject)
		again := w.subject
		again.Spec = first.Spec.clone()
		second := w.rules(t).Decide(again)
		if len(second.Ops) > 0 {
			t.Fatalf("deciding again writes %v", second.Ops)
		}
		// A pod that no node by the pools' declarations takes is bound to rivals at
		// once; which of them are meant is anybody's guess.
		byLabels, _ := w.subject.Spec.allowed(w.real())
		if byLabels > 0 && !w.within(second.Pools, first.Pools) {
			t.Fatalf("deciding again finds pools %v, at first %v", second.Pools, first.Pools)
		}
		if diff := cmp.Diff(lasting(first), lasting(second)); diff != "" {
			t.Fatalf("deciding again differs (-first +second):\n%s", diff)
		}
	})
}

// lasting is the part of a decision that a second one shares: what was written
// the first time is the pod's own word the second, so that sources and what the
// layers say of themselves move.
func lasting(d Decision) Decision {
	out := Decision{Outcome: d.Outcome, Skip: d.Skip, Spec: d.Spec}
	for _, l := range d.Layers {
		out.Layers = append(out.Layers, LayerResult{Layer: l.Layer, Policy: l.Policy})
	}
	for _, c := range d.Constraints {
		c.Source = Source{}
		out.Constraints = append(out.Constraints, c)
	}
	return out
}

// within tells whether each of the first pools is one of the second, or lies
// inside one: a pod whose own word now holds the labels of a pool may with its
// other labels be bound more closely. Some are there on both sides, or none.
func (w world) within(first, second []string) bool {
	labels := map[string]map[string]v1alpha1.LabelValue{}
	for _, p := range w.pools {
		labels[p.Name] = p.Spec.NodeSelector
	}
	for _, p := range first {
		if !slices.ContainsFunc(second, func(o string) bool { return contains(labels[p], labels[o]) }) {
			return false
		}
	}
	return len(first) > 0 || len(second) == 0
}

// Rule 1, second half: order never matters, input is never mutated.
func TestOrderAndInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		before := w.clone()
		first := w.rules(t).Decide(w.subject)
		if diff := cmp.Diff(before, w, cmp.AllowUnexported(world{})); diff != "" {
			t.Fatalf("the input has changed (-before +after):\n%s", diff)
		}
		shuffled := w.clone()
		d := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		d.Shuffle(len(shuffled.pools), func(i, j int) { shuffled.pools[i], shuffled.pools[j] = shuffled.pools[j], shuffled.pools[i] })
		d.Shuffle(len(shuffled.cluster), func(i, j int) {
			shuffled.cluster[i], shuffled.cluster[j] = shuffled.cluster[j], shuffled.cluster[i]
		})
		d.Shuffle(len(shuffled.namespaced), func(i, j int) {
			shuffled.namespaced[i], shuffled.namespaced[j] = shuffled.namespaced[j], shuffled.namespaced[i]
		})
		if diff := cmp.Diff(first, shuffled.rules(t).Decide(shuffled.subject)); diff != "" {
			t.Fatalf("another order gives another decision (-first +shuffled):\n%s", diff)
		}
	})
}

// The operations turn the subject's pod spec into the decision's.
func TestOpsMakeSpec(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		d := w.rules(t).Decide(w.subject)
		doc, err := patch.Apply(document(t, w.subject.Spec), d.Ops)
		if err != nil {
			t.Fatalf("applying %v: %v", d.Ops, err)
		}
		data, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		var pod corev1.PodSpec
		if err := json.Unmarshal(data, &pod); err != nil {
			t.Fatal(err)
		}
		if got := SpecOf(pod); !equality.Semantic.DeepEqual(got, d.Spec) {
			t.Fatalf("operations %v make (-want +got):\n%s", d.Ops, cmp.Diff(d.Spec, got))
		}
		if d.Outcome == OutcomeSkipped && len(d.Ops) > 0 {
			t.Fatalf("skipped (%s), but writes %v", d.Skip, d.Ops)
		}
		if len(d.Ops) == 0 && !equality.Semantic.DeepEqual(d.Spec, w.subject.Spec) {
			t.Fatalf("no operation, but another spec: %s", cmp.Diff(w.subject.Spec, d.Spec))
		}
	})
}

// document is a pod spec as a manifest holds it.
func document(t *rapid.T, s Spec) any {
	data, err := json.Marshal(corev1.PodSpec{NodeName: s.NodeName, NodeSelector: s.NodeSelector, Affinity: s.Affinity, Tolerations: s.Tolerations})
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// Rule 2: the nodes a pod may use afterwards are among those it could use
// before, and a toleration comes with the labels of its pool.
func TestNothingIsLoosened(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		d := w.rules(t).Decide(w.subject)
		if !overrode(d) {
			before, after := w.subject.Spec.accepts(), d.Spec.accepts()
			for _, n := range twinNodes() {
				if after(n) && !before(n) {
					t.Fatalf("the pod may now use node %q %v, which it could not before:\n%s", n.Name, n.Labels, cmp.Diff(w.subject.Spec, d.Spec))
				}
			}
		}
		for _, added := range d.Spec.Tolerations[len(w.subject.Spec.Tolerations):] {
			if !slices.ContainsFunc(w.pools, func(p v1alpha1.Pool) bool { return w.carries(p, added) && d.Spec.asksFor(p) }) {
				t.Fatalf("toleration %v comes without the labels of a pool that has the taint: %+v", added, d.Spec)
			}
		}
	})
}

func overrode(d Decision) bool { return d.Layer(v1alpha1.LayerAdmin).Said == SaidOverrode }

// carries tells whether the toleration is exactly for a taint of the pool, or of
// one that it lies inside of.
func (w world) carries(pool v1alpha1.Pool, added corev1.Toleration) bool {
	for _, p := range w.pools {
		if !contains(pool.Spec.NodeSelector, p.Spec.NodeSelector) {
			continue
		}
		for _, t := range p.Spec.Taints {
			if added == (corev1.Toleration{Key: t.Key, Operator: corev1.TolerationOpEqual, Value: t.Value, Effect: t.Effect}) {
				return true
			}
		}
	}
	return false
}

// asksFor tells whether the spec binds the pod to the pool in one of its terms, or
// wishes for it.
func (s Spec) asksFor(p v1alpha1.Pool) bool {
	labels := plainLabels(p.Spec.NodeSelector)
	affinity := nodeAffinity(s.Affinity)
	for _, t := range selector.FromPod(s.NodeSelector, affinity.RequiredDuringSchedulingIgnoredDuringExecution) {
		if !t.Empty() && t.Implies(labels) {
			return true
		}
	}
	for _, w := range affinity.PreferredDuringSchedulingIgnoredDuringExecution {
		if t, ok := selector.FromLabels(nil).And(w.Preference); ok && t.Implies(labels) {
			return true
		}
	}
	return false
}

// Rule 3: a layer below the workload's own never contradicts it. If the pod's
// own word allows some node that may exist, the result does.
func TestDefaultsNeverContradict(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, features{})
		d := w.rules(t).Decide(w.subject)
		if d.Outcome == OutcomeDenied {
			t.Fatalf("denied without an Admin policy or an exclusive pool: %s", d.Denial)
		}
		stillAllows(t, w.subject.Spec, d, w.real())
	})
}

// With Admin policies and exclusive pools the same holds of every pod that is not
// refused; nodes of exclusive pools the pod has no right to do not count.
func TestNeverSilentlyImpossible(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		d := w.rules(t).Decide(w.subject)
		if d.Outcome == OutcomeDenied || d.Outcome == OutcomeSkipped {
			t.Skip("refused, or not touched")
		}
		off := w.ungranted()
		nodes := slices.DeleteFunc(w.real(), func(n *corev1.Node) bool { return inAny(n, off) })
		stillAllows(t, w.subject.Spec, d, nodes)
	})
}

func stillAllows(t *rapid.T, before Spec, d Decision, nodes []*corev1.Node) {
	byLabels, withTaints := before.allowed(nodes)
	byLabelsAfter, withTaintsAfter := d.Spec.allowed(nodes)
	if byLabels > 0 && byLabelsAfter == 0 || withTaints > 0 && withTaintsAfter == 0 {
		t.Fatalf("the pod's own word allows %d nodes (%d with its tolerations), the result %d (%d):\n%s",
			byLabels, withTaints, byLabelsAfter, withTaintsAfter, cmp.Diff(before, d.Spec))
	}
}

// An exclusive pool is never open to a pod without a grant, whatever the pod or
// any policy says, even on a node that several pools claim.
func TestExclusivePoolsStayClosed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		d := w.rules(t).Decide(w.subject)
		if d.Outcome == OutcomeDenied {
			t.Skip("refused")
		}
		off, accepts := w.ungranted(), d.Spec.accepts()
		for _, n := range twinNodes() {
			if inAny(n, off) && accepts(n) {
				t.Fatalf("%s: the pod may land on node %q %v of an exclusive pool:\n%+v", d.Outcome, n.Name, n.Labels, d.Spec)
			}
		}
	})
}

// What a layer says it has done holds for every node left.
func TestLayersHoldWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		d := w.rules(t).Decide(w.subject)
		if d.Outcome == OutcomeDenied {
			t.Skip("refused")
		}
		accepts := d.Spec.accepts()
		for _, l := range d.Layers {
			written := slices.ContainsFunc(d.Constraints, func(c Constraint) bool { return c.Source.Object == l.Policy && l.Policy != "" })
			holds := l.Said == SaidApplied || l.Said == SaidSatisfied || l.Said == SaidOverrode
			if written && !holds {
				t.Fatalf("layer %s says %s, but has written something: %+v", l.Layer, l.Said, d.Constraints)
			}
			if l.Policy == "" || !holds || w.prefers(l) {
				continue
			}
			pools := slices.DeleteFunc(slices.Clone(w.pools), func(p v1alpha1.Pool) bool { return !slices.Contains(l.Pools, p.Name) })
			for _, n := range twinNodes() {
				if accepts(n) && inAny(n, pools) == l.Avoid {
					t.Fatalf("layer %s (%v, avoid %v) says %s, but the pod may land on %q %v:\n%+v", l.Layer, l.Pools, l.Avoid, l.Said, n.Name, n.Labels, d.Spec)
				}
			}
		}
	})
}

// prefers tells whether the policy that spoke in the layer is only a wish.
func (w world) prefers(l LayerResult) bool {
	for _, p := range w.cluster {
		if v1alpha1.KindClusterPlacementPolicy+"/"+p.Name == l.Policy {
			return p.Spec.Placement.Strength == v1alpha1.StrengthPreferred
		}
	}
	for _, p := range w.namespaced {
		if v1alpha1.KindPlacementPolicy+"/"+p.Name == l.Policy {
			return p.Spec.Placement.Strength == v1alpha1.StrengthPreferred
		}
	}
	return false
}

// A refused pod is left as it is, and its message names both sides.
func TestDenialsNameBothSides(t *testing.T) {
	denied := 0
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t, everything())
		rules := w.rules(t)
		for range 20 {
			w.subject = drawSubject(t)
			d := rules.Decide(w.subject)
			if (d.Outcome == OutcomeDenied) != (d.Denial != "") {
				t.Fatalf("outcome %s with denial %q", d.Outcome, d.Denial)
			}
			if d.Outcome == OutcomeDenied {
				denied++
				isRightlyWorded(t, w.subject, d)
			}
		}
	})
	if denied == 0 {
		t.Error("no pod was refused")
	}
}

// isRightlyWorded checks a refusal: it says who refuses, and what.
func isRightlyWorded(t *rapid.T, s Subject, d Decision) {
	if diff := cmp.Diff(s.Spec, d.Spec); diff != "" || len(d.Ops) > 0 {
		t.Fatalf("a refused pod is changed: %v\n%s", d.Ops, diff)
	}
	for _, l := range d.Layers {
		if l.Said != SaidDenied {
			continue
		}
		if l.Policy != "" && !strings.Contains(d.Denial, l.Policy) || l.Policy == "" && !strings.Contains(d.Denial, quotedList(l.Pools)) {
			t.Fatalf("the message does not name who refuses (%+v): %s", l, d.Denial)
		}
		if len(l.To) == 0 && !strings.Contains(d.Denial, "more node selector terms") {
			t.Fatalf("the message does not name what is refused: %s", d.Denial)
		}
		for _, c := range l.To {
			blamed := c.Source.Layer == v1alpha1.LayerOwnWord || c.Source.Layer == v1alpha1.LayerExclusive && l.Layer == v1alpha1.LayerAdmin
			if !blamed || !strings.Contains(d.Denial, c.Text) || !strings.Contains(d.Denial, c.Source.Field) {
				t.Fatalf("the message does not name %+v: %s", c, d.Denial)
			}
		}
	}
}
