package resource

import (
	"errors"
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/schema"
)

// holder lets the converter of Kubernetes read and write single values.
type holder struct {
	Labels      map[string]string     `json:"labels,omitempty"`
	Affinity    *corev1.Affinity      `json:"affinity,omitempty"`
	Node        *corev1.NodeAffinity  `json:"node,omitempty"`
	Terms       *corev1.NodeSelector  `json:"terms,omitempty"`
	Tolerations []corev1.Toleration   `json:"tolerations,omitempty"`
	Selector    *metav1.LabelSelector `json:"selector,omitempty"`
}

// errForm says that the field's form is not one that can be read or written
// safely.
var errForm = errors.New("its form cannot be read or written safely")

// word is what the fields of the unit say.
func (u *Unit) word() (placement.Spec, error) {
	var s placement.Spec
	if f := u.nodeName; f != nil && f.present {
		name, ok := f.value.(string)
		if !ok {
			return s, errorAt(f, "it is no text")
		}
		s.NodeName = name
	}
	for _, part := range []struct {
		f    *field
		read func(*field, *placement.Spec) error
	}{{u.selector, u.readSelector}, {u.affinity, u.readAffinity}, {u.tolerations, readTolerations}} {
		if part.f == nil || !part.f.present {
			continue
		}
		if err := part.read(part.f, &s); err != nil {
			return s, errorAt(part.f, "%w", err)
		}
	}
	return s, nil
}

func (u *Unit) readSelector(f *field, s *placement.Spec) error {
	value, err := plain(f)
	if err != nil {
		return err
	}
	var h holder
	switch f.point.Form {
	case schema.FormMap, schema.FormOpaque, schema.FormJSONString:
		err = into("labels", value, &h)
		s.NodeSelector = h.Labels
	case schema.FormLabelSelector:
		if err = into("selector", value, &h); err == nil {
			s.NodeSelector = h.Selector.MatchLabels
			s.Affinity = affinityOf(termOf(h.Selector.MatchExpressions))
		}
	case schema.FormObject:
		if err = into("terms", value, &h); err == nil {
			s.Affinity = affinityOf(h.Terms)
		}
	case schema.FormTerm:
		terms := map[string]any{"nodeSelectorTerms": value}
		if m, single := value.(map[string]any); single {
			terms["nodeSelectorTerms"] = []any{m}
		}
		if err = into("terms", terms, &h); err == nil {
			s.Affinity = affinityOf(h.Terms)
		}
	default:
		return errForm
	}
	return err
}

// termOf is the one term that asks for all of the expressions; nil for none.
func termOf(exprs []metav1.LabelSelectorRequirement) *corev1.NodeSelector {
	if len(exprs) == 0 {
		return nil
	}
	var term corev1.NodeSelectorTerm
	for _, e := range exprs {
		term.MatchExpressions = append(term.MatchExpressions, corev1.NodeSelectorRequirement{
			Key: e.Key, Operator: corev1.NodeSelectorOperator(e.Operator), Values: e.Values,
		})
	}
	return &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{term}}
}

func affinityOf(required *corev1.NodeSelector) *corev1.Affinity {
	if required == nil {
		return nil
	}
	return &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: required}}
}

func (u *Unit) readAffinity(f *field, s *placement.Spec) error {
	if s.Affinity != nil {
		return errors.New("it and the node selector both hold terms")
	}
	value, err := plain(f)
	if err != nil {
		return err
	}
	var h holder
	switch {
	case f.point.Form != schema.FormObject && f.point.Form != schema.FormOpaque && f.point.Form != schema.FormJSONString:
		return errForm
	case f.point.Type == schema.TypeAffinity:
		err = into("affinity", value, &h)
		s.Affinity = h.Affinity
	case u.termsBelow:
		err = into("terms", value, &h)
		s.Affinity = affinityOf(h.Terms)
	default:
		if err = into("node", value, &h); err == nil {
			s.Affinity = &corev1.Affinity{NodeAffinity: h.Node}
		}
	}
	return err
}

func readTolerations(f *field, s *placement.Spec) error {
	value, err := plain(f)
	if err != nil {
		return err
	}
	switch f.point.Form {
	case schema.FormList, schema.FormOpaque, schema.FormJSONString:
	default:
		return errForm
	}
	var h holder
	err = into("tolerations", value, &h)
	s.Tolerations = h.Tolerations
	return err
}

// plain is the value of the field; that which stands in its text, if it is one.
func plain(f *field) (any, error) {
	if !writable(f) {
		return nil, errForm
	}
	text, isText := f.value.(string)
	if f.point.Form != schema.FormJSONString {
		if isText {
			return nil, errors.New("it holds a text")
		}
		return f.value, nil
	}
	if !isText {
		return nil, errors.New("it holds no text")
	}
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		return nil, fmt.Errorf("reading its text: %w", err)
	}
	return value, nil
}

// into reads a value as the field of holder with that name.
func into(name string, value any, h *holder) error {
	if value == nil {
		return nil
	}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{name: value}, h); err != nil {
		return errors.New("it does not hold what belongs there")
	}
	if name == "selector" && h.Selector == nil {
		h.Selector = &metav1.LabelSelector{}
	}
	return nil
}

// at is the value at the path; nil if there is none.
func at(value any, path []string) any {
	for _, step := range path {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
