package selector

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"pgregory.net/rapid"
)

// The domain for terms is all nodes with two labels, from a few words each, and
// three names. Requirements mention no more than two spellings of a number and
// two names, so that a fresh one of each always remains.

func termValues() []string { return []string{"", "a", "b", "0", "00", "1", "01", "2"} }

func termNodes() []*corev1.Node {
	of := []word{{absent: true}, {value: "fresh"}, {value: "fresher"}}
	for _, v := range append(termValues(), "000", "0000", "001", "0001", "02", "002", "3", "03", "4", "04") {
		of = append(of, word{value: v})
	}
	var nodes []*corev1.Node
	for _, name := range []string{"n1", "n2", "fresh"} {
		for _, pool := range of {
			for _, size := range of {
				labels := map[string]string{}
				maps.Copy(labels, pool.labels("pool"))
				maps.Copy(labels, size.labels("size"))
				nodes = append(nodes, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}})
			}
		}
	}
	return nodes
}

func drawRequirement(t *rapid.T) corev1.NodeSelectorRequirement {
	r := corev1.NodeSelectorRequirement{
		Key: rapid.SampledFrom([]string{"pool", "size"}).Draw(t, "key"),
		Operator: rapid.SampledFrom([]corev1.NodeSelectorOperator{
			corev1.NodeSelectorOpIn, corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpExists,
			corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt, "Like",
		}).Draw(t, "operator"),
	}
	switch r.Operator {
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn:
		r.Values = rapid.SliceOfNDistinct(rapid.SampledFrom(termValues()), 1, 2, rapid.ID[string]).Draw(t, "values")
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		r.Values = []string{rapid.SampledFrom([]string{"0", "1", "2", "3"}).Draw(t, "bound")}
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
	}
	return r
}

func drawField(t *rapid.T) corev1.NodeSelectorRequirement {
	r := corev1.NodeSelectorRequirement{
		Key:      rapid.SampledFrom([]string{"metadata.name", "metadata.name", "metadata.name", "metadata.namespace"}).Draw(t, "field"),
		Operator: rapid.SampledFrom([]corev1.NodeSelectorOperator{corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn}).Draw(t, "operator"),
		Values:   []string{rapid.SampledFrom([]string{"n1", "n2"}).Draw(t, "name")},
	}
	if rapid.IntRange(0, 9).Draw(t, "unnamed") == 0 {
		r.Values = []string{""}
	}
	return r
}

func drawTerm(t *rapid.T) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{
		MatchExpressions: rapid.SliceOfN(rapid.Custom(drawRequirement), 0, 4).Draw(t, "expressions"),
		MatchFields:      rapid.SliceOfN(rapid.Custom(drawField), 0, 2).Draw(t, "fields"),
	}
}

func drawLabels(t *rapid.T) map[string]string {
	return rapid.MapOfN(rapid.SampledFrom([]string{"pool", "size"}), rapid.SampledFrom(termValues()), 0, 2).Draw(t, "labels")
}

// matching lists the nodes that kube-scheduler would let satisfy the selector.
func matching(nodes []*corev1.Node, nodeSelector map[string]string, required *corev1.NodeSelector) []*corev1.Node {
	twin := nodeaffinity.NewRequiredNodeAffinity(nodeSelector, affinityOf(required))
	return slices.DeleteFunc(slices.Clone(nodes), func(n *corev1.Node) bool {
		matches, _ := twin.Match(n)
		return !matches
	})
}

func affinityOf(required *corev1.NodeSelector) *corev1.Affinity {
	if required == nil {
		return nil
	}
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required}}
}

func carries(n *corev1.Node, labels map[string]string) bool {
	for k, v := range labels {
		if have, present := n.Labels[k]; !present || have != v {
			return false
		}
	}
	return true
}

func all(nodes []*corev1.Node, yes func(*corev1.Node) bool) bool {
	return !slices.ContainsFunc(nodes, func(n *corev1.Node) bool { return !yes(n) })
}

func TestTermAgreesWithTwin(t *testing.T) {
	nodes := termNodes()
	rapid.Check(t, func(t *rapid.T) {
		base, nst, labels := drawLabels(t), drawTerm(t), drawLabels(t)
		in := matching(nodes, base, &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{nst}})
		term, ok := FromLabels(base).And(nst)
		if !ok {
			if len(in) > 0 {
				t.Fatalf("And says that %+v matches no node, but it matches %v", nst, in[0])
			}
			return
		}
		for _, n := range nodes {
			if got, want := term.Matches(n.Name, n.Labels), slices.Contains(in, n); got != want {
				t.Fatalf("%+v: Matches %q %v = %v, want %v", term, n.Name, n.Labels, got, want)
			}
		}
		check := func(question string, got, want bool) {
			if got != want {
				t.Fatalf("%+v: %s = %v, want %v (of %d nodes)", term, question, got, want, len(in))
			}
		}
		check("Empty", term.Empty(), len(in) == 0)
		check("Implies", term.Implies(labels), all(in, func(n *corev1.Node) bool { return carries(n, labels) }))
		check("Excludes", term.Excludes(labels), all(in, func(n *corev1.Node) bool { return !carries(n, labels) }))
		if !term.Empty() {
			for _, key := range []string{"pool", "size"} {
				for _, v := range termValues() {
					one := map[string]string{key: v}
					check("Of Allows", term.Of(key).Allows(v), slices.ContainsFunc(in, func(n *corev1.Node) bool { return carries(n, one) }))
				}
			}
			check("NamesNode", term.NamesNode(), all(in, func(n *corev1.Node) bool { return n.Name != "fresh" }))
		}
	})
}

func TestSelectorAgreesWithTwin(t *testing.T) {
	nodes := termNodes()
	rapid.Check(t, func(t *rapid.T) {
		base := drawLabels(t)
		var required *corev1.NodeSelector
		if rapid.IntRange(0, 9).Draw(t, "affinity") > 0 {
			required = &corev1.NodeSelector{NodeSelectorTerms: rapid.SliceOfN(rapid.Custom(drawTerm), 0, 3).Draw(t, "terms")}
		}
		in := matching(nodes, base, required)
		s := FromPod(base, required)
		for _, n := range nodes {
			if got, want := s.Matches(n.Name, n.Labels), slices.Contains(in, n); got != want {
				t.Fatalf("%+v: Matches %q %v = %v, want %v", s, n.Name, n.Labels, got, want)
			}
		}
		labels, others := drawLabels(t), drawLabels(t)
		if got, want := s.Empty(), len(in) == 0; got != want {
			t.Fatalf("%+v: Empty = %v, want %v", s, got, want)
		}
		if got, want := s.Excludes(labels), all(in, func(n *corev1.Node) bool { return !carries(n, labels) }); got != want {
			t.Fatalf("%+v: Excludes %v = %v, want %v", s, labels, got, want)
		}
		if got, want := s.Implies(labels), all(in, func(n *corev1.Node) bool { return carries(n, labels) }); got != want {
			t.Fatalf("%+v: Implies %v = %v, want %v", s, labels, got, want)
		}
		if got, want := s.Implies(), len(in) == 0; got != want {
			t.Fatalf("%+v: Implies none of no choices = %v, want %v", s, got, want)
		}
		either := all(in, func(n *corev1.Node) bool { return carries(n, labels) || carries(n, others) })
		if got, want := s.Implies(labels, others), impliesTermByTerm(nodes, base, required, labels, others); got != want || got && !either {
			t.Fatalf("%+v: Implies %v or %v = %v, want %v", s, labels, others, got, want)
		}
	})
}

// impliesTermByTerm is what Selector.Implies promises for several choices: each
// term that has a node implies one of them.
func impliesTermByTerm(nodes []*corev1.Node, base map[string]string, required *corev1.NodeSelector, choices ...map[string]string) bool {
	terms := []*corev1.NodeSelector{nil}
	if required != nil {
		terms = nil
		for _, nst := range required.NodeSelectorTerms {
			terms = append(terms, &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{nst}})
		}
	}
	for _, one := range terms {
		in := matching(nodes, base, one)
		if !slices.ContainsFunc(choices, func(labels map[string]string) bool {
			return all(in, func(n *corev1.Node) bool { return carries(n, labels) })
		}) {
			return false
		}
	}
	return true
}

// TestTermsAreValues: a term that has been added to stays as it was.
func TestTermsAreValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		term, ok := FromLabels(drawLabels(t)).And(drawTerm(t))
		if !ok {
			t.Skip("no term")
		}
		compare := cmp.AllowUnexported(Term{}, condition{}, Set{})
		before := Term{conditions: slices.Clone(term.conditions), names: term.names}
		for range 3 {
			term.And(drawTerm(t))
			term.With("pool", Only("a"))
			term.With("zone", Present())
		}
		if diff := cmp.Diff(before, term, compare); diff != "" {
			t.Fatalf("the term has changed (-before +after):\n%s", diff)
		}
		if !slices.IsSorted(term.Keys()) || !slices.IsSorted(Selector{term, term.With("zone", Present())}.Keys()) {
			t.Fatalf("keys are out of order: %v", term.Keys())
		}
	})
}
