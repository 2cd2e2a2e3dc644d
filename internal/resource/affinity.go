package resource

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/internal/schema"
)

// writeAffinity writes what goes into node affinity: its own changes, and the
// labels where the unit has no field for them.
func (w *writing) writeAffinity() (*change, string) {
	u := w.unit
	node := corev1.NodeAffinity{}
	if a := w.after.Affinity; a != nil && a.NodeAffinity != nil {
		node = *a.NodeAffinity
	}
	fold := len(w.labels) > 0 && !u.takesLabels()
	if !w.terms && !fold {
		return nil, ""
	}
	if fold {
		node.RequiredDuringSchedulingIgnoredDuringExecution = withLabels(node.RequiredDuringSchedulingIgnoredDuringExecution, w.labels)
	}
	if u.affinity == nil {
		return w.writeTerms(node)
	}
	f := u.affinity
	value, err := plain(present(f))
	if err != nil {
		return nil, errorAt(f, "%w", err).Error()
	}
	if u.termsBelow && f.point.Type == schema.TypeNodeAffinity {
		if len(node.PreferredDuringSchedulingIgnoredDuringExecution) > 0 {
			return nil, f.text() + " has no place for preferences"
		}
		return &change{f, termsValue(value, node), f.text()}, ""
	}
	if f.point.Type == schema.TypeNodeAffinity {
		return &change{f, textual(f, nodeValue(value, node)), f.text()}, ""
	}
	whole := clonedMap(value)
	whole["nodeAffinity"] = nodeValue(whole["nodeAffinity"], node)
	return &change{f, textual(f, whole), f.text() + ".nodeAffinity"}, ""
}

// withLabels asks for the labels in every term, or in one of its own where there
// is none. A term without conditions matches nothing and stays as it is.
func withLabels(required *corev1.NodeSelector, labels map[string]string) *corev1.NodeSelector {
	var ask []corev1.NodeSelectorRequirement
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		ask = append(ask, corev1.NodeSelectorRequirement{Key: k, Operator: corev1.NodeSelectorOpIn, Values: []string{labels[k]}})
	}
	if required == nil {
		return &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchExpressions: ask}}}
	}
	out := &corev1.NodeSelector{}
	for _, t := range required.NodeSelectorTerms {
		if len(t.MatchExpressions)+len(t.MatchFields) > 0 {
			t.MatchExpressions = slices.Concat(t.MatchExpressions, ask)
		}
		out.NodeSelectorTerms = append(out.NodeSelectorTerms, t)
	}
	return out
}

// nodeValue is a node affinity laid over the value that holds it, whatever else
// that has.
func nodeValue(value any, node corev1.NodeAffinity) map[string]any {
	out := clonedMap(value)
	now, _ := generic(holder{Node: &node})["node"].(map[string]any)
	for _, name := range []string{requiredField, preferredField} {
		if now[name] == nil {
			delete(out, name)
			continue
		}
		out[name] = now[name]
	}
	return out
}

func termsValue(value any, node corev1.NodeAffinity) map[string]any {
	out := clonedMap(value)
	now, _ := generic(holder{Terms: node.RequiredDuringSchedulingIgnoredDuringExecution})["terms"].(map[string]any)
	maps.Copy(out, now)
	return out
}

// writeTerms writes node selector terms into a node selector that is made of
// them.
func (w *writing) writeTerms(node corev1.NodeAffinity) (*change, string) {
	f := w.unit.selector
	required := node.RequiredDuringSchedulingIgnoredDuringExecution
	if len(node.PreferredDuringSchedulingIgnoredDuringExecution) > 0 || required == nil {
		return nil, f.text() + " has no place for preferences"
	}
	value := termsValue(f.value, node)
	terms, _ := value["nodeSelectorTerms"].([]any)
	switch f.point.Form {
	case schema.FormObject:
		return &change{f, value, f.text()}, ""
	case schema.FormTerm:
		if _, single := f.value.(map[string]any); !single {
			return &change{f, terms, f.text()}, ""
		}
		if len(terms) == 1 {
			return &change{f, terms[0], f.text()}, ""
		}
	case schema.FormLabelSelector:
		term, _ := first(terms).(map[string]any)
		if len(terms) == 1 && len(term) == 1 && plainOperators(required.NodeSelectorTerms[0]) {
			return w.writeExpressions(term["matchExpressions"])
		}
	default:
	}
	return nil, f.text() + " holds no alternatives"
}

// writeExpressions writes into a label selector, together with its labels.
func (w *writing) writeExpressions(exprs any) (*change, string) {
	f := w.unit.selector
	out := clonedMap(f.value)
	out["matchExpressions"] = exprs
	if len(w.labels) > 0 || len(w.gone) > 0 {
		out["matchLabels"] = labelled(out["matchLabels"], w.labels, w.gone)
	}
	return &change{f, out, f.text()}, ""
}

func plainOperators(t corev1.NodeSelectorTerm) bool {
	return len(t.MatchFields) == 0 && !slices.ContainsFunc(t.MatchExpressions, func(r corev1.NodeSelectorRequirement) bool {
		return r.Operator == corev1.NodeSelectorOpGt || r.Operator == corev1.NodeSelectorOpLt
	})
}

func first(list []any) any {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
