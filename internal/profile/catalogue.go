package profile

import (
	"maps"
	"slices"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/schema"
)

// Catalogue knows where kinds of custom resources set the placement of their
// pods. What a person wrote goes before what is shipped, and that before what is
// discovered. It is never changed and is safe for use by several goroutines.
type Catalogue struct {
	shipped, own map[string]v1alpha1.PlacementProfile // by <plural>.<group>
	definitions  map[string]*apiextensions.CustomResourceDefinition
}

// NewCatalogue makes a catalogue of the shipped profiles, a person's own and the
// definitions at hand; of two with one name the later counts. Nil definitions
// are passed over.
func NewCatalogue(shipped, own []v1alpha1.PlacementProfile, definitions []*apiextensions.CustomResourceDefinition) *Catalogue {
	c := &Catalogue{
		shipped: byName(shipped), own: byName(own), definitions: map[string]*apiextensions.CustomResourceDefinition{},
	}
	for _, d := range definitions {
		if d != nil {
			c.definitions[d.Spec.Group+"/"+d.Spec.Names.Kind] = d
		}
	}
	return c
}

func byName(profiles []v1alpha1.PlacementProfile) map[string]v1alpha1.PlacementProfile {
	m := make(map[string]v1alpha1.PlacementProfile, len(profiles))
	for _, p := range profiles {
		m[p.Name] = p
	}
	return m
}

// Kind is what the catalogue knows of a kind in a version; nil if nothing.
func (c *Catalogue) Kind(group, version, kind string) *Kind {
	k := &Kind{definition: c.definitions[group+"/"+kind], version: version, PodLabels: map[string]string{}}
	names := guessNames(group, kind)
	points := map[string]Point{}
	if d := k.definition; d != nil {
		names = []string{d.Spec.Names.Plural + "." + d.Spec.Group}
		k.Name, k.From = names[0], FromDefinition
		k.ClusterScoped = d.Spec.Scope == apiextensions.ClusterScoped
		if !hasVersion(d, version) {
			k.version = ""
		}
		for _, p := range schema.Inspect(d, k.version).Points {
			points[p.Path] = Point{Path: p.Path, Type: p.Type, Form: p.Form}
		}
	}
	if p, found := find(c.shipped, names); found {
		k.take(p, FromShipped, points, k.definition != nil)
	}
	if p, found := find(c.own, names); found {
		k.take(p, FromProfile, points, false)
	}
	if k.From == "" {
		return nil
	}
	for _, path := range slices.Sorted(maps.Keys(points)) {
		if !k.keptOff(path) {
			k.Points = append(k.Points, points[path])
		}
	}
	return k
}

// take lays a profile over the points. checked leaves out those that the
// definition at hand does not have: it is of another version.
func (k *Kind) take(p v1alpha1.PlacementProfile, from From, points map[string]Point, checked bool) {
	k.Name, k.From = p.Name, from
	maps.Copy(k.PodLabels, p.Spec.PodLabels)
	k.PodLabelsFrom = append(k.PodLabelsFrom, p.Spec.PodLabelsFrom...)
	k.Unreached = append(k.Unreached, p.Spec.Unreached...)
	slices.Sort(k.Unreached)
	k.Unreached = slices.Compact(k.Unreached)
	for _, pp := range p.Spec.Points {
		k.Never = slices.DeleteFunc(k.Never, func(n Point) bool { return n.Path == pp.Path })
		point := Point{pp.Path, schema.Type(pp.Type), schema.Form(pp.Form), pp.Within, pp.Note}
		if checked && !schema.HasField(k.definition, k.version, schema.Steps(pp.Path)) {
			continue
		}
		if pp.Mode == v1alpha1.PointNever {
			k.Never = append(k.Never, point)
			continue
		}
		if point.Form == "" {
			point.Form = points[pp.Path].Form
		}
		if point.Form == "" {
			point.Form = usualForm(point.Type)
		}
		points[pp.Path] = point
	}
}

// keptOff tells whether a profile keeps Stowage off the path or off an object
// around it.
func (k *Kind) keptOff(path string) bool {
	return slices.ContainsFunc(k.Never, func(n Point) bool {
		rest, inside := strings.CutPrefix(path, n.Path)
		return inside && (rest == "" || strings.ContainsRune(".[{", rune(rest[0])))
	})
}

func hasVersion(d *apiextensions.CustomResourceDefinition, version string) bool {
	return slices.ContainsFunc(d.Spec.Versions, func(v apiextensions.CustomResourceDefinitionVersion) bool { return v.Name == version })
}

func find(profiles map[string]v1alpha1.PlacementProfile, names []string) (v1alpha1.PlacementProfile, bool) {
	for _, name := range names {
		if p, found := profiles[name]; found {
			return p, true
		}
	}
	return v1alpha1.PlacementProfile{}, false
}

// guessNames lists the names that the definition of a kind may have, by the ways
// in which English forms plurals. Without a definition its real plural is not
// known; two kinds of one group never have the same.
func guessNames(group, kind string) []string {
	kind = strings.ToLower(kind)
	names := []string{kind + "s." + group, kind + "es." + group, kind + "." + group}
	if stem, found := strings.CutSuffix(kind, "y"); found {
		names = append(names, stem+"ies."+group)
	}
	return names
}
