package placement

import (
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	schedulinghelpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/component-helpers/scheduling/corev1/nodeaffinity"
	"k8s.io/klog/v2"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// The twin of the engine's set algebra: it goes through every node that could
// exist and asks Kubernetes' own code about each.

// twinNodes are all nodes with the labels that worlds speak of: the values they
// mention, a fresh word, and other spellings and neighbours of the numbers that
// label a is compared with.
var twinNodes = sync.OnceValue(func() []*corev1.Node {
	const absent = "absent"
	var nodes []*corev1.Node
	for _, name := range []string{"n1", "n2", "fresh"} {
		for _, a := range []string{absent, "fresh", "0", "1", "01", "2", "02", "3", "03", "4"} {
			for _, b := range []string{absent, "fresh", "1", "2", "3"} {
				for _, c := range []string{absent, "fresh", "1", "2", "3"} {
					for _, hostname := range []string{absent, "fresh", "1", "2", "3"} {
						n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{}}}
						for k, v := range map[string]string{"a": a, "b": b, "c": c, corev1.LabelHostname: hostname} {
							if v != absent {
								n.Labels[k] = v
							}
						}
						nodes = append(nodes, n)
					}
				}
			}
		}
	}
	return nodes
})

func inPool(n *corev1.Node, p v1alpha1.Pool) bool {
	for k, v := range p.Spec.NodeSelector {
		if have, found := n.Labels[k]; !found || have != string(v) {
			return false
		}
	}
	return true
}

func inAny(n *corev1.Node, pools []v1alpha1.Pool) bool {
	return slices.ContainsFunc(pools, func(p v1alpha1.Pool) bool { return inPool(n, p) })
}

// real are the nodes that may exist by what the pools declare: one belongs to no
// pool, or to one pool and to those this one lies inside of. They carry the
// taints of all their pools.
func (w world) real() []*corev1.Node {
	var out []*corev1.Node
	for _, n := range twinNodes() {
		var of []v1alpha1.Pool
		for _, p := range w.pools {
			if inPool(n, p) {
				of = append(of, p)
			}
		}
		innermost := func(p v1alpha1.Pool) bool {
			return !slices.ContainsFunc(of, func(o v1alpha1.Pool) bool { return !contains(p.Spec.NodeSelector, o.Spec.NodeSelector) })
		}
		if len(of) > 0 && !slices.ContainsFunc(of, innermost) {
			continue
		}
		tainted := &corev1.Node{ObjectMeta: n.ObjectMeta}
		for _, p := range of {
			tainted.Spec.Taints = append(tainted.Spec.Taints, plainTaints(p)...)
		}
		out = append(out, tainted)
	}
	return out
}

func plainTaints(p v1alpha1.Pool) []corev1.Taint {
	var out []corev1.Taint
	for _, t := range p.Spec.Taints {
		out = append(out, corev1.Taint{Key: t.Key, Value: t.Value, Effect: t.Effect})
	}
	return out
}

// accepts tells whether kube-scheduler would let the labels and the name of a
// node pass; the result is a function since preparing takes longer than asking.
func (s Spec) accepts() func(*corev1.Node) bool {
	required := nodeaffinity.NewRequiredNodeAffinity(s.NodeSelector, s.Affinity)
	return func(n *corev1.Node) bool {
		matches, _ := required.Match(n)
		return matches && (s.NodeName == "" || s.NodeName == n.Name)
	}
}

// tolerates tells whether kube-scheduler would let the node's taints pass.
func (s Spec) tolerates(n *corev1.Node) bool {
	_, found := schedulinghelpers.FindMatchingUntoleratedTaint(klog.Logger{}, n.Spec.Taints, s.Tolerations, func(t *corev1.Taint) bool {
		return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
	}, true)
	return !found
}

// allowed counts, of the nodes, those that accept the pod by their labels, and
// those of them whose taints it tolerates too.
func (s Spec) allowed(nodes []*corev1.Node) (byLabels, withTaints int) {
	accepts := s.accepts()
	for _, n := range nodes {
		if accepts(n) {
			byLabels++
			if s.tolerates(n) {
				withTaints++
			}
		}
	}
	return byLabels, withTaints
}
