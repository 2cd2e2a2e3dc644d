package selector

import (
	"fmt"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
)

// nodeNameField is the only field that matchFields can ask for (core/v1
// NodeSelectorTerm).
const nodeNameField = "metadata.name"

// FromRequirement is the set of values that a requirement of a node selector
// asks of the label it names. It returns an error where kube-scheduler would
// not be able to read the requirement either; a term with such a requirement
// matches no node.
func FromRequirement(req corev1.NodeSelectorRequirement) (Set, error) {
	op, ok := operator(req.Operator)
	if !ok {
		return None(), fmt.Errorf("reading requirement on label %q: unknown operator %q", req.Key, req.Operator)
	}
	if _, err := labels.NewRequirement(req.Key, op, req.Values); err != nil {
		return None(), fmt.Errorf("reading requirement on label %q: %w", req.Key, err)
	}
	switch req.Operator {
	case corev1.NodeSelectorOpIn:
		return OneOf(req.Values...), nil
	case corev1.NodeSelectorOpNotIn:
		return NotOneOf(req.Values...), nil
	case corev1.NodeSelectorOpExists:
		return Present(), nil
	case corev1.NodeSelectorOpDoesNotExist:
		return Absent(), nil
	case corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
	}
	bound, err := strconv.ParseInt(req.Values[0], 10, 64)
	if err != nil {
		return None(), fmt.Errorf("reading requirement on label %q: %w", req.Key, err)
	}
	if req.Operator == corev1.NodeSelectorOpGt {
		return Above(bound), nil
	}
	return Below(bound), nil
}

func operator(op corev1.NodeSelectorOperator) (selection.Operator, bool) {
	switch op {
	case corev1.NodeSelectorOpIn:
		return selection.In, true
	case corev1.NodeSelectorOpNotIn:
		return selection.NotIn, true
	case corev1.NodeSelectorOpExists:
		return selection.Exists, true
	case corev1.NodeSelectorOpDoesNotExist:
		return selection.DoesNotExist, true
	case corev1.NodeSelectorOpGt:
		return selection.GreaterThan, true
	case corev1.NodeSelectorOpLt:
		return selection.LessThan, true
	}
	return "", false
}

// fromField is the set of node names that a requirement of matchFields asks for:
// In and NotIn with one value on metadata.name
// (k8s.io/component-helpers/scheduling/corev1/nodeaffinity).
func fromField(req corev1.NodeSelectorRequirement) (Set, error) {
	if len(req.Values) != 1 {
		return None(), fmt.Errorf("reading requirement on field %q: it needs exactly one value", req.Key)
	}
	var want Set
	switch req.Operator {
	case corev1.NodeSelectorOpIn:
		want = Only(req.Values[0])
	case corev1.NodeSelectorOpNotIn:
		want = NotOneOf(req.Values[0])
	case corev1.NodeSelectorOpExists, corev1.NodeSelectorOpDoesNotExist, corev1.NodeSelectorOpGt, corev1.NodeSelectorOpLt:
		return None(), fmt.Errorf("reading requirement on field %q: operator %q is not for fields", req.Key, req.Operator)
	default:
		return None(), fmt.Errorf("reading requirement on field %q: unknown operator %q", req.Key, req.Operator)
	}
	if req.Key == nodeNameField {
		return want.Intersect(NotOneOf("")), nil // no node is without a name
	}
	if want.Allows("") { // a node has no other field: it reads as empty
		return Any(), nil
	}
	return None(), nil
}
