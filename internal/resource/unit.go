package resource

import (
	"maps"
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/schema"
)

// Unit is a group of fields of a resource that place the same pods.
type Unit struct {
	// Path of the object that holds the fields, such as spec.nodePlacement or
	// spec.nodeSets[0].podTemplate.spec.
	Path string
	// Subject of the decision; its own word is what the fields of the unit say.
	Subject placement.Subject
	// LabelsKnown says that the labels of the pods are known, at least those that
	// the subject has.
	LabelsKnown bool
	// Unreadable says why the unit's own word cannot be read; empty if it can.
	Unreadable string

	// prefix is what the names of the fields have in common, such as worker in
	// workerNodeSelector.
	prefix string
	// Fields by what they take; nil if there is none.
	selector, affinity, tolerations, nodeName *field
	forbidden                                 string // why nothing may be written
	termsBelow                                bool   // the node affinity field is a node selector
}

// Units finds the units of a resource. object is named by name in the decisions,
// as Kind/name. There is none where nothing of the kind's points is there.
func Units(kind *profile.Kind, object map[string]any, name string) []Unit {
	byKey := map[string]*Unit{}
	var keys []string
	for _, point := range kind.Points {
		for _, f := range expand(kind, point, object) {
			key, parent, prefix := keyOf(f)
			for byKey[key] != nil && !byKey[key].take(f) {
				key += "+"
			}
			if byKey[key] == nil {
				u := &Unit{Path: parent, prefix: prefix}
				u.take(f)
				byKey[key] = u
				keys = append(keys, key)
			}
		}
	}
	slices.Sort(keys)
	var units []Unit
	for _, key := range slices.Compact(keys) {
		u := byKey[key]
		u.read(kind, object, name)
		units = append(units, *u)
	}
	return units
}

// keyOf tells which unit a field belongs to: that of its enclosing object and of
// the words before its name. A node affinity that stands alone in an object
// named affinity belongs to the object around that.
func keyOf(f field) (key, parent, prefix string) {
	prefix = prefixOf(f.name(), f.point.Type)
	parent = f.parent()
	n := len(f.path)
	if f.point.Type == schema.TypeNodeAffinity && n > 1 && f.name() == "node" && strings.EqualFold(f.path[n-2], "affinity") {
		parent = pathText(f.pattern[:n-2], f.path[:n-2])
	}
	return parent + "|" + prefix, parent, prefix
}

func prefixOf(name string, t schema.Type) string {
	name = strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name))
	var suffixes []string
	switch t {
	case schema.TypeNodeSelector:
		suffixes = []string{"nodeselectorterms", "nodeselectors", "nodeselector", "nodelabels", "selector"}
	case schema.TypeTolerations:
		suffixes = []string{"tolerations", "toleration"}
	case schema.TypeAffinity, schema.TypeNodeAffinity:
		suffixes = []string{"nodeaffinity", "affinity", "node"}
	case schema.TypeNodeName:
		suffixes = []string{"nodename"}
	case schema.TypePodTemplate:
		return name
	}
	for _, s := range suffixes {
		if rest, found := strings.CutSuffix(name, s); found {
			return rest
		}
	}
	return name
}

// take puts a field into the unit and tells whether there was room. A node
// affinity gives way to a whole affinity.
func (u *Unit) take(f field) bool {
	var slot **field
	switch f.point.Type {
	case schema.TypeNodeSelector:
		slot = &u.selector
	case schema.TypeTolerations:
		slot = &u.tolerations
	case schema.TypeNodeName:
		slot = &u.nodeName
	case schema.TypePodTemplate:
		u.forbidden = f.text() + ": the form of the pod template is not known"
		return true
	default:
		slot = &u.affinity
	}
	have := *slot
	switch {
	case have == nil:
		*slot = &f
	case slices.Equal(have.path, f.path):
	case slot == &u.affinity && have.point.Type != f.point.Type:
		if have.present && f.present {
			u.forbidden = have.text() + " and " + f.text() + " are both there"
		}
		if f.present || !have.present && f.point.Type == schema.TypeAffinity {
			*slot = &f
		}
	default:
		return false
	}
	return true
}

// read takes down the unit's own word and the labels of its pods.
func (u *Unit) read(kind *profile.Kind, object map[string]any, name string) {
	u.Subject.Object, u.Subject.Path = name, u.Path
	u.Subject.Labels = map[string]string{}
	for _, path := range kind.PodLabelsFrom {
		copyLabels(u.Subject.Labels, at(object, schema.Steps(path)))
	}
	copyTemplateLabels(u.Subject.Labels, object, u.anyField())
	maps.Copy(u.Subject.Labels, kind.PodLabels)
	u.LabelsKnown = len(u.Subject.Labels) > 0
	if f := u.affinity; f != nil && f.point.Type == schema.TypeNodeAffinity {
		m, _ := f.value.(map[string]any)
		u.termsBelow = m["nodeSelectorTerms"] != nil || !f.present && kind.Has(with(f.pattern, "nodeSelectorTerms"))
	}
	own, err := u.word()
	if err != nil {
		u.Unreadable = err.Error()
		return
	}
	u.Subject.Spec = own
}

func (u *Unit) anyField() *field {
	for _, f := range []*field{u.selector, u.affinity, u.tolerations, u.nodeName} {
		if f != nil {
			return f
		}
	}
	return nil
}

// copyTemplateLabels takes the labels in the metadata beside a pod spec and in the
// pod metadata beside the fields.
func copyTemplateLabels(into map[string]string, object map[string]any, f *field) {
	if f == nil {
		return
	}
	n := len(f.path) - 1
	copyLabels(into, at(object, slices.Concat(f.path[:n], []string{"podMetadata", "labels"})))
	if n > 1 && f.path[n-1] == "spec" {
		copyLabels(into, at(object, slices.Concat(f.path[:n-1], []string{"metadata", "labels"})))
	}
}

func copyLabels(into map[string]string, from any) {
	labels, _ := from.(map[string]any)
	for k, v := range labels {
		if s, ok := v.(string); ok {
			into[k] = s
		}
	}
}
