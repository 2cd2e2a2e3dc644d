package schema

import (
	"cmp"
	"slices"
)

// Type says which part of a pod's placement a point sets.
type Type string

// The types of placement points.
const (
	// TypeNodeSelector is a set of labels (or a node selector term) that nodes must match.
	TypeNodeSelector Type = "nodeSelector"
	// TypeTolerations lists the taints a pod tolerates.
	TypeTolerations Type = "tolerations"
	// TypeAffinity is a whole affinity: node affinity, pod affinity and pod anti-affinity.
	TypeAffinity Type = "affinity"
	// TypeNodeAffinity is a node affinity that stands alone, outside a whole affinity.
	TypeNodeAffinity Type = "nodeAffinity"
	// TypePodTemplate is a pod template, pod spec or workload whose inside the schema leaves open.
	TypePodTemplate Type = "podTemplate"
	// TypeNodeName is the name of the one node a pod is bound to. Only Pins reports it.
	TypeNodeName Type = "nodeName"
)

// Form says how the value of a point is written down.
type Form string

// The forms of values. Except for the last five they say how the schema types the value.
const (
	// FormMap is a map of label keys to label values, or one toleration as a map of strings.
	FormMap Form = "map"
	// FormList is a list of objects shaped like core/v1 Toleration.
	FormList Form = "list"
	// FormObject is an object shaped like core/v1 Affinity, NodeAffinity or NodeSelector.
	FormObject Form = "object"
	// FormTerm is one node selector term or a list of them.
	FormTerm Form = "term"
	// FormLabelSelector is a meta/v1 LabelSelector over node labels.
	FormLabelSelector Form = "labelSelector"
	// FormPreferredList is a list of preferred scheduling terms.
	FormPreferredList Form = "preferred-list"
	// FormStringList is a list of strings such as "key=value:effect".
	FormStringList Form = "stringlist"
	// FormString is a plain string: a node name, or labels written as "key=value".
	FormString Form = "string"
	// FormJSONString is a string that holds the value as JSON (which is YAML as well).
	FormJSONString Form = "json-string"
	// FormOpaque is a value the schema does not type; its name and surroundings say it is the core/v1 type.
	FormOpaque Form = "opaque"
	// FormPodSpec is an open core/v1 PodSpec: placement fields lie directly below the point.
	FormPodSpec Form = "podSpec"
	// FormPodTemplate is an open core/v1 PodTemplateSpec: placement fields lie below its spec.
	FormPodTemplate Form = "podTemplateSpec"
	// FormWorkloadSpec is the open spec of a Deployment, Job or alike: its pod template is its field template.
	FormWorkloadSpec Form = "workloadSpec"
	// FormWorkload is an open Deployment, Job template or alike: it has a spec with a pod template.
	FormWorkload Form = "workload"
)

// Point is one place where a custom resource sets the placement of pods.
type Point struct {
	// CRD is the name of the definition, "<plural>.<group>".
	CRD string `json:"crd"`
	// Kind of the custom resource.
	Kind string `json:"kind"`
	// Version whose schema the path belongs to.
	Version string `json:"version"`
	// Path of the field from the root of the resource; "[]" is any item of a list, "{}" any value of a map.
	Path string `json:"path"`
	// Type of placement the field sets.
	Type Type `json:"type"`
	// Form of the field's value.
	Form Form `json:"form"`
	// Confidence between 0 and 1: how far the evidence exceeds what a point needs.
	Confidence float64 `json:"confidence"`
	// Why lists the evidence, strongest first, for a person to read.
	Why string `json:"why"`
}

// PodSpecPath returns where, below an open pod template, the pod spec lies that holds nodeSelector, tolerations and
// affinity. It is empty for a point that is not of TypePodTemplate, and for one of FormOpaque, whose inside is anyone's guess.
func (p Point) PodSpecPath() string {
	if p.Type != TypePodTemplate {
		return ""
	}
	switch p.Form {
	case FormPodTemplate:
		return p.Path + ".spec"
	case FormWorkloadSpec:
		return p.Path + ".template.spec"
	case FormWorkload:
		return p.Path + ".spec.template.spec"
	case FormPodSpec:
		return p.Path
	default:
		return ""
	}
}

// sortPoints brings points into the order of their paths, which is the order callers and files rely on.
func sortPoints(points []Point) {
	slices.SortFunc(points, func(a, b Point) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Type, b.Type))
	})
}
