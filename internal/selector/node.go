package selector

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Node is what the filters of kube-scheduler that speak of placement look at.
type Node struct {
	Name          string
	Labels        map[string]string
	Taints        []corev1.Taint
	Unschedulable bool
}

// Reason names the filter of kube-scheduler that keeps a pod off a node.
type Reason string

// The reasons, in the order in which kube-scheduler asks its filters.
const (
	// ReasonFits is no reason: the pod may land on the node.
	ReasonFits Reason = ""
	// ReasonNodeName is a spec.nodeName that names another node.
	ReasonNodeName Reason = "NodeName"
	// ReasonNodeUnschedulable is a cordoned node.
	ReasonNodeUnschedulable Reason = "NodeUnschedulable"
	// ReasonTaintToleration is a taint that the pod does not tolerate.
	ReasonTaintToleration Reason = "TaintToleration"
	// ReasonNodeAffinity is a nodeSelector or required node affinity that the
	// node does not satisfy.
	ReasonNodeAffinity Reason = "NodeAffinity"
)

// Verdict says whether a pod may land on a node. The zero Verdict is yes.
type Verdict struct {
	Reason Reason
	// Taint that is not tolerated; zero unless the reason is TaintToleration.
	Taint corev1.Taint
}

// Fits tells whether the pod may land on the node.
func (v Verdict) Fits() bool { return v.Reason == ReasonFits }

// Pod is a pod's placement, prepared for questions about many nodes. Pods are
// never changed and are safe for use by several goroutines.
type Pod struct {
	nodeName      string
	selector      Selector
	tolerations   []corev1.Toleration
	unschedulable bool // the pod tolerates cordoned nodes
	// bound says that every term of the required node affinity asks for nodes by
	// name. kube-scheduler then looks at the nodes of names (sorted) only, before
	// it asks any filter.
	bound bool
	names []string
}

// NewPod prepares a pod's placement. Any of the arguments may be nil or empty;
// they must not be changed afterwards.
func NewPod(nodeName string, nodeSelector map[string]string, required *corev1.NodeSelector, tolerations []corev1.Toleration) *Pod {
	p := &Pod{nodeName: nodeName, selector: FromPod(nodeSelector, required), tolerations: tolerations}
	p.unschedulable = Tolerates(tolerations, corev1.Taint{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule})
	if required != nil {
		p.names, p.bound = boundNames(required.NodeSelectorTerms)
	}
	return p
}

// On says whether the pod may land on the node: what kube-scheduler's filters
// NodeName, NodeUnschedulable, TaintToleration and NodeAffinity say together,
// with the first that says no.
func (p *Pod) On(node Node) Verdict {
	if p.nodeName != "" && p.nodeName != node.Name {
		return Verdict{Reason: ReasonNodeName}
	}
	if p.bound {
		if _, named := slices.BinarySearch(p.names, node.Name); !named {
			return Verdict{Reason: ReasonNodeAffinity}
		}
	}
	if node.Unschedulable && !p.unschedulable {
		return Verdict{Reason: ReasonNodeUnschedulable}
	}
	if taint, found := Untolerated(p.tolerations, node.Taints); found {
		return Verdict{ReasonTaintToleration, taint}
	}
	if !p.selector.Matches(node.Name, node.Labels) {
		return Verdict{Reason: ReasonNodeAffinity}
	}
	return Verdict{}
}

// boundNames lists, in order, the node names that the terms ask for by
// matchFields; bound is false if there is no term, or one that asks for none. It
// looks at the form of the terms only, as NodeAffinity's PreFilter does.
func boundNames(terms []corev1.NodeSelectorTerm) (names []string, bound bool) {
	for _, t := range terms {
		of, asks := fieldNames(t)
		if !asks {
			return nil, false
		}
		names = append(names, of...)
	}
	return sorted(names), len(terms) > 0
}

// fieldNames are the names that all requirements In on the node's name allow;
// asks is false if the term has none.
func fieldNames(t corev1.NodeSelectorTerm) (names []string, asks bool) {
	for _, req := range t.MatchFields {
		switch {
		case req.Key != nodeNameField || req.Operator != corev1.NodeSelectorOpIn:
		case !asks:
			names, asks = req.Values, true
		default:
			names = filter(names, func(n string) bool { return slices.Contains(req.Values, n) })
		}
	}
	return names, asks
}
