package importer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// commentWidth is where lines of comments are broken, in characters.
const commentWidth = 90

// YAML gives the objects as YAML documents, pools first, with comments that
// explain where each comes from and what it means. The same result gives the
// same bytes. It is empty if there are no objects.
func (r *Result) YAML() ([]byte, error) {
	var documents [][]byte
	for i := range r.Pools {
		document, err := render(&r.Pools[i], r.poolNotes[r.Pools[i].Name])
		if err != nil {
			return nil, fmt.Errorf("writing pool %q: %w", r.Pools[i].Name, err)
		}
		documents = append(documents, document)
	}
	for i := range r.ClusterPolicies {
		document, err := render(&r.ClusterPolicies[i], r.policyNotes[r.ClusterPolicies[i].Name])
		if err != nil {
			return nil, fmt.Errorf("writing policy %q: %w", r.ClusterPolicies[i].Name, err)
		}
		documents = append(documents, document)
	}
	return bytes.Join(documents, []byte("---\n")), nil
}

// render writes an object as one YAML document, its fields in the order in which
// the type declares them, without status.
func render(object any, notes []note) ([]byte, error) {
	data, err := json.Marshal(object)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node // JSON is YAML, and a node keeps the order of its fields
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	top := doc.Content[0]
	if i := indexKey(top, "apiVersion"); i == 2 { // as it is written everywhere: before kind
		top.Content[0], top.Content[1], top.Content[2], top.Content[3] = top.Content[2], top.Content[3], top.Content[0], top.Content[1]
	}
	drop(top, "status")
	drop(at(top, "metadata"), "creationTimestamp")
	style(top, "")

	var out bytes.Buffer
	for _, n := range notes {
		if len(n.path) == 0 {
			out.WriteString(comment(n.text, commentWidth) + "\n")
			continue
		}
		if node := at(top, n.path[:len(n.path)-1]...); node != nil {
			annotate(node, n)
		}
	}
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(top); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}

// at is the value at a path of keys; nil if there is none.
func at(node *yaml.Node, path ...string) *yaml.Node {
	for _, key := range path {
		i := indexKey(node, key)
		if i < 0 {
			return nil
		}
		node = node.Content[i+1]
	}
	return node
}

// indexKey is where a key stands in a mapping; -1 if it does not.
func indexKey(node *yaml.Node, key string) int {
	if node == nil || node.Kind != yaml.MappingNode {
		return -1
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return i
		}
	}
	return -1
}

// drop takes a key out of a mapping.
func drop(node *yaml.Node, key string) {
	if i := indexKey(node, key); i >= 0 {
		node.Content = slices.Delete(node.Content, i, i+2)
	}
}

// annotate puts a note above an entry of a mapping or an element of a list.
func annotate(parent *yaml.Node, n note) {
	name := n.path[len(n.path)-1]
	text := comment(n.text, commentWidth-2*len(n.path))
	if i := indexKey(parent, name); i >= 0 {
		parent.Content[i].HeadComment = text
		return
	}
	if parent.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range parent.Content {
		if item.Value == name {
			item.HeadComment = text
			return
		}
	}
}

// style turns JSON into the YAML a person would write: blocks, and quotes only
// around what users chose (labels, patterns of names) or what could be misread.
func style(node *yaml.Node, field string) {
	node.Style &^= yaml.FlowStyle
	if node.Kind == yaml.ScalarNode {
		if slices.Contains(plainFields(), field) && plain(node.Value) {
			node.Style = 0
		}
		return
	}
	for i, child := range node.Content {
		switch {
		case node.Kind != yaml.MappingNode:
			style(child, field)
		case i%2 == 1:
			style(child, node.Content[i-1].Value)
		case plain(child.Value):
			child.Style = 0
		}
	}
}

// plainFields are the fields whose values need no quotes.
func plainFields() []string {
	return []string{
		"apiVersion", "kind", "name", "tier", "pools", "avoidPools", "strength", "daemonSets", "exclusive",
		"onConflict", "priority", "effect", "operator",
	}
}

// plain says whether every YAML parser reads a text as that very text without
// quotes.
func plain(text string) bool {
	if text == "" || !unicode.IsLetter(rune(text[0])) {
		return false
	}
	switch strings.ToLower(text) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	return strings.IndexFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII || (!unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._/", r))
	}) < 0
}

// comment breaks a text into comment lines of at most width characters, unless
// one word is longer.
func comment(text string, width int) string {
	var lines []string
	line := "#"
	for word := range strings.FieldsSeq(text) {
		if len(line) > 1 && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = "#"
		}
		line += " " + word
	}
	return strings.Join(append(lines, line), "\n")
}

// printable is a text as it is if it can stand in one line, else quoted with its
// odd characters escaped.
func printable(text string) string {
	odd := func(r rune) bool { return !unicode.IsPrint(r) || r == unicode.ReplacementChar || r == '"' }
	if text == "" || strings.IndexFunc(text, odd) >= 0 || strings.TrimSpace(text) != text {
		return strconv.QuoteToASCII(text)
	}
	return text
}
