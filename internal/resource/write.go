package resource

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/schema"
)

const (
	requiredField  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferredField = "preferredDuringSchedulingIgnoredDuringExecution"
)

// change is a new value of a field.
type change struct {
	field *field
	value any
	what  string // as a plan lists it
}

// writing is the translation of one decision into the unit's fields.
type writing struct {
	unit          *Unit
	around        around
	before, after placement.Spec
	labels        map[string]string // to add or to change
	gone          []string          // labels to take away
	terms         bool              // node affinity changes
	tolerations   []corev1.Toleration
	kept          []string // exclusive pools that the fields cannot keep the pods off
}

// changes are what has to be written for the decision, and why it is not all of
// it; either may be empty. A node selector and its tolerations go together:
// where one of them has no field, nothing is written.
func (u *Unit) changes(d placement.Decision, outside around) (out []change, left string) {
	w := &writing{unit: u, around: outside, before: u.Subject.Spec, after: d.Spec, labels: map[string]string{}}
	if !w.differ(d) {
		return nil, ""
	}
	if u.forbidden != "" {
		return nil, u.forbidden
	}
	if why := outside.contradicts(d.Spec); why != "" {
		return nil, fmt.Sprintf("%s: %s", u.Path, why)
	}
	if why := w.lacking(d); why != "" {
		return nil, why
	}
	for _, part := range []func() (*change, string){w.writeSelector, w.writeAffinity, w.writeTolerations} {
		c, why := part()
		if why != "" {
			return nil, why
		}
		if c != nil {
			out = append(out, *c)
		}
	}
	if len(w.kept) > 0 {
		left = fmt.Sprintf("%s has no field for node affinity to keep its pods off %s", u.Path, strings.Join(w.kept, ", "))
	}
	return out, left
}

// differ takes down what the decision adds to the subject's word, and tells
// whether that is anything.
func (w *writing) differ(d placement.Decision) bool {
	for k, v := range w.after.NodeSelector {
		if have, found := w.before.NodeSelector[k]; !found || have != v {
			w.labels[k] = v
		}
	}
	for k := range w.before.NodeSelector {
		if _, kept := w.after.NodeSelector[k]; !kept {
			w.gone = append(w.gone, k)
		}
	}
	slices.Sort(w.gone)
	w.terms = !equality.Semantic.DeepEqual(w.before.Affinity, w.after.Affinity)
	if n := len(w.before.Tolerations); len(w.after.Tolerations) > n {
		w.tolerations = w.after.Tolerations[n:]
	}
	return len(d.Ops) > 0
}

// lacking says what the unit has no field for. Keeping the pods off exclusive
// pools alone can be left to their admission: the fields narrow what they may
// use all the same.
func (w *writing) lacking(d placement.Decision) string {
	u := w.unit
	if w.terms && !w.takesTerms() {
		for _, c := range d.Constraints {
			if !strings.HasPrefix(c.Field, "affinity.") || c.Source.Layer == v1alpha1.LayerOwnWord {
				continue
			}
			if c.Source.Layer != v1alpha1.LayerExclusive {
				return u.Path + " has no field for node affinity"
			}
			pool := c.Source.Object[strings.IndexByte(c.Source.Object, '/')+1:]
			if !slices.Contains(w.kept, pool) {
				w.kept = append(w.kept, pool)
			}
		}
		w.terms = false
	}
	if len(w.labels) > 0 && !u.takesLabels() && !w.takesTerms() {
		return u.Path + " has no field for node labels"
	}
	if len(w.tolerations) > 0 && (u.tolerations == nil || !writable(u.tolerations)) {
		return u.Path + " has no field for the tolerations that go with the pool"
	}
	return ""
}

func writable(f *field) bool {
	switch f.point.Form {
	case schema.FormMap, schema.FormList, schema.FormObject, schema.FormLabelSelector, schema.FormTerm,
		schema.FormOpaque, schema.FormJSONString:
		return true
	default:
		return false
	}
}

// takesLabels tells whether the unit has a field for node labels.
func (u *Unit) takesLabels() bool {
	if u.selector == nil {
		return false
	}
	switch u.selector.point.Form {
	case schema.FormMap, schema.FormOpaque, schema.FormLabelSelector, schema.FormJSONString:
		return true
	default:
		return false
	}
}

// takesTerms tells whether the unit has a field for node affinity.
func (u *Unit) takesTerms() bool {
	if f := u.affinity; f != nil {
		return f.point.Form == schema.FormObject || f.point.Form == schema.FormOpaque || f.point.Form == schema.FormJSONString
	}
	return u.selectorTerms()
}

// takesTerms tells whether node affinity can be written without taking the place
// of what objects around the unit say.
func (w *writing) takesTerms() bool {
	f := w.unit.affinity
	return w.unit.takesTerms() && (f == nil || f.present || !w.around.replaced(w.after.Affinity))
}

// selectorTerms tells whether the unit's node selector itself is made of terms.
// Whether one term or a list of them belongs there shows only where it stands.
func (u *Unit) selectorTerms() bool {
	if u.selector == nil || u.affinity != nil {
		return false
	}
	f := u.selector.point.Form
	return f == schema.FormObject || f == schema.FormLabelSelector || f == schema.FormTerm && u.selector.present
}

func (w *writing) writeSelector() (*change, string) {
	f := w.unit.selector
	if !w.unit.takesLabels() || len(w.labels) == 0 && len(w.gone) == 0 {
		return nil, ""
	}
	add := w.labels
	if !f.present { // what stands around may be replaced by the field, not added to
		add = over(w.around.spec, w.after).NodeSelector
	}
	value, err := plain(present(f))
	if err != nil {
		return nil, errorAt(f, "%w", err).Error()
	}
	if f.point.Form == schema.FormLabelSelector {
		outer := clonedMap(value)
		outer["matchLabels"] = labelled(outer["matchLabels"], add, w.gone)
		return &change{f, outer, f.text()}, ""
	}
	return &change{f, textual(f, labelled(value, add, w.gone)), f.text()}, ""
}

func (w *writing) writeTolerations() (*change, string) {
	f := w.unit.tolerations
	if len(w.tolerations) == 0 {
		return nil, ""
	}
	if f.point.Form != schema.FormList && f.point.Form != schema.FormOpaque && f.point.Form != schema.FormJSONString {
		return nil, errorAt(f, "%w", errForm).Error()
	}
	value, err := plain(present(f))
	if err != nil {
		return nil, errorAt(f, "%w", err).Error()
	}
	list, _ := value.([]any)
	add := w.tolerations
	if len(list) == 0 {
		add = w.around.tolerations(w.after.Tolerations)
	}
	more, _ := generic(holder{Tolerations: add})["tolerations"].([]any)
	return &change{f, textual(f, slices.Concat(list, more)), f.text()}, ""
}
