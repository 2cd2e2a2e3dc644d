package crd

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	crdfiles "github.com/stowage-dev/stowage/config/crd"
)

// Validator checks Stowage's own objects as the API server does when they are
// created. It is safe for concurrent use. A kind's definition is parsed and its
// CEL rules are compiled when the first object of the kind is checked.
type Validator struct {
	definitions map[string]func() (*definition, error)
}

// New returns a validator over the definitions of this release. It returns an
// error only if the binary was built without one of their files.
func New() (*Validator, error) {
	return newFrom(crdfiles.Files())
}

func newFrom(files fs.FS) (*Validator, error) {
	v := &Validator{definitions: map[string]func() (*definition, error){}}
	for _, kind := range kinds() {
		name := fileOf(kind)
		if _, err := fs.Stat(files, name); err != nil {
			return nil, fmt.Errorf("finding the definition of %s: %w", kind, err)
		}
		v.definitions[kind] = sync.OnceValues(func() (*definition, error) {
			return loadDefinition(files, name)
		})
	}
	return v, nil
}

// Owns reports whether the object claims to be of Stowage's API group, whatever
// its kind and version. A nil object is nobody's.
func Owns(obj map[string]any) bool {
	apiVersion, _ := obj["apiVersion"].(string)
	return strings.HasPrefix(apiVersion, v1alpha1.GroupName+"/")
}

// Validate checks one object and returns it as the API server would store it:
// a copy with the defaults filled in, unknown fields and nulls taken out, and
// without a status, which creation ignores. The argument is never changed.
//
// The errors are sorted by field; there are none if a cluster would take the
// object, and unknown fields are errors as with kubectl's --validate=strict. As
// on a cluster, CEL rules are asked only once the fields have the right types,
// names and lengths, so that mending errors may bring others to light.
//
// A namespaced object may leave out its namespace, since kubectl would put one
// in; the copy leaves it out too. Objects of other groups are not Stowage's to
// judge: they come back as a copy and without errors, see Owns.
func (v *Validator) Validate(ctx context.Context, obj map[string]any) (map[string]any, field.ErrorList) {
	copied, _ := copyJSON(obj).(map[string]any)
	if !Owns(obj) {
		return copied, nil
	}
	kind, _ := obj["kind"].(string)
	load, known := v.definitions[kind]
	if !known {
		return copied, field.ErrorList{field.NotSupported(field.NewPath("kind"), kind, kinds())}
	}
	def, err := load()
	if err != nil {
		return copied, field.ErrorList{field.InternalError(nil, err)}
	}
	if apiVersion := obj["apiVersion"]; apiVersion != def.apiVersion {
		return copied, field.ErrorList{field.NotSupported(field.NewPath("apiVersion"), apiVersion, []string{def.apiVersion})}
	}
	return copied, def.check(ctx, copied)
}

// copyJSON copies a JSON-like value. Integers become int64, the one integer
// type the API server's code knows.
func copyJSON(value any) any {
	switch value := value.(type) {
	case map[string]any:
		if value == nil {
			return map[string]any{}
		}
		copied := make(map[string]any, len(value))
		for key, item := range value {
			copied[key] = copyJSON(item)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, item := range value {
			copied[i] = copyJSON(item)
		}
		return copied
	case int:
		return int64(value)
	case int32:
		return int64(value)
	default:
		return value
	}
}
