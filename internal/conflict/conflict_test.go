package conflict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/conflict"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/selector"
)

// subject is a pod with the placement given, and the constraints of it.
func subject(t interface{ Fatal(...any) }, spec placement.Spec) (placement.Subject, []placement.Constraint) {
	rules, err := placement.NewRules("ns", v1alpha1.EffectivePlacementSpec{})
	if err != nil {
		t.Fatal(err)
	}
	pod := placement.Subject{Object: "Pod/p", Path: "spec", Spec: spec}
	return pod, rules.Decide(pod).Constraints
}

func expr(key string, op corev1.NodeSelectorOperator, values ...string) corev1.NodeSelectorRequirement {
	return corev1.NodeSelectorRequirement{Key: key, Operator: op, Values: values}
}

func term(exprs ...corev1.NodeSelectorRequirement) corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: exprs}
}

func required(terms ...corev1.NodeSelectorTerm) *corev1.Affinity {
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
		RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{NodeSelectorTerms: terms},
	}}
}

func node(name string, labels map[string]string, taints ...corev1.Taint) selector.Node {
	return selector.Node{Name: name, Labels: labels, Taints: taints}
}

func TestSmallest(t *testing.T) {
	const in, notIn = corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn
	db := corev1.Taint{Key: "db", Effect: corev1.TaintEffectNoSchedule}
	cordoned := selector.Node{Name: "n", Labels: map[string]string{"a": "1"}, Unschedulable: true}
	for _, tc := range []struct {
		name  string
		spec  placement.Spec
		nodes []selector.Node
		want  []string // texts of the members, nil if there is no conflict
		never bool     // on no node there could be
	}{
		{
			name: "two of many contradict",
			spec: placement.Spec{
				NodeSelector: map[string]string{"os": "linux", "otomi": "otomi-sys"},
				Affinity:     required(term(expr("arch", in, "amd64"), expr("otomi", notIn, "otomi-sys"), expr("zone", in, "a"))),
			},
			want: []string{"otomi = otomi-sys", "otomi NotIn [otomi-sys]"}, never: true,
		},
		{
			name: "three together, none of two",
			spec: placement.Spec{Affinity: required(term(expr("a", in, "1", "2"), expr("b", in, "1"), expr("a", notIn, "1"), expr("a", notIn, "2")))},
			want: []string{"a In [1, 2]", "a NotIn [1]", "a NotIn [2]"}, never: true,
		},
		{
			name: "four together are past the exhaustive search",
			spec: placement.Spec{Affinity: required(term(
				expr("x", in, "1"), expr("a", in, "1", "2", "3"), expr("a", notIn, "1"), expr("a", notIn, "2"), expr("a", notIn, "3")))},
			want: []string{"a In [1, 2, 3]", "a NotIn [1]", "a NotIn [2]", "a NotIn [3]"}, never: true,
		},
		{
			name: "every alternative contradicts",
			spec: placement.Spec{
				NodeSelector: map[string]string{"a": "1"},
				Affinity:     required(term(expr("a", in, "2"), expr("b", in, "1")), term(expr("a", in, "3"))),
			},
			want: []string{"a = 1", "a In [2]", "a In [3]"}, never: true,
		},
		{
			name: "one alternative is open",
			spec: placement.Spec{
				NodeSelector: map[string]string{"a": "1"},
				Affinity:     required(term(expr("a", in, "2")), term(expr("b", in, "1"))),
			},
		},
		{
			name: "one constraint alone",
			spec: placement.Spec{NodeSelector: map[string]string{"b": "1"}, Affinity: required(term(expr("a", corev1.NodeSelectorOpGt, "many")))},
			want: []string{"a Gt [many]"}, never: true,
		},
		{
			name: "nothing but empty terms",
			spec: placement.Spec{NodeSelector: map[string]string{"b": "1"}, Affinity: required(term(), term())},
			want: []string{"node affinity with nothing but empty terms, which match no node"}, never: true,
		},
		{name: "no nodes are given and one could be", spec: placement.Spec{NodeSelector: map[string]string{"a": "1"}}},
		{
			name:  "a node takes it",
			spec:  placement.Spec{NodeSelector: map[string]string{"a": "1"}},
			nodes: []selector.Node{node("n1", nil), node("n2", map[string]string{"a": "1"})},
		},
		{
			name:  "the nodes there are lack the combination",
			spec:  placement.Spec{NodeSelector: map[string]string{"a": "1", "b": "1", "c": "1"}},
			nodes: []selector.Node{node("n1", map[string]string{"a": "1", "c": "1"}), node("n2", map[string]string{"b": "1", "c": "1"})},
			want:  []string{"a = 1", "b = 1"},
		},
		{
			name:  "a label and a taint",
			spec:  placement.Spec{NodeSelector: map[string]string{"a": "1"}, Tolerations: []corev1.Toleration{{Key: "other", Operator: corev1.TolerationOpExists}}},
			nodes: []selector.Node{node("n1", map[string]string{"a": "1"}, db), node("n2", nil)},
			want:  []string{"a = 1", "no toleration for db:NoSchedule"},
		},
		{
			name:  "a cordoned node",
			spec:  placement.Spec{},
			nodes: []selector.Node{cordoned},
			want:  []string{"the node is cordoned"},
		},
		{
			name:  "another node's name",
			spec:  placement.Spec{NodeName: "gone", NodeSelector: map[string]string{"a": "1"}},
			nodes: []selector.Node{node("n1", map[string]string{"a": "1"})},
			want:  []string{"nodeName = gone"},
		},
		{
			name: "wishes are no constraints",
			spec: placement.Spec{Affinity: &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{
				PreferredDuringSchedulingIgnoredDuringExecution: []corev1.PreferredSchedulingTerm{{Weight: 1, Preference: term(expr("a", in, "1"))}},
			}}},
			nodes: []selector.Node{node("n1", nil)},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pod, constraints := subject(t, tc.spec)
			set, ok := conflict.Smallest(pod, constraints, tc.nodes)
			if ok != (tc.want != nil) || set.Always != tc.never {
				t.Errorf("ok %t, always %t, want %t, %t", ok, set.Always, tc.want != nil, tc.never)
			}
			var got []string
			for _, m := range set.Members {
				got = append(got, m.Text)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("members (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSources says where the members come from: a person has to find them.
func TestSources(t *testing.T) {
	pod, constraints := subject(t, placement.Spec{NodeSelector: map[string]string{"a": "1"}})
	taint := corev1.Taint{Key: "db", Value: "x", Effect: corev1.TaintEffectNoExecute}
	labels := map[string]string{"a": "1"}
	set, _ := conflict.Smallest(pod, constraints, []selector.Node{node("n1", labels, taint), node("n2", labels, taint), node("n3", nil)})
	want := []placement.Source{
		{Layer: v1alpha1.LayerOwnWord, Object: "Pod/p", Field: "spec.nodeSelector[a]"},
		{Object: "2 nodes", Field: "spec.taints"},
	}
	var got []placement.Source
	for _, m := range set.Members {
		got = append(got, m.Source)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}
