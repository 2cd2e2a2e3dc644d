package crd

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// check takes an object through the steps of a creation, in the API server's
// order, and changes it as they do. The object must be the caller's own copy.
func (d *definition) check(ctx context.Context, obj map[string]any) field.ErrorList {
	errs := d.prune(obj)
	defaulting.PruneNonNullableNullsWithoutDefaults(obj, d.structural)
	defaulting.Default(obj, d.structural)
	if d.hasStatus {
		delete(obj, "status")
	}

	invalid := d.checkMetadata(ctx, obj)
	invalid = append(invalid, validation.ValidateCustomResource(nil, obj, d.validator)...)
	invalid = append(invalid, listtype.ValidateListSetsAndMaps(nil, d.structural, obj)...)
	if d.rules != nil && !blocksRules(invalid) {
		broken, _ := d.rules.Validate(ctx, nil, d.structural, obj, nil, celconfig.RuntimeCELCostBudget)
		invalid = append(invalid, broken...)
	}
	return sorted(d.advise(obj, append(errs, invalid...)))
}

// blocksRules reports whether one of the errors means that CEL rules cannot be
// evaluated safely: the value has a wrong type or is too large for the cost
// that was budgeted. The API server has the same list.
func blocksRules(errs field.ErrorList) bool {
	return slices.ContainsFunc(errs, func(err *field.Error) bool {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong,
			field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return true
		default:
			return false
		}
	})
}

// sorted puts errors into an order of their own, since the API server's code
// reports fields in the random order of maps.
func sorted(errs field.ErrorList) field.ErrorList {
	slices.SortFunc(errs, func(a, b *field.Error) int {
		return cmp.Or(
			cmp.Compare(a.Field, b.Field),
			cmp.Compare(a.Type, b.Type),
			cmp.Compare(a.Detail, b.Detail),
			cmp.Compare(fmt.Sprint(a.BadValue), fmt.Sprint(b.BadValue)),
		)
	})
	return errs
}
