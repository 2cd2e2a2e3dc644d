package manifest

import "github.com/stowage-dev/stowage/internal/manifest/syntax"

// Peek returns apiVersion and kind without reading the rest into values. ok
// says that the document is well formed and both could be told ("" for one
// that is missing); otherwise only Decode knows, and says what is wrong. So a
// document that Peek accepts may be passed on unread.
func (d Document) Peek() (apiVersion, kind string, ok bool) {
	if len(d.Raw) > MaxDocumentBytes {
		return "", "", false
	}
	tree, err := syntax.Parse(d.Raw, MaxDepth)
	if err != nil {
		return "", "", false
	}
	return peek(tree)
}

func peek(t *syntax.Tree) (apiVersion, kind string, ok bool) {
	root := t.Root()
	if root == syntax.None {
		return "", "", true
	}
	if t.At(root).Kind != syntax.Map {
		return "", "", false
	}
	for k := t.First(root); k != syntax.None; k = t.Next(t.Next(k)) {
		if t.At(k).Kind != syntax.Scalar || isMerge(t, k) {
			return "", "", false
		}
		var to *string
		switch t.Text(k) {
		case "apiVersion":
			to = &apiVersion
		case "kind":
			to = &kind
		default:
			continue
		}
		value := t.Next(k)
		if t.At(value).Kind != syntax.Scalar {
			return "", "", false
		}
		*to = t.Text(value)
	}
	return apiVersion, kind, true
}
