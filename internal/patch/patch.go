// Package patch describes changes to JSON-like documents without saying how
// they are written: the engine makes operations, a door turns them into an
// RFC 6902 patch, into edited manifest bytes, or applies them in memory.
package patch

import (
	"fmt"
	"strconv"
	"strings"
)

// OpKind says what an operation does at its path.
type OpKind uint8

// The four kinds of operation. Their names in errors are the lower-case words.
const (
	// Add sets a map key (a present value, null included, is replaced), or
	// inserts before the given index of a list (the list's length appends).
	// The parent has to exist: Add never creates it.
	Add OpKind = iota + 1
	// Replace exchanges the value of a key or index that exists.
	Replace
	// Remove takes away a key or index that exists; Value is ignored.
	Remove
	// Append adds Value behind the last item of the list that Path names.
	Append
)

// String returns the lower-case name of the kind, "unknown" for any other value.
func (k OpKind) String() string {
	switch k {
	case Add:
		return "add"
	case Replace:
		return "replace"
	case Remove:
		return "remove"
	case Append:
		return "append"
	}
	return "unknown"
}

// Op is one change. The zero Op is invalid and is refused by Apply and JSONPatch.
type Op struct {
	Kind OpKind
	// Path holds map keys as they are and list indexes as decimal strings. It
	// may not be empty: a document is never exchanged as a whole.
	Path []string
	// Value is JSON-compatible: map[string]any, []any, string, bool, int64,
	// float64 or nil. It is never changed and never shared with a result.
	Value any
}

// String returns kind and path for messages, as in `add /spec/nodeSelector`.
func (o Op) String() string { return o.Kind.String() + " " + Pointer(o.Path) }

// Pointer returns the RFC 6901 JSON pointer of a path; "" for an empty path.
func Pointer(path []string) string {
	var b strings.Builder
	for _, p := range path {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(p))
	}
	return b.String()
}

// Check returns an error for an operation whose kind is unknown or whose path
// is empty, nil otherwise.
func (o Op) Check() error {
	if o.Kind < Add || o.Kind > Append {
		return fmt.Errorf("checking change at %q: unknown kind %d", Pointer(o.Path), o.Kind)
	}
	if len(o.Path) == 0 {
		return fmt.Errorf("checking change %q: the path is empty; fix: name a key or an index", o.Kind)
	}
	return nil
}

// Index reads a list index below limit from a path element. It refuses signs,
// leading zeros and anything else that RFC 6901 refuses.
func Index(element string, limit int) (int, error) {
	i, err := strconv.Atoi(element)
	if err != nil || i < 0 || strconv.Itoa(i) != element {
		return 0, fmt.Errorf("%q is no list index", element)
	}
	if i >= limit {
		return 0, fmt.Errorf("index %d is beyond the list", i)
	}
	return i, nil
}
