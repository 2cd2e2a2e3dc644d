package importer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxVisits bounds the nodes looked at in one file, and maxDepth how deep they
// lie. Aliases can make a small file stand for an endless one.
const (
	maxVisits = 500_000
	maxDepth  = 200
)

// errTooLarge says that a file is too large once its aliases are resolved.
var errTooLarge = errors.New("aliases make the YAML too large or too deep, or contain themselves; write the values out")

// tree reads the nodes of one file and counts its visits.
type tree struct {
	visits int
}

// pair is an entry of a mapping.
type pair struct {
	key, value *yaml.Node
}

// resolve follows an alias to what it stands for. It is nil for a nil node.
func resolve(node *yaml.Node) *yaml.Node {
	for hops := 0; node != nil && node.Kind == yaml.AliasNode && hops < 16; hops++ {
		node = node.Alias
	}
	return node
}

// pairs are the entries of a mapping in order, those of merge keys (<<) after
// the mapping's own, which win. It is empty for any other node, and an error
// names the line of a key that stands twice.
func (t *tree) pairs(node *yaml.Node) ([]pair, error) {
	seen := map[string]int{}
	var all []pair
	err := t.collect(resolve(node), 0, func(p pair) { all = append(all, p) }, seen)
	return all, err
}

// collect hands each entry of a mapping that is not in seen to add, and goes on
// with the mappings that it merges in, depth of which are open already.
func (t *tree) collect(node *yaml.Node, depth int, add func(pair), seen map[string]int) error {
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	if t.visits++; t.visits > maxVisits || depth > maxDepth {
		return fmt.Errorf("line %d: %w", node.Line, errTooLarge)
	}
	own := map[string]int{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := resolve(node.Content[i])
		if key.Kind != yaml.ScalarNode {
			continue
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, mergeSources(node.Content[i+1])...)
			continue
		}
		if line, twice := own[key.Value]; twice {
			return fmt.Errorf("line %d: the key %q stands in line %d already; keep one of them", key.Line, key.Value, line)
		}
		own[key.Value] = key.Line
		if _, taken := seen[key.Value]; !taken {
			seen[key.Value] = key.Line
			add(pair{key: key, value: resolve(node.Content[i+1])})
		}
	}
	for _, source := range merged {
		if err := t.collect(source, depth+1, add, seen); err != nil {
			return err
		}
	}
	return nil
}

// mergeSources are the mappings a merge key names: one, or a list of them.
func mergeSources(node *yaml.Node) []*yaml.Node {
	node = resolve(node)
	if node.Kind != yaml.SequenceNode {
		return []*yaml.Node{node}
	}
	sources := make([]*yaml.Node, 0, len(node.Content))
	for _, item := range node.Content {
		sources = append(sources, resolve(item))
	}
	return sources
}

// find is the entry at a path of keys below a mapping; ok is false if there is
// none.
func (t *tree) find(node *yaml.Node, keys ...string) (entry pair, ok bool, err error) {
	entry.value = node
	for _, key := range keys {
		all, err := t.pairs(entry.value)
		if err != nil {
			return pair{}, false, err
		}
		ok = false
		for _, p := range all {
			if p.key.Value == key {
				entry, ok = p, true
			}
		}
		if !ok {
			return pair{}, false, nil
		}
	}
	return entry, ok, nil
}

// isNull says whether a node holds nothing: none, or a plain null. A quoted
// "null" is a text.
func isNull(node *yaml.Node) bool {
	return node == nil || (node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null")
}

// isEmpty says whether a node says nothing: null, an empty text, list or
// mapping.
func isEmpty(node *yaml.Node) bool {
	if isNull(node) {
		return true
	}
	if node.Kind == yaml.ScalarNode {
		return strings.TrimSpace(node.Value) == ""
	}
	return len(node.Content) == 0
}

// kindName says what a node is, for messages.
func kindName(node *yaml.Node) string {
	if node.Kind == yaml.MappingNode {
		return "a mapping"
	}
	if node.Kind == yaml.SequenceNode {
		return "a list"
	}
	return fmt.Sprintf("the text %q", node.Value)
}

// below is the path of a key below another path, with keys that hold anything
// but letters, digits, '_' and '-' in brackets and quotes.
func below(path, key string) string {
	plain := key != "" && strings.IndexFunc(key, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-'
	}) < 0
	switch {
	case !plain:
		return path + "[" + strconv.Quote(key) + "]"
	case path == "":
		return key
	default:
		return path + "." + key
	}
}
