package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// EffectivePlacementName is the name of the one EffectivePlacement of a
// namespace.
const EffectivePlacementName = "effective"

// Layer is a level of configuration, lowest first: Baseline, Namespace, OwnWord,
// Admin. Exclusive is the layer of exclusive pools, which stands above all.
// +kubebuilder:validation:Enum=Baseline;Namespace;OwnWord;Admin;Exclusive
type Layer string

const (
	// LayerBaseline is that of cluster policies of tier Baseline.
	LayerBaseline Layer = "Baseline"
	// LayerNamespace is that of the namespace's own policies.
	LayerNamespace Layer = "Namespace"
	// LayerOwnWord is what the workload itself says.
	LayerOwnWord Layer = "OwnWord"
	// LayerAdmin is that of cluster policies of tier Admin.
	LayerAdmin Layer = "Admin"
	// LayerExclusive is that of exclusive pools.
	LayerExclusive Layer = "Exclusive"
)

// EffectivePool is a declared pool as the rules of a namespace see it.
type EffectivePool struct {
	// name of the Pool.
	Name string `json:"name"`
	// nodeSelector of the Pool.
	NodeSelector map[string]LabelValue `json:"nodeSelector"`
	// taints of the Pool.
	// +optional
	// +listType=atomic
	Taints []Taint `json:"taints,omitempty"`

	// The fields below follow from those above. They stand here for the native
	// admission policy, for which working them out anew for every pod would cost
	// the square of the number of pools.

	// within names the pools that this one lies inside of: its nodes belong to
	// them too.
	// +optional
	// +listType=set
	Within []string `json:"within,omitempty"`
	// rivals names the pools that a node of this one could belong to by its
	// labels although neither lies inside the other.
	// +optional
	// +listType=set
	Rivals []string `json:"rivals,omitempty"`
	// nodeTaints are the taints that a node of the pool carries where those are
	// more than the pool's own: the taints of the pools it lies inside of as
	// well.
	// +optional
	// +listType=atomic
	NodeTaints []Taint `json:"nodeTaints,omitempty"`
}

// EffectiveRule is one policy in force in a namespace.
type EffectiveRule struct {
	// layer the rule speaks in: Admin, Namespace or Baseline.
	Layer Layer `json:"layer"`
	// policy the rule comes from, by name.
	Policy string `json:"policy"`
	// podSelector on the labels of the pod; all pods if absent.
	// +optional
	PodSelector *LabelSelector `json:"podSelector,omitempty"`
	// daemonSets says whether the rule speaks to templates of DaemonSets.
	// +optional
	DaemonSets DaemonSetMode `json:"daemonSets,omitempty"`
	// placement with the defaults filled in and only pools that are declared.
	Placement Placement `json:"placement"`
	// onConflict of an Admin rule.
	// +optional
	OnConflict OnConflict `json:"onConflict,omitempty"`
}

// Grant is a cluster policy that gives pods the right to an exclusive pool.
type Grant struct {
	// policy that names the pool.
	Policy string `json:"policy"`
	// podSelector the policy's subject has; all pods if absent.
	// +optional
	PodSelector *LabelSelector `json:"podSelector,omitempty"`
}

// ExclusiveRule keeps the pods of a namespace off an exclusive pool.
type ExclusiveRule struct {
	// pool that is exclusive.
	Pool string `json:"pool"`
	// grants by which pods of this namespace may land on it.
	// +optional
	// +listType=atomic
	Grants []Grant `json:"grants,omitempty"`
	// daemonSets says that DaemonSets of this namespace may run on the pool.
	// +optional
	DaemonSets bool `json:"daemonSets,omitempty"`
}

// EffectivePlacementSpec is what is in force in one namespace: all that a
// decision about a pod needs, so that admission reads nothing else.
type EffectivePlacementSpec struct {
	// summary of what follows in a line, for the reader of kubectl get: the
	// policies by layer, in the order they are asked, and the exclusive pools that
	// no pod of the namespace has a right to. Nothing is decided by it.
	// +optional
	Summary string `json:"summary,omitempty"`
	// exempt says that the namespace is never touched (kube-system, Stowage's
	// own), because no policy names it.
	// +optional
	Exempt bool `json:"exempt,omitempty"`
	// rules in the order they are asked: Admin, Namespace, Baseline; inside a
	// layer the first whose podSelector matches decides.
	// +optional
	// +listType=atomic
	Rules []EffectiveRule `json:"rules,omitempty"`
	// exclusive pools.
	// +optional
	// +listType=atomic
	Exclusive []ExclusiveRule `json:"exclusive,omitempty"`
	// pools that are declared, by name.
	// +optional
	// +listType=map
	// +listMapKey=name
	Pools []EffectivePool `json:"pools,omitempty"`
}

// EffectivePlacementStatus says what the controller last did.
type EffectivePlacementStatus struct {
	// observedGeneration is the generation of the spec this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// conditions of the compiled rules: Compiled, InForce.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// EffectivePlacement holds the compiled, ordered rules in force in its
// namespace. It is always named "effective" and written by Stowage alone.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,shortName=effp,categories=stowage
// +kubebuilder:validation:XValidation:rule="self.metadata.name == 'effective'",message="the one EffectivePlacement of a namespace is named effective"
// +kubebuilder:printcolumn:name="Rules",type=string,JSONPath=`.spec.summary`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type EffectivePlacement struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +optional
	Spec EffectivePlacementSpec `json:"spec,omitempty"`
	// +optional
	Status EffectivePlacementStatus `json:"status,omitempty"`
}

// EffectivePlacementList is a list of compiled rules.
//
// +kubebuilder:object:root=true
type EffectivePlacementList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []EffectivePlacement `json:"items"`
}
