package manifest

import (
	"slices"
	"strconv"
	"strings"
)

// Item is one object of a decoded document: the document itself, or a member
// of a list such as kubectl prints.
type Item struct {
	// Path leads from the document to the object, as in ["items", "3"]; it is
	// empty for the document itself.
	Path []string
	// APIVersion and Kind are the object's own. A member of a typed list such
	// as a PodList that leaves them out takes them from its list.
	APIVersion, Kind string
	// Object is shared with the document.
	Object map[string]any
}

// Items returns the objects of a document in their order: the members of a
// List (or of any kind that ends in List and has an `items` list, lists within
// lists included), else the document as the only one. Members that are no
// objects are left out; a nil document has no items.
func Items(doc map[string]any) []Item {
	if doc == nil {
		return nil
	}
	apiVersion, _ := doc["apiVersion"].(string)
	kind, _ := doc["kind"].(string)
	return unfold(nil, Item{APIVersion: apiVersion, Kind: kind, Object: doc})
}

func unfold(out []Item, it Item) []Item {
	members, ok := it.Object["items"].([]any)
	memberKind, isList := strings.CutSuffix(it.Kind, "List")
	if !ok || !isList {
		return append(out, it)
	}
	for i, m := range members {
		object, ok := m.(map[string]any)
		if !ok {
			continue
		}
		member := Item{Path: append(slices.Clip(it.Path), "items", strconv.Itoa(i)), Object: object}
		member.APIVersion, _ = object["apiVersion"].(string)
		member.Kind, _ = object["kind"].(string)
		if member.Kind == "" && memberKind != "" {
			member.Kind, member.APIVersion = memberKind, it.APIVersion
		}
		out = unfold(out, member)
	}
	return out
}
