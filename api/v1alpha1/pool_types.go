package v1alpha1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// PoolSpec selects the nodes of a pool and says what landing on them takes.
// Stowage never creates, labels or taints nodes.
type PoolSpec struct {
	// nodeSelector holds the labels that every node of the pool carries, and no
	// other node does. A pod placed on the pool gets exactly these.
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="size(self) > 0",message="at least one label is needed: without one the pool would be every node of the cluster"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !format.qualifiedName().validate(k).hasValue())",message="every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit"
	// +kubebuilder:validation:XValidation:rule="self.all(k, !format.labelValue().validate(self[k]).hasValue())",message="every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit"
	NodeSelector map[string]LabelValue `json:"nodeSelector"`

	// taints are those the pool's nodes carry. Pods placed on the pool get
	// exactly the tolerations that match them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:XValidation:rule="!format.qualifiedName().validate(self.key).hasValue()",message="must be written like a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".key"
	// +kubebuilder:validation:items:XValidation:rule="!has(self.value) || !format.labelValue().validate(self.value).hasValue()",message="must be written like a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".value"
	Taints []Taint `json:"taints,omitempty"`

	// exclusive keeps every pod off the pool that no cluster policy names it
	// for. Namespaced policies and a pod's own node selector cannot grant it.
	// +optional
	Exclusive bool `json:"exclusive,omitempty"`

	// daemonSetNamespaces lists the namespaces whose DaemonSets may run on the
	// pool although it is exclusive, besides kube-system and the namespaces
	// that a cluster policy places on it. Entries may hold '*' and '?'.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	DaemonSetNamespaces []NamespacePattern `json:"daemonSetNamespaces,omitempty"`
}

// Labels is the nodeSelector as plain labels, in a map of its own.
func (s PoolSpec) Labels() map[string]string {
	labels := make(map[string]string, len(s.NodeSelector))
	for k, v := range s.NodeSelector {
		labels[k] = string(v)
	}
	return labels
}

// LabelValue is the value of a label.
// +kubebuilder:validation:MaxLength=63
type LabelValue string

// Taint is a taint that the nodes of a pool carry: core/v1 Taint without the
// time it was added.
type Taint struct {
	// The rules for keys and values stand at PoolSpec.Taints, for the reason
	// given at LabelSelector.

	// key of the taint.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	Key string `json:"key"`
	// value of the taint; empty if it has none.
	// +optional
	// +kubebuilder:validation:MaxLength=63
	Value string `json:"value,omitempty"`
	// effect on pods that do not tolerate the taint.
	// +kubebuilder:validation:Enum=NoSchedule;PreferNoSchedule;NoExecute
	Effect corev1.TaintEffect `json:"effect"`
}

// PoolStatus says what the controller last saw of the pool's nodes.
type PoolStatus struct {
	// observedGeneration is the generation of the spec this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// nodes counts the nodes the pool selects.
	// +optional
	Nodes int32 `json:"nodes,omitempty"`
	// ready counts those of them whose Ready condition is true.
	// +optional
	Ready int32 `json:"ready,omitempty"`
	// allocatable is the sum over the ready nodes.
	// +optional
	Allocatable corev1.ResourceList `json:"allocatable,omitempty"`
	// conditions of the pool: HasNodes, TaintsMatch, Disjoint.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// Pool is a set of nodes that pods can be placed on.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,categories=stowage
// +kubebuilder:printcolumn:name="Nodes",type=integer,JSONPath=`.status.nodes`
// +kubebuilder:printcolumn:name="Ready",type=integer,JSONPath=`.status.ready`
// +kubebuilder:printcolumn:name="Exclusive",type=boolean,JSONPath=`.spec.exclusive`
// +kubebuilder:printcolumn:name="Selector",type=string,JSONPath=`.spec.nodeSelector`,priority=1
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type Pool struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +required
	Spec PoolSpec `json:"spec"`
	// +optional
	Status PoolStatus `json:"status,omitempty"`
}

// PoolList is a list of pools.
//
// +kubebuilder:object:root=true
type PoolList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Pool `json:"items"`
}
