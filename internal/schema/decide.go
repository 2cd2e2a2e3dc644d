package schema

import (
	"strings"
)

// decide judges one field and reports whether it is settled: a point was found, or the value is of a kind that holds
// no placement further inside.
func (w *walker) decide(f *frame) bool {
	switch f.shape {
	case shapeScalar, shapeEmpty:
		return false
	case shapePodAffinity, shapeTaints, shapeVolumeAffinity:
		return true
	case shapeTolerations:
		return w.settle(f, TypeTolerations, FormList, w.judgeTolerations(f, 4))
	case shapeAffinity:
		return w.settle(f, TypeAffinity, FormObject, w.judgeAffinity(f, 6))
	case shapeNodeAffinity:
		return w.settle(f, TypeNodeAffinity, FormObject, w.judgeNodeAffinity(f, 5))
	case shapePreferredList:
		return w.settle(f, TypeNodeAffinity, FormPreferredList, w.judgeNodeAffinity(f, 4))
	case shapeNodeTerms:
		// The terms of a node selector are part of it and never judged alone.
		w.decideByName(f)
		return true
	default:
		if w.pins && f.shape == shapeText {
			return w.decidePin(f)
		}
		return w.decideByName(f)
	}
}

// decideByName judges values whose shape alone is not telling.
func (w *walker) decideByName(f *frame) bool {
	n := readName(f.step)
	switch n.subject {
	case aboutNodeSelector:
		return w.decideNodeSelector(f, n)
	case aboutSelector:
		return w.decideSelector(f, n)
	case aboutTolerations, aboutTaints:
		return w.decideTolerations(f, n)
	case aboutAffinity:
		return !foreignAffinity(n.prefix) && w.decideAffinity(f)
	case aboutNodeAffinity:
		return w.decideNodeAffinity(f)
	default:
		return w.decideOpenPod(f, n)
	}
}

func (w *walker) decideNodeSelector(f *frame, n naming) bool {
	switch f.shape {
	case shapeOpen:
		return w.settle(f, TypeNodeSelector, FormOpaque, w.judgeNodeSelector(f, n, 2))
	case shapeText:
		return w.settle(f, TypeNodeSelector, textForm(f), w.judgeNodeSelector(f, n, -1))
	case shapeTexts:
		return w.settle(f, TypeNodeSelector, FormStringList, w.judgeNodeSelector(f, n, -2))
	case shapeLabelSelector:
		return w.settle(f, TypeNodeSelector, FormLabelSelector, w.judgeNodeSelector(f, n, -1))
	default:
		return w.decideSelector(f, n)
	}
}

// decideSelector judges the shapes that may be a node selector even under the bare name selector. A selector of objects
// in general is too common, and too rarely one of nodes, to look at.
func (w *walker) decideSelector(f *frame, n naming) bool {
	switch f.shape {
	case shapeLabels:
		return w.settle(f, TypeNodeSelector, FormMap, w.judgeNodeSelector(f, n, 3))
	case shapeNodeTerms:
		return w.settle(f, TypeNodeSelector, FormObject, w.judgeNodeSelector(f, n, 1))
	case shapeNodeTerm:
		return w.settle(f, TypeNodeSelector, FormTerm, w.judgeNodeSelector(f, n, 1))
	default:
		return false
	}
}

func (w *walker) decideTolerations(f *frame, n naming) bool {
	if n.subject == aboutTaints {
		return f.shape == shapeTexts && f.means().tolerates &&
			w.settle(f, TypeTolerations, FormStringList, w.judgeTolerations(f, 2))
	}
	switch f.shape {
	case shapeOpen, shapeOpenList:
		return w.settle(f, TypeTolerations, FormOpaque, w.judgeTolerations(f, 1))
	case shapeText:
		return w.settle(f, TypeTolerations, FormJSONString, w.judgeTolerations(f, 0))
	case shapeTexts:
		return w.settle(f, TypeTolerations, FormStringList, w.judgeTolerations(f, 1))
	case shapeLabels:
		return w.settle(f, TypeTolerations, FormMap, w.judgeTolerations(f, 2))
	default:
		return false
	}
}

func (w *walker) decideAffinity(f *frame) bool {
	switch f.shape {
	case shapeOpen:
		return w.settle(f, TypeAffinity, FormOpaque, w.judgeAffinity(f, 1))
	case shapeText:
		return w.settle(f, TypeAffinity, FormJSONString, w.judgeAffinity(f, 0))
	default:
		return false
	}
}

func (w *walker) decideNodeAffinity(f *frame) bool {
	switch f.shape {
	case shapeOpen:
		return w.settle(f, TypeNodeAffinity, FormOpaque, w.judgeNodeAffinity(f, 1))
	case shapeText:
		return w.settle(f, TypeNodeAffinity, FormJSONString, w.judgeNodeAffinity(f, 0))
	case shapeTexts:
		return w.settle(f, TypeNodeAffinity, FormStringList, w.judgeNodeAffinity(f, 1))
	case shapeNodeTerms:
		return w.settle(f, TypeNodeAffinity, FormObject, w.judgeNodeAffinity(f, 3))
	case shapeNodeTerm:
		return w.settle(f, TypeNodeAffinity, FormTerm, w.judgeNodeAffinity(f, 3))
	case shapeLabels:
		return w.settle(f, TypeNodeSelector, FormMap, w.judgeNodeAffinity(f, 3))
	default:
		return false
	}
}

// textForm tells a text written as "key=value" from one that holds JSON, by the example its description gives.
func textForm(f *frame) Form {
	for word := range strings.FieldsSeq(f.description) {
		key, value, found := strings.Cut(word, "=")
		if found && key != "" && value != "" && !strings.ContainsAny(word, "{}:/") {
			return FormString
		}
	}
	return FormJSONString
}

// decidePin finds the field nodeName of a pod spec.
func (w *walker) decidePin(f *frame) bool {
	if f.step != "nodeName" || f.parent.shape != shapePodSpec {
		return false
	}
	t := &tally{}
	t.add(true, certain, "nodeName of a pod spec")
	return w.settle(f, TypeNodeName, FormString, t)
}

// settle records a point if the tally convinces, and reports that the field needs no further look.
func (w *walker) settle(f *frame, typ Type, form Form, t *tally) bool {
	if len(t.reasons) == 0 || w.pins != (typ == TypeNodeName) {
		return t.convinces()
	}
	p := Point{Path: f.path(), Type: typ, Form: form, Confidence: t.confidence(), Why: t.why()}
	if t.convinces() {
		w.points = append(w.points, p)
	} else {
		w.lookAlikes = append(w.lookAlikes, p)
	}
	return true
}
