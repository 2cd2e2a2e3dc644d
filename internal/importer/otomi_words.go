package importer

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// maxTexts bounds how deep YAML inside a text inside YAML is searched.
const maxTexts = 3

// ownWord is a placement field somewhere in the values of an app or a team: what
// the pods made from it say themselves about the nodes they want.
type ownWord struct {
	place
	// team says that it is a team's workload.
	team bool
	// encrypted says that the value cannot be read.
	encrypted bool
	// labels of a node selector whose values are all texts; nil otherwise.
	labels map[string]string
}

// scan looks for placement fields anywhere in a document but at skip, the path
// of the platform's own node selector.
func (f *otomiFile) scan(top *yaml.Node, skip string) error {
	search := &wordSearch{file: f, skip: skip}
	return search.node(top, "", 0)
}

// wordSearch is one walk over a document.
type wordSearch struct {
	file  *otomiFile
	skip  string
	texts int
}

// node searches a node and all below it.
func (s *wordSearch) node(node *yaml.Node, path string, depth int) error {
	node = resolve(node)
	if s.file.visits++; s.file.visits > maxVisits || depth > maxDepth {
		return fmt.Errorf("line %d: %w", node.Line, errTooLarge)
	}
	if node.Kind == yaml.MappingNode {
		return s.mapping(node, path, depth)
	}
	if node.Kind == yaml.ScalarNode {
		return s.text(node, path, depth)
	}
	for i, item := range node.Content {
		if err := s.node(item, fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// mapping searches the entries of a mapping and notes those that place pods.
func (s *wordSearch) mapping(node *yaml.Node, path string, depth int) error {
	entries, err := s.file.pairs(node)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		at := below(path, entry.key.Value)
		if at == s.skip && s.texts == 0 {
			continue
		}
		if placesPods(entry) {
			s.note(entry, at)
			continue
		}
		if err := s.node(entry.value, at, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// text searches YAML that stands in a text of several lines, as the values of a
// team's workload do. A text that is no YAML holds nothing to find.
func (s *wordSearch) text(node *yaml.Node, path string, depth int) error {
	if s.texts >= maxTexts || !strings.Contains(node.Value, "\n") || s.file.encrypted {
		return nil
	}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(node.Value), &doc); err != nil || len(doc.Content) == 0 {
		return nil
	}
	if doc.Content[0].Kind == yaml.ScalarNode {
		return nil
	}
	s.texts++
	defer func() { s.texts-- }()
	return s.node(doc.Content[0], path, depth+1)
}

// note keeps a placement field.
func (s *wordSearch) note(entry pair, path string) {
	word := ownWord{
		place:     place{file: s.file.name, path: path, line: entry.key.Line},
		team:      s.file.team || strings.HasPrefix(path, "teamConfig."),
		encrypted: s.file.encrypted,
	}
	if s.texts > 0 {
		word.line = 0 // lines inside a text are not lines of the file
	}
	if strings.EqualFold(entry.key.Value, "nodeSelector") {
		word.labels = s.labels(entry.value)
	}
	s.file.reader.words = append(s.file.reader.words, word)
}

// labels reads a plain node selector; nil if it is anything else.
func (s *wordSearch) labels(node *yaml.Node) map[string]string {
	entries, err := s.file.pairs(node)
	if err != nil || len(entries) == 0 {
		return nil
	}
	labels := map[string]string{}
	for _, entry := range entries {
		if entry.value.Kind != yaml.ScalarNode {
			return nil
		}
		labels[entry.key.Value] = entry.value.Value
	}
	return labels
}

// placesPods says whether an entry names nodes for pods. Charts prefix the names
// (serverNodeSelector). Affinity to other pods alone says nothing about nodes,
// and neither does a Service's sessionAffinity, which is a text.
func placesPods(entry pair) bool {
	name := strings.ToLower(entry.key.Value)
	named := func(suffix string) bool { return strings.HasSuffix(name, suffix) }
	switch {
	case isEmpty(entry.value):
		return false
	case name == "nodeselector", name == "tolerations", name == "nodeaffinity":
		return true
	case name == "affinity":
		return entry.value.Kind == yaml.ScalarNode || !onlyPodAffinity(entry.value)
	case entry.value.Kind == yaml.ScalarNode:
		return false
	case named("nodeselector"), named("tolerations"), named("nodeaffinity"):
		return true
	case named("podaffinity"), named("antiaffinity"):
		return false
	default:
		return named("affinity") && !onlyPodAffinity(entry.value)
	}
}

// onlyPodAffinity says whether an affinity speaks of other pods and of nothing
// else.
func onlyPodAffinity(node *yaml.Node) bool {
	if node.Kind != yaml.MappingNode {
		return false
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := resolve(node.Content[i]).Value
		if key != "podAffinity" && key != "podAntiAffinity" && !isEmpty(resolve(node.Content[i+1])) {
			return false
		}
	}
	return true
}

// finding says what the word means beside the imported pool, if there is one.
func (w ownWord) finding(pools []v1alpha1.Pool) Finding {
	message := "is the workload's own word: it stands above the Baseline policy, which adds what is open and yields where the two contradict"
	switch {
	case w.encrypted:
		message = "is a placement field in a file encrypted by SOPS, so its value was not read: it is the workload's own word and stands above the Baseline policy"
	case w.team:
		message = "is the own word of a team's workload: it stands above Baseline policies, but grants no exclusive pool"
	case len(pools) == 1 && w.labels != nil:
		message = compare(w.labels, pools[0], message)
	}
	return Finding{File: w.file, Line: w.line, Path: w.path, Message: message}
}

// compare says how a node selector stands to a pool; otherwise if it neither
// repeats nor contradicts it.
func compare(labels map[string]string, pool v1alpha1.Pool, otherwise string) string {
	repeats := true
	keys := make([]string, 0, len(labels))
	for key := range labels {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		want, known := pool.Spec.NodeSelector[key]
		if known && string(want) != labels[key] {
			return fmt.Sprintf("contradicts the pool %q (label %s is %q here, %q there): it is the workload's own word,"+
				" so the Baseline policy yields and these pods stay where it puts them", pool.Name, key, labels[key], want)
		}
		repeats = repeats && known
	}
	if repeats {
		return fmt.Sprintf("is the workload's own word and repeats what the pool %q says: not needed once the policy is in force", pool.Name)
	}
	return otherwise
}
