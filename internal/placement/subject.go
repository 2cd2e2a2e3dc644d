package placement

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// Spec is the part of a pod's spec that says where it may land. Only the node
// affinity of Affinity is looked at; the rest of it is carried along.
type Spec struct {
	NodeName     string
	NodeSelector map[string]string
	Affinity     *corev1.Affinity
	Tolerations  []corev1.Toleration
}

// SpecOf takes the placement out of a pod's spec. It shares the maps and slices
// of its argument.
func SpecOf(pod corev1.PodSpec) Spec {
	return Spec{pod.NodeName, pod.NodeSelector, pod.Affinity, pod.Tolerations}
}

// Required is the required node affinity of the placement; nil if it has none.
func (s Spec) Required() *corev1.NodeSelector {
	return nodeAffinity(s.Affinity).RequiredDuringSchedulingIgnoredDuringExecution
}

// Pod is the placement prepared for questions about nodes.
func (s Spec) Pod() *selector.Pod {
	return selector.NewPod(s.NodeName, s.NodeSelector, s.Required(), s.Tolerations)
}

// Skip says why a pod or template is never touched; empty if it may be.
type Skip string

// The reasons to leave a pod or template alone.
const (
	// SkipMirrorPod is for pods of a kubelet's own manifests: the API server
	// holds but a picture of them.
	SkipMirrorPod Skip = "MirrorPod"
	// SkipDaemonSetPod is for pods that the DaemonSet controller has pinned to a
	// node each.
	SkipDaemonSetPod Skip = "DaemonSetPod"
	// SkipRunning is for pods that already have a node.
	SkipRunning Skip = "Running"
	// SkipOwned is for templates that a controlling owner keeps: a change would
	// start a fight with it.
	SkipOwned Skip = "Owned"
	// SkipExistingJob is for Jobs that exist: their template cannot be changed.
	SkipExistingJob Skip = "ExistingJob"
	// SkipExemptNamespace is for kube-system and Stowage's own namespace, which
	// no policy names.
	SkipExemptNamespace Skip = "ExemptNamespace"
	// SkipDaemonSet is for templates of DaemonSets that no rule includes.
	SkipDaemonSet Skip = "DaemonSet"
)

// Subject is a pod, or the template of pods to come, that a decision is asked
// for.
type Subject struct {
	// Object the pod spec stands in, such as "Deployment/argocd-server".
	Object string
	// Path of the pod spec inside the object, such as "spec.template.spec".
	Path string
	// Labels of the pod.
	Labels map[string]string
	// DaemonSet says that the subject is the template of a DaemonSet.
	DaemonSet bool
	// Skip says why the subject is not to be touched, if the caller knows.
	Skip Skip
	// Spec is the pod's own word.
	Spec Spec
}

// Source says where a constraint comes from.
type Source struct {
	// Layer that spoke.
	Layer v1alpha1.Layer
	// Object that holds the field, such as "ClusterPlacementPolicy/platform".
	Object string
	// Field of the object, such as "spec.placement.pools[0]".
	Field string
}

// String is the source as a person reads it.
func (s Source) String() string {
	if s.Field == "" {
		return s.Object
	}
	return s.Object + " " + s.Field
}
