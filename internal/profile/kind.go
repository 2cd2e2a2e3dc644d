// Package profile knows where custom resources set the placement of their pods:
// it holds the profiles that come with Stowage, and merges them with a person's
// own and with what schema discovery finds.
package profile

import (
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/stowage-dev/stowage/internal/schema"
)

// From says what the knowledge of a kind comes from, the strongest source of
// several.
type From string

// The sources of knowledge about a kind.
const (
	// FromDefinition: discovered in its CustomResourceDefinition.
	FromDefinition From = "definition"
	// FromShipped: a profile that comes with Stowage.
	FromShipped From = "shipped profile"
	// FromProfile: a PlacementProfile among the input.
	FromProfile From = "profile"
)

// Point is a place where a custom resource sets pod placement.
type Point struct {
	// Path from the root of the resource; "[]" is any item of a list, "{}" any
	// value of a map.
	Path string
	Type schema.Type
	Form schema.Form
	// Within is the path of the enclosing object that must be there; empty if
	// that is the one right around the point.
	Within string
	// Note is for a reader; may be empty.
	Note string
}

// Kind is what is known of a kind of custom resource.
type Kind struct {
	// Name of the definition, <plural>.<group>.
	Name string
	From From
	// Points where Stowage may write, by path.
	Points []Point
	// Never lists the points that profiles keep Stowage off.
	Never []Point
	// PodLabels are labels that every pod of the resource carries.
	PodLabels map[string]string
	// PodLabelsFrom are paths of labels of the resource that all of its pods get.
	PodLabelsFrom []string
	// Unreached names the children whose pods no point reaches.
	Unreached []string
	// ClusterScoped says that resources of the kind belong to no namespace.
	ClusterScoped bool

	definition *apiextensions.CustomResourceDefinition
	version    string
}

// MayMake tells whether the object at the steps of a path, which is not there,
// may be made to hold placement: it can hold nothing else. Without a definition
// it goes by the two names that say so.
func (k *Kind) MayMake(steps []string) bool {
	if len(steps) == 0 {
		return false
	}
	if k.definition != nil && schema.HoldsOnlyPlacement(k.definition, k.version, steps) {
		return true
	}
	last := steps[len(steps)-1]
	return last == "nodePlacement" || last == "affinity"
}

// Has tells whether the definition is at hand and keeps a field at the steps.
func (k *Kind) Has(steps []string) bool {
	return k.definition != nil && schema.HasField(k.definition, k.version, steps)
}

// usualForm is the form in which core/v1 writes a type of placement down.
func usualForm(t schema.Type) schema.Form {
	switch t {
	case schema.TypeNodeSelector:
		return schema.FormMap
	case schema.TypeTolerations:
		return schema.FormList
	case schema.TypePodTemplate:
		return schema.FormPodTemplate
	case schema.TypeNodeName:
		return schema.FormString
	case schema.TypeAffinity, schema.TypeNodeAffinity:
	}
	return schema.FormObject
}
