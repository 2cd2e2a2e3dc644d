package placement

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/selector"
)

// draft is a pod's placement while it is being decided: every condition together
// with its source.
type draft struct {
	subject     *Subject
	labels      map[string]tracedValue // the nodeSelector
	required    bool                   // whether there is required node affinity
	terms       []draftTerm
	preferred   []draftWish
	tolerations []tracedToleration
	// writes counts what has been added to the subject's own word, or replaced.
	writes int
	// selector is what nodes made of the draft when writes was selectorAt.
	selector   selector.Selector
	selectorAt int
}

type tracedValue struct {
	value string
	from  Source
}

type tracedReq struct {
	req  corev1.NodeSelectorRequirement
	from Source
}

type draftTerm struct {
	exprs, fields []tracedReq
	// open says that the term, without any condition, matches every node: all it
	// asked for has been overridden. As it stands in a pod, a term without
	// conditions matches none.
	open bool
}

type draftWish struct {
	weight int32
	term   draftTerm
}

type tracedToleration struct {
	toleration corev1.Toleration
	from       Source
}

const (
	requiredField  = "requiredDuringSchedulingIgnoredDuringExecution"
	preferredField = "preferredDuringSchedulingIgnoredDuringExecution"
)

// newDraft takes down the subject's own word.
func newDraft(s *Subject) *draft {
	d := &draft{subject: s, labels: make(map[string]tracedValue, len(s.Spec.NodeSelector))}
	for k, v := range s.Spec.NodeSelector {
		d.labels[k] = tracedValue{v, s.own("nodeSelector[" + k + "]")}
	}
	for i, t := range s.Spec.Tolerations {
		d.tolerations = append(d.tolerations, tracedToleration{t, s.own(fmt.Sprintf("tolerations[%d]", i))})
	}
	affinity := nodeAffinity(s.Spec.Affinity)
	if required := affinity.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
		d.required = true
		for i, t := range required.NodeSelectorTerms {
			d.terms = append(d.terms, s.ownTerm(termField(i), t))
		}
	}
	for i, p := range affinity.PreferredDuringSchedulingIgnoredDuringExecution {
		d.preferred = append(d.preferred, draftWish{p.Weight, s.ownTerm(wishField(i), p.Preference)})
	}
	return d
}

// nodeAffinity is the node affinity of an affinity, empty if there is none.
func nodeAffinity(a *corev1.Affinity) corev1.NodeAffinity {
	if a == nil || a.NodeAffinity == nil {
		return corev1.NodeAffinity{}
	}
	return *a.NodeAffinity
}

func termField(i int) string {
	return fmt.Sprintf("affinity.nodeAffinity.%s.nodeSelectorTerms[%d]", requiredField, i)
}

func wishField(i int) string {
	return fmt.Sprintf("affinity.nodeAffinity.%s[%d].preference", preferredField, i)
}

func (s *Subject) own(field string) Source {
	if s.Path != "" {
		field = s.Path + "." + field
	}
	return Source{v1alpha1.LayerOwnWord, s.Object, field}
}

func (s *Subject) ownTerm(field string, t corev1.NodeSelectorTerm) draftTerm {
	var out draftTerm
	for i, r := range t.MatchExpressions {
		out.exprs = append(out.exprs, tracedReq{r, s.own(fmt.Sprintf("%s.matchExpressions[%d]", field, i))})
	}
	for i, r := range t.MatchFields {
		out.fields = append(out.fields, tracedReq{r, s.own(fmt.Sprintf("%s.matchFields[%d]", field, i))})
	}
	return out
}

// base is what the nodeSelector asks for.
func (d *draft) base() selector.Term { return selector.FromLabels(d.nodeSelector()) }

// under is what a term asks for together with the nodeSelector; false if it
// matches no node by its form.
func (t draftTerm) under(base selector.Term) (selector.Term, bool) {
	if t.open && len(t.exprs)+len(t.fields) == 0 {
		return base, true
	}
	return base.And(t.plain())
}

// nodes is the selector of the draft as it stands. It is made anew only after
// something has been written.
func (d *draft) nodes() selector.Selector {
	if d.selector == nil || d.selectorAt != d.writes {
		d.selector, d.selectorAt = d.makeNodes(), d.writes
	}
	return d.selector
}

func (d *draft) makeNodes() selector.Selector {
	base := d.base()
	if !d.required {
		return selector.Selector{base}
	}
	s := make(selector.Selector, 0, len(d.terms))
	for _, t := range d.terms {
		if st, ok := t.under(base); ok {
			s = append(s, st)
		}
	}
	return s
}

func (d *draft) nodeSelector() map[string]string {
	if len(d.labels) == 0 && len(d.subject.Spec.NodeSelector) == 0 {
		return d.subject.Spec.NodeSelector
	}
	labels := make(map[string]string, len(d.labels))
	for k, v := range d.labels {
		labels[k] = v.value
	}
	return labels
}

func (d *draft) plainTolerations() []corev1.Toleration {
	if len(d.tolerations) == 0 {
		return d.subject.Spec.Tolerations
	}
	out := make([]corev1.Toleration, len(d.tolerations))
	for i, t := range d.tolerations {
		out[i] = t.toleration
	}
	return out
}

func (t draftTerm) plain() corev1.NodeSelectorTerm {
	return corev1.NodeSelectorTerm{MatchExpressions: plainReqs(t.exprs), MatchFields: plainReqs(t.fields)}
}

func plainReqs(traced []tracedReq) []corev1.NodeSelectorRequirement {
	var out []corev1.NodeSelectorRequirement
	for _, t := range traced {
		out = append(out, t.req)
	}
	return out
}

// remove takes out the conditions for which gone says yes of their field. A
// required node affinity that is left with a term without conditions goes
// whole: a choice with everything in it is no condition.
func (d *draft) remove(gone func(field string) bool) {
	d.writes++
	for k := range d.labels {
		if gone("nodeSelector[" + k + "]") {
			delete(d.labels, k)
		}
	}
	for i, t := range d.terms {
		had := len(t.exprs) + len(t.fields)
		t.exprs = without(t.exprs, termField(i)+".matchExpressions", gone)
		t.fields = without(t.fields, termField(i)+".matchFields", gone)
		t.open = t.open || had > 0
		d.terms[i] = t
	}
	if slices.ContainsFunc(d.terms, func(t draftTerm) bool { return t.open && len(t.exprs)+len(t.fields) == 0 }) {
		d.required, d.terms = false, nil
	}
}

func without(reqs []tracedReq, list string, gone func(field string) bool) []tracedReq {
	var kept []tracedReq
	for i, r := range reqs {
		if !gone(fmt.Sprintf("%s[%d]", list, i)) {
			kept = append(kept, r)
		}
	}
	return kept
}

// spec is the pod's placement as the draft stands.
func (d *draft) spec() Spec {
	s := Spec{NodeName: d.subject.Spec.NodeName, NodeSelector: d.nodeSelector(), Tolerations: d.plainTolerations()}
	var affinity corev1.NodeAffinity
	if d.required {
		required := &corev1.NodeSelector{}
		for _, t := range d.terms {
			required.NodeSelectorTerms = append(required.NodeSelectorTerms, t.plain())
		}
		affinity.RequiredDuringSchedulingIgnoredDuringExecution = required
	}
	for _, w := range d.preferred {
		affinity.PreferredDuringSchedulingIgnoredDuringExecution = append(affinity.PreferredDuringSchedulingIgnoredDuringExecution,
			corev1.PreferredSchedulingTerm{Weight: w.weight, Preference: w.term.plain()})
	}
	s.Affinity = d.subject.Spec.Affinity
	if d.required || len(d.preferred) > 0 || s.Affinity != nil && s.Affinity.NodeAffinity != nil {
		merged := corev1.Affinity{}
		if s.Affinity != nil {
			merged = *s.Affinity
		}
		merged.NodeAffinity = &affinity
		s.Affinity = &merged
	}
	return s
}

// constraints lists every condition of the draft with its source.
func (d *draft) constraints() []Constraint {
	var out []Constraint
	if d.subject.Spec.NodeName != "" {
		out = append(out, Constraint{Field: "nodeName", Text: "nodeName = " + d.subject.Spec.NodeName, Source: d.subject.own("nodeName")})
	}
	for _, k := range slices.Sorted(maps.Keys(d.labels)) {
		out = append(out, Constraint{Field: "nodeSelector[" + k + "]", Text: k + " = " + d.labels[k].value, Source: d.labels[k].from})
	}
	for i, t := range d.terms {
		out = append(out, t.constraints(termField(i), false)...)
	}
	for i, w := range d.preferred {
		out = append(out, w.term.constraints(wishField(i), true)...)
	}
	for i, t := range d.tolerations {
		out = append(out, Constraint{
			Field: fmt.Sprintf("tolerations[%d]", i), Text: tolerationText(t.toleration), Toleration: true, Source: t.from,
		})
	}
	return out
}

func (t draftTerm) constraints(field string, preferred bool) []Constraint {
	var out []Constraint
	add := func(reqs []tracedReq, list string) {
		for i, r := range reqs {
			out = append(out, Constraint{Field: fmt.Sprintf("%s.%s[%d]", field, list, i), Text: reqText(r.req), Preferred: preferred, Source: r.from})
		}
	}
	add(t.exprs, "matchExpressions")
	add(t.fields, "matchFields")
	return out
}

func reqText(r corev1.NodeSelectorRequirement) string {
	switch r.Operator {
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist:
		return r.Key + " " + string(r.Operator)
	case corev1.NodeSelectorOpIn, corev1.NodeSelectorOpNotIn, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
	}
	return fmt.Sprintf("%s %s [%s]", r.Key, r.Operator, strings.Join(r.Values, ", "))
}

func tolerationText(t corev1.Toleration) string {
	text := "tolerates every taint"
	if t.Key != "" {
		text = "tolerates " + t.Key
		if t.Operator != corev1.TolerationOpExists && t.Value != "" {
			text += "=" + t.Value
		}
	}
	if t.Effect != "" {
		text += ":" + string(t.Effect)
	}
	return text
}
