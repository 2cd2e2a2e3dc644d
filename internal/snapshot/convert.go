package snapshot

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
)

// convert reads a JSON-like value into a typed one; at is the field it stands in,
// empty for a whole object. The message of an error names the field and what is
// wrong with it.
func convert(at string, from map[string]any, into any) error {
	if runtime.DefaultUnstructuredConverter.FromUnstructured(from, into) == nil {
		return nil
	}
	data, err := json.Marshal(from) // slower, but says which field is wrong
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	field := strings.Trim(at+"."+wrong.Field, ".")
	message := fmt.Sprintf("%s holds %s where %s belongs", field, jsonName(wrong.Value), goName(wrong.Type))
	if wrong.Type.Kind() == reflect.String && wrong.Value != "object" && wrong.Value != "array" {
		message += "; fix: put the value in quotes"
	}
	return errors.New(message)
}

// jsonName is what encoding/json calls a value, in words.
func jsonName(value string) string {
	switch word, _, _ := strings.Cut(value, " "); word {
	case "bool":
		return "a boolean"
	case "array":
		return "a list"
	case "object":
		return "a map"
	case "string":
		return "a text"
	}
	return "a number"
}

// goName is what a Go type holds, in words.
func goName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "a boolean"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Map, reflect.Struct, reflect.Pointer:
		return "a map"
	default:
		return "a number"
	}
}

// describe is what a decoded value is, in words.
func describe(value any) string {
	switch value.(type) {
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "a boolean"
	case map[string]any:
		return "a map"
	}
	return "a number"
}
