package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Tier is the layer a cluster policy speaks in.
// +kubebuilder:validation:Enum=Admin;Baseline
type Tier string

const (
	// TierAdmin holds: it stands above the workload's own word.
	TierAdmin Tier = "Admin"
	// TierBaseline is a default: it yields to namespace policies and to the
	// workload's own word.
	TierBaseline Tier = "Baseline"
)

// Strength says whether a placement is a condition or a wish.
// +kubebuilder:validation:Enum=Required;Preferred
type Strength string

const (
	// StrengthRequired writes node selectors and required node affinity.
	StrengthRequired Strength = "Required"
	// StrengthPreferred writes preferred node affinity only.
	StrengthPreferred Strength = "Preferred"
)

// OnConflict says what an Admin policy does to a workload whose own word
// contradicts it.
// +kubebuilder:validation:Enum=Deny;Override
type OnConflict string

const (
	// OnConflictDeny refuses the pod with a message that names both sides.
	OnConflictDeny OnConflict = "Deny"
	// OnConflictOverride replaces the contradicting keys and says so.
	OnConflictOverride OnConflict = "Override"
)

// DaemonSetMode says whether a policy speaks to DaemonSets.
// +kubebuilder:validation:Enum=Ignore;Include
type DaemonSetMode string

const (
	// DaemonSetsIgnore leaves the templates of DaemonSets alone.
	DaemonSetsIgnore DaemonSetMode = "Ignore"
	// DaemonSetsInclude applies the policy to the templates of DaemonSets;
	// their pods, which the controller pins to one node each, stay untouched.
	DaemonSetsInclude DaemonSetMode = "Include"
)

// NamespacePattern is a namespace's name in which '*' stands for any run of
// characters and '?' for one.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z0-9*?]([-a-z0-9*?]*[a-z0-9*?])?$')",message="must be the name of a namespace (lower-case letters, digits and '-', beginning and ending with a letter or digit), in which '*' stands for any run of characters and '?' for one"
type NamespacePattern string

// PoolName is the name of a Pool.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=253
type PoolName string

// LabelSelector selects objects by their labels, as metav1.LabelSelector does;
// it is declared here so that the API server can refuse a selector that could
// never be evaluated. An empty selector selects everything.
type LabelSelector struct {
	// The rules that refuse keys and values that are none stand at the fields of
	// this type that people write, not here: an EffectivePlacement holds any
	// number of selectors, all of them checked before, and the API server
	// refuses a definition whose rules could cost too much.

	// matchLabels are labels that must be there with these values.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	MatchLabels map[string]LabelValue `json:"matchLabels,omitempty"`
	// matchExpressions must hold as well, each of them.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=32
	MatchExpressions []LabelSelectorRequirement `json:"matchExpressions,omitempty"`
}

// LabelSelectorRequirement is one condition on the labels of an object.
//
// +kubebuilder:validation:XValidation:rule="(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",message="operators In and NotIn need values, Exists and DoesNotExist take none"
type LabelSelectorRequirement struct {
	// key of the label.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=317
	Key string `json:"key"`
	// operator relates the key to the values.
	// +kubebuilder:validation:Enum=In;NotIn;Exists;DoesNotExist
	Operator metav1.LabelSelectorOperator `json:"operator"`
	// values that the operator compares with.
	// +optional
	// +listType=atomic
	// +kubebuilder:validation:MaxItems=64
	Values []LabelValue `json:"values,omitempty"`
}

// NamespaceSubject selects namespaces. All that is given must hold; nothing
// given selects every namespace. kube-system and Stowage's own namespace are
// selected only where names holds them in full, without a wildcard.
type NamespaceSubject struct {
	// names the namespace must match one of. Entries may hold '*' and '?'.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Names []NamespacePattern `json:"names,omitempty"`
	// exclude takes out the namespaces that match one of its entries.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=256
	Exclude []NamespacePattern `json:"exclude,omitempty"`
	// selector on the labels of the namespace.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || self.matchLabels.all(k, !format.qualifiedName().validate(k).hasValue())",message="every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchLabels"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || self.matchLabels.all(k, !format.labelValue().validate(self.matchLabels[k]).hasValue())",message="every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchLabels"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, !format.qualifiedName().validate(e.key).hasValue())",message="every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchExpressions"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, !has(e.values) || e.values.all(v, !format.labelValue().validate(v).hasValue()))",message="every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchExpressions"
	Selector *LabelSelector `json:"selector,omitempty"`
}

// PodSubject selects pods inside the namespaces a policy speaks of.
type PodSubject struct {
	// podSelector on the labels of the pod; all pods if absent.
	// +optional
	// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || self.matchLabels.all(k, !format.qualifiedName().validate(k).hasValue())",message="every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchLabels"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchLabels) || self.matchLabels.all(k, !format.labelValue().validate(self.matchLabels[k]).hasValue())",message="every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchLabels"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, !format.qualifiedName().validate(e.key).hasValue())",message="every key must be a label key: an optional DNS prefix and '/', then up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchExpressions"
	// +kubebuilder:validation:XValidation:rule="!has(self.matchExpressions) || self.matchExpressions.all(e, !has(e.values) || e.values.all(v, !format.labelValue().validate(v).hasValue()))",message="every value must be a label value: up to 63 letters, digits, '-', '_' or '.', beginning and ending with a letter or digit",fieldPath=".matchExpressions"
	PodSelector *LabelSelector `json:"podSelector,omitempty"`
	// daemonSets says whether the policy speaks to DaemonSets.
	// +optional
	// +kubebuilder:default=Ignore
	DaemonSets DaemonSetMode `json:"daemonSets,omitempty"`
}

// ClusterSubject selects pods across namespaces.
type ClusterSubject struct {
	// namespaces the policy speaks of; every namespace if absent.
	// +optional
	Namespaces *NamespaceSubject `json:"namespaces,omitempty"`
	PodSubject `json:",inline"`
}

// Placement says where pods belong.
//
// +kubebuilder:validation:XValidation:rule="has(self.pools) != has(self.avoidPools)",message="exactly one of pools and avoidPools must be set"
type Placement struct {
	// pools the pods belong on, in order of preference.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	Pools []PoolName `json:"pools,omitempty"`
	// avoidPools are pools the pods stay off.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=16
	AvoidPools []PoolName `json:"avoidPools,omitempty"`
	// strength of the placement.
	// +optional
	// +kubebuilder:default=Required
	Strength Strength `json:"strength,omitempty"`
}

// ClusterPlacementPolicySpec places pods in any namespace.
//
// +kubebuilder:validation:XValidation:rule="!has(self.onConflict) || (has(self.tier) && self.tier == 'Admin')",message="onConflict is for tier Admin: a Baseline policy always yields"
type ClusterPlacementPolicySpec struct {
	// tier the policy speaks in.
	// +optional
	// +kubebuilder:default=Baseline
	Tier Tier `json:"tier,omitempty"`
	// priority inside the tier: of the policies whose subject matches a pod the
	// one with the highest decides; among equals the first by name.
	// +optional
	Priority int32 `json:"priority,omitempty"`
	// subject selects the pods; all pods if absent.
	// +optional
	Subject ClusterSubject `json:"subject,omitempty"`
	// placement of the pods.
	Placement Placement `json:"placement"`
	// onConflict says what happens to a pod whose own word contradicts an Admin
	// policy: Deny, which is also meant where nothing is given, or Override.
	// +optional
	OnConflict OnConflict `json:"onConflict,omitempty"`
}

// PlacementPolicySpec places pods of the policy's own namespace. It stands
// above Baseline and below the workload's own word.
type PlacementPolicySpec struct {
	// priority: of the policies whose subject matches a pod the one with the
	// highest decides; among equals the first by name.
	// +optional
	Priority int32 `json:"priority,omitempty"`
	// subject selects the pods; all pods of the namespace if absent.
	// +optional
	Subject PodSubject `json:"subject,omitempty"`
	// placement of the pods.
	Placement Placement `json:"placement"`
}

// PolicyStatus says what became of a policy.
type PolicyStatus struct {
	// observedGeneration is the generation of the spec this status speaks of.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`
	// matched counts the pods the subject selects.
	// +optional
	Matched int32 `json:"matched,omitempty"`
	// placed counts those that stand where the policy wants them.
	// +optional
	Placed int32 `json:"placed,omitempty"`
	// yielded counts those whose own word the policy gave way to.
	// +optional
	Yielded int32 `json:"yielded,omitempty"`
	// denied counts those refused by the policy.
	// +optional
	Denied int32 `json:"denied,omitempty"`
	// unplaceable counts those that no node takes at present.
	// +optional
	Unplaceable int32 `json:"unplaceable,omitempty"`
	// conditions of the policy: Accepted, PoolsResolved.
	// +optional
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// ClusterPlacementPolicy places pods in any namespace.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Cluster,shortName=cpp,categories=stowage
// +kubebuilder:printcolumn:name="Tier",type=string,JSONPath=`.spec.tier`
// +kubebuilder:printcolumn:name="Priority",type=integer,JSONPath=`.spec.priority`
// +kubebuilder:printcolumn:name="Pools",type=string,JSONPath=`.spec.placement.pools`
// +kubebuilder:printcolumn:name="Avoid",type=string,JSONPath=`.spec.placement.avoidPools`
// +kubebuilder:printcolumn:name="Strength",type=string,JSONPath=`.spec.placement.strength`,priority=1
// +kubebuilder:printcolumn:name="Matched",type=integer,JSONPath=`.status.matched`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type ClusterPlacementPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +required
	Spec ClusterPlacementPolicySpec `json:"spec"`
	// +optional
	Status PolicyStatus `json:"status,omitempty"`
}

// ClusterPlacementPolicyList is a list of cluster policies.
//
// +kubebuilder:object:root=true
type ClusterPlacementPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []ClusterPlacementPolicy `json:"items"`
}

// PlacementPolicy places pods of its own namespace.
//
// +kubebuilder:object:root=true
// +kubebuilder:subresource:status
// +kubebuilder:resource:scope=Namespaced,shortName=pp,categories=stowage
// +kubebuilder:printcolumn:name="Priority",type=integer,JSONPath=`.spec.priority`
// +kubebuilder:printcolumn:name="Pools",type=string,JSONPath=`.spec.placement.pools`
// +kubebuilder:printcolumn:name="Avoid",type=string,JSONPath=`.spec.placement.avoidPools`
// +kubebuilder:printcolumn:name="Strength",type=string,JSONPath=`.spec.placement.strength`,priority=1
// +kubebuilder:printcolumn:name="Matched",type=integer,JSONPath=`.status.matched`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type PlacementPolicy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +required
	Spec PlacementPolicySpec `json:"spec"`
	// +optional
	Status PolicyStatus `json:"status,omitempty"`
}

// PlacementPolicyList is a list of namespaced policies.
//
// +kubebuilder:object:root=true
type PlacementPolicyList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []PlacementPolicy `json:"items"`
}
