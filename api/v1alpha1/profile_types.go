package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// PointType names the kind of placement field that stands at a place of a
// custom resource.
// +kubebuilder:validation:Enum=nodeSelector;tolerations;affinity;nodeAffinity;podTemplate;nodeName
type PointType string

// PointMode says what Stowage does at a place of a custom resource.
// +kubebuilder:validation:Enum=Write;Never
type PointMode string

const (
	// PointWrite lets Stowage write at the place.
	PointWrite PointMode = "Write"
	// PointNever keeps Stowage off the place.
	PointNever PointMode = "Never"
)

// PlacementPoint is a place of a custom resource where pod placement is set.
type PlacementPoint struct {
	// path from the root of the resource, such as
	// spec.nodeSets[].podTemplate.spec.tolerations: [] stands for each item of a
	// list, {} for each value of a map.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	Path string `json:"path"`
	// type of the field at the path.
	Type PointType `json:"type"`
	// form of the value where it is not the one core/v1 gives the type, such as
	// labelSelector or yamlString.
	// +optional
	// +kubebuilder:validation:MaxLength=64
	Form string `json:"form,omitempty"`
	// within is the path of an enclosing object that has to be there for Stowage
	// to write: what is missing between it and the path is made. Without it only
	// objects that hold nothing but placement are made, such as nodePlacement.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Within string `json:"within,omitempty"`
	// mode says what Stowage does at the path.
	// +optional
	// +kubebuilder:default=Write
	Mode PointMode `json:"mode,omitempty"`
	// note says why, for a reader.
	// +optional
	// +kubebuilder:validation:MaxLength=1024
	Note string `json:"note,omitempty"`
}

// PlacementProfileSpec corrects or adds to what schema discovery finds for one
// kind of custom resource.
type PlacementProfileSpec struct {
	// points that stand beside the discovered ones; a point with the path of a
	// discovered one replaces it.
	// +optional
	// +listType=map
	// +listMapKey=path
	// +kubebuilder:validation:MaxItems=256
	Points []PlacementPoint `json:"points,omitempty"`
	// unreached names the children of the resource whose pods none of the
	// points reaches.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=64
	Unreached []string `json:"unreached,omitempty"`
	// podLabels are labels that every pod of the resource carries, by which
	// policies select it. Labels in a pod template of the resource need not be
	// repeated.
	// +optional
	// +kubebuilder:validation:MaxProperties=32
	PodLabels map[string]string `json:"podLabels,omitempty"`
	// podLabelsFrom are the paths of labels of the resource that the operator
	// puts on every pod, such as metadata.labels.
	// +optional
	// +listType=set
	// +kubebuilder:validation:MaxItems=8
	PodLabelsFrom []string `json:"podLabelsFrom,omitempty"`
}

// PlacementProfile tells Stowage where a kind of custom resource sets pod
// placement. Its name is <plural>.<group> of the kind.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:scope=Cluster,categories=stowage
// +kubebuilder:validation:XValidation:rule="self.metadata.name.contains('.')",message="the name must be <plural>.<group> of the custom resource, such as argocds.argoproj.io"
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
type PlacementProfile struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	// +required
	Spec PlacementProfileSpec `json:"spec"`
}

// PlacementProfileList is a list of profiles.
//
// +kubebuilder:object:root=true
type PlacementProfileList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []PlacementProfile `json:"items"`
}
