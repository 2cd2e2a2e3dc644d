package schema

import (
	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// Report is what discovery found in one definition.
type Report struct {
	// Points found, ordered by path.
	Points []Point
	// LookAlikes are the fields that were weighed and found too light: their names or shapes suggest placement, and Why
	// says what spoke against it. Ordered by path; nothing is ever written there.
	LookAlikes []Point
	// Truncated is true if the schema was deeper or larger than discovery is willing to look, so points may be missing.
	Truncated bool
}

// Discover returns the placement points of the version that the definition stores and serves, ordered by path. A nil
// definition, and one without a usable schema, have none; the result is empty then but never nil, so that it is a list in
// JSON too. The definition is not changed.
func Discover(crd *apiextensions.CustomResourceDefinition) []Point {
	return append([]Point{}, Inspect(crd, "").Points...)
}

// Inspect returns the placement points of one version of a definition. An empty version means the served storage
// version, or the first served one if the storage version is not served. It reports an unknown version, like a nil
// definition, as having no points.
func Inspect(crd *apiextensions.CustomResourceDefinition, version string) Report {
	return inspect(crd, version, false)
}

// Pins returns the fields of a definition's pod specs that name the node itself (TypeNodeName), ordered by path.
// Discover leaves them out: a node name is a decision already made, never a place to write a node pool to.
func Pins(crd *apiextensions.CustomResourceDefinition) []Point {
	return inspect(crd, "", true).Points
}

func inspect(crd *apiextensions.CustomResourceDefinition, version string, pins bool) Report {
	v := pickVersion(crd, version)
	if v == nil || v.Schema == nil || v.Schema.OpenAPIV3Schema == nil {
		return Report{}
	}
	root := v.Schema.OpenAPIV3Schema
	w := newWalker(crd.Spec.Names.Kind, root)
	w.keepsUnknown = crd.Spec.PreserveUnknownFields
	w.pins = pins
	w.walkRoot(root)
	name := crd.Spec.Names.Plural + "." + crd.Spec.Group
	for _, points := range [][]Point{w.points, w.lookAlikes} {
		for i := range points {
			points[i].CRD, points[i].Kind, points[i].Version = name, crd.Spec.Names.Kind, v.Name
		}
		sortPoints(points)
	}
	return Report{Points: w.points, LookAlikes: w.lookAlikes, Truncated: w.truncated}
}

// pickVersion returns the version called name, or for an empty name the one a client would write: stored and served,
// else the first that is served, else the stored one.
func pickVersion(crd *apiextensions.CustomResourceDefinition, name string) *apiextensions.CustomResourceDefinitionVersion {
	if crd == nil {
		return nil
	}
	var served, stored *apiextensions.CustomResourceDefinitionVersion
	for i := range crd.Spec.Versions {
		v := &crd.Spec.Versions[i]
		switch {
		case name != "":
			if v.Name == name {
				return v
			}
		case v.Served && v.Storage:
			return v
		case v.Served && served == nil:
			served = v
		case v.Storage && stored == nil:
			stored = v
		}
	}
	if served != nil {
		return served
	}
	return stored
}
