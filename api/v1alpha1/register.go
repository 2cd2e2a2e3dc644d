package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupName is the API group of every Stowage object.
const GroupName = "stowage.dev"

// The kinds of the group, as they stand in a manifest.
const (
	KindPool                   = "Pool"
	KindClusterPlacementPolicy = "ClusterPlacementPolicy"
	KindPlacementPolicy        = "PlacementPolicy"
	KindPlacementProfile       = "PlacementProfile"
	KindEffectivePlacement     = "EffectivePlacement"
)

var (
	// GroupVersion is the version this package describes.
	GroupVersion = schema.GroupVersion{Group: GroupName, Version: "v1alpha1"}

	schemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

	// AddToScheme registers the kinds of this package with a scheme. It
	// returns an error only if the scheme already has another type under one of
	// the names.
	AddToScheme = schemeBuilder.AddToScheme
)

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&Pool{}, &PoolList{},
		&ClusterPlacementPolicy{}, &ClusterPlacementPolicyList{},
		&PlacementPolicy{}, &PlacementPolicyList{},
		&PlacementProfile{}, &PlacementProfileList{},
		&EffectivePlacement{}, &EffectivePlacementList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
