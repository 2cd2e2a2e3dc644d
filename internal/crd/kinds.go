package crd

import (
	"slices"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// kinds lists the kinds the package checks, sorted.
func kinds() []string {
	list := []string{
		v1alpha1.KindPool,
		v1alpha1.KindClusterPlacementPolicy,
		v1alpha1.KindPlacementPolicy,
		v1alpha1.KindPlacementProfile,
		v1alpha1.KindEffectivePlacement,
	}
	slices.Sort(list)
	return list
}

// fileOf names the file of config/crd that defines a kind. It is a table rather
// than a search through the files, because parsing all of them to find one kind
// would be most of the cost of checking a first object. The empty string stands
// for a kind that is not Stowage's.
func fileOf(kind string) string {
	switch kind {
	case v1alpha1.KindPool:
		return v1alpha1.GroupName + "_pools.yaml"
	case v1alpha1.KindClusterPlacementPolicy:
		return v1alpha1.GroupName + "_clusterplacementpolicies.yaml"
	case v1alpha1.KindPlacementPolicy:
		return v1alpha1.GroupName + "_placementpolicies.yaml"
	case v1alpha1.KindPlacementProfile:
		return v1alpha1.GroupName + "_placementprofiles.yaml"
	case v1alpha1.KindEffectivePlacement:
		return v1alpha1.GroupName + "_effectiveplacements.yaml"
	default:
		return ""
	}
}
