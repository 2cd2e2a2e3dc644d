package manifest

import (
	"errors"
	"fmt"

	"github.com/stowage-dev/stowage/internal/manifest/syntax"
)

// Decode reads the document as Kubernetes would: YAML 1.1 booleans and
// numbers, aliases and merge keys resolved. Values are map[string]any, []any,
// string, bool, int64, float64 and nil, and share nothing with one another. A
// document without content gives a nil map. The error is an *Error: broken
// syntax, a key twice, a top level that is no map, or a limit exceeded.
func (d Document) Decode() (map[string]any, error) {
	tree, err := d.parse()
	if err != nil {
		return nil, err
	}
	return d.decode(tree)
}

// DecodeUnless is Decode for a document that passOver does not say yes to, asked
// with its apiVersion and kind. Of one that it does, only the syntax is checked,
// and the map is nil.
func (d Document) DecodeUnless(passOver func(apiVersion, kind string) bool) (map[string]any, error) {
	tree, err := d.parse()
	if err != nil {
		return nil, err
	}
	if apiVersion, kind, ok := peek(tree); ok && passOver(apiVersion, kind) {
		return nil, nil
	}
	return d.decode(tree)
}

// parse reads the document with the fast parser and asks the full one where
// that does not get through.
func (d Document) parse() (*syntax.Tree, error) {
	if len(d.Raw) > MaxDocumentBytes {
		return nil, d.fail(1, fmt.Sprintf("the document is larger than %d bytes", MaxDocumentBytes), "split it")
	}
	tree, err := syntax.Parse(d.Raw, MaxDepth)
	first, failed := errors.AsType[*syntax.Error](err)
	if !failed {
		return tree, nil
	}
	if !first.Final {
		tree, err = syntax.ParseFull(d.Raw, MaxDepth)
		if err == nil {
			return tree, nil
		}
	}
	if full, ok := errors.AsType[*syntax.Error](err); ok && first.Unsure {
		first = full
	}
	return nil, d.fail(first.Line, first.Problem, first.Fix)
}

func (d Document) decode(tree *syntax.Tree) (map[string]any, error) {
	root := tree.Root()
	if root == syntax.None {
		return nil, nil
	}
	v := valuer{tree: tree, left: MaxAliasValues}
	value, err := v.value(root)
	if err != nil {
		return nil, d.located(err)
	}
	switch m := value.(type) {
	case map[string]any:
		return m, nil
	case nil:
		return nil, nil
	}
	return nil, d.fail(int(tree.At(root).Line), "the document is no object but "+describe(value), "write it as `key: value` lines")
}

// located turns an error of the parser into one that names the document;
// others stay.
func (d Document) located(err error) error {
	if e, ok := errors.AsType[*syntax.Error](err); ok {
		return d.fail(e.Line, e.Problem, e.Fix)
	}
	return err
}

func describe(value any) string {
	switch value.(type) {
	case []any:
		return "a list"
	case string:
		return "a text"
	}
	return "a number or boolean"
}
