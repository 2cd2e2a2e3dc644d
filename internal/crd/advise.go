package crd

import (
	"encoding/json"
	"strings"
	"unicode"

	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxShown is the length in bytes up to which a refused value is shown whole.
const maxShown = 160

// rootField is how the API server prints the path of the object itself.
const rootField = "<nil>"

// advise completes the API server's messages where they leave a person to guess.
// Its own words stay; what is added is the value it complains of, what a missing
// field is for, and the cure of the most frequent mistake.
func (d *definition) advise(obj map[string]any, errs field.ErrorList) field.ErrorList {
	for _, err := range errs {
		if err.Field == rootField {
			err.Field = d.kind
		}
		switch {
		case err.BadValue == field.OmitValueType{}:
			showValue(obj, err)
		case err.Type == field.ErrorTypeRequired && err.Detail == "":
			err.Detail = d.purpose(err.Field)
		default:
			err.Detail += quotingAdvice(err.Detail)
		}
	}
	return errs
}

// showValue adds the value that a CEL rule refused, which the API server leaves
// out, where it is short enough to be read.
func showValue(obj map[string]any, err *field.Error) {
	value, ok := valueAt(obj, err.Field)
	if !ok {
		return
	}
	if text, marshalErr := json.Marshal(value); marshalErr == nil && len(text) <= maxShown {
		err.BadValue = value
	}
}

// purpose is the first sentence of what the schema says about the field at path,
// or the empty string.
func (d *definition) purpose(path string) string {
	at := d.structural
	for step := range steps(path) {
		if at = descend(at, step); at == nil {
			return ""
		}
	}
	return firstSentence(at)
}

// firstSentence returns the first sentence of a field's description. That of a
// type, which begins with the type's name, is of no use to someone who writes
// YAML.
func firstSentence(s *schema.Structural) string {
	text := strings.Join(strings.Fields(s.Description), " ")
	if text == "" || unicode.IsUpper(rune(text[0])) {
		return ""
	}
	sentence, _, _ := strings.Cut(text, ". ")
	return strings.TrimSuffix(sentence, ".")
}

// quotingAdvice answers the most frequent mistake in a label value: YAML reads
// true, no, 1 and 1.0 as a boolean or a number, while labels are strings.
func quotingAdvice(detail string) string {
	const advice = "; write the value in quotes"
	if _, got, ok := strings.Cut(detail, "must be of type string: "); ok {
		switch strings.Trim(got, `"`) {
		case "integer", "number", "boolean":
			return advice
		}
	}
	if strings.HasSuffix(detail, "of type string") &&
		(strings.Contains(detail, "unmarshal number") || strings.Contains(detail, "unmarshal bool")) {
		return advice
	}
	return ""
}
