package importer

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

const (
	// teamPrefix begins the name of every team's namespace.
	teamPrefix = "team-"
	// teamPattern matches the namespaces of teams, present and future.
	teamPattern = teamPrefix + "*"
	// maxPatterns is how many names a policy's subject takes.
	maxPatterns = 256
)

// kubernetesNamespaces are Kubernetes' own namespaces, by name: the pattern
// kube-* would also match kube-prometheus-stack and its like.
func kubernetesNamespaces() []string {
	return []string{"kube-system", "kube-public", "kube-node-lease"}
}

// platformSubject selects the platform's namespaces: the given names and
// patterns, or else all but those of teams and of Kubernetes.
func platformSubject(given []string) (v1alpha1.NamespaceSubject, error) {
	names := slices.Clone(given)
	slices.Sort(names)
	names = slices.Compact(names)
	if len(names) > maxPatterns {
		return v1alpha1.NamespaceSubject{}, fmt.Errorf("reading platform namespaces: %d names given, a policy takes %d; use patterns",
			len(names), maxPatterns)
	}
	for _, name := range names {
		if err := checkPattern(name); err != nil {
			return v1alpha1.NamespaceSubject{}, err
		}
	}
	exclude, err := platformExclude(names)
	if err != nil {
		return v1alpha1.NamespaceSubject{}, err
	}
	return v1alpha1.NamespaceSubject{Names: asPatterns(names), Exclude: asPatterns(exclude)}, nil
}

// checkPattern says what is wrong with the name or pattern of a namespace.
func checkPattern(name string) error {
	valid := regexp.MustCompile(`^[a-z0-9*?]([-a-z0-9*?]*[a-z0-9*?])?$`)
	if len(name) > 63 || !valid.MatchString(name) {
		return fmt.Errorf("reading platform namespaces: %q is no namespace: use lower-case letters, digits and '-',"+
			" with '*' and '?' as wildcards, 63 characters at most", name)
	}
	return nil
}

// platformExclude are the namespaces to take out again: those of teams and of
// Kubernetes, as far as a pattern among names could match them. What is named
// on purpose, such as kube-system in full or team-ops-*, stays in.
func platformExclude(names []string) ([]string, error) {
	if len(names) == 0 {
		return append([]string{teamPattern}, kubernetesNamespaces()...), nil
	}
	var wide []string
	for _, name := range names {
		if strings.ContainsAny(name, "*?") && !strings.HasPrefix(name, teamPrefix) {
			wide = append(wide, name)
		}
	}
	var exclude []string
	if i := slices.IndexFunc(wide, func(p string) bool { return globsMeet(p, teamPattern) }); i >= 0 {
		if j := slices.IndexFunc(names, func(n string) bool { return strings.HasPrefix(n, teamPrefix) }); j >= 0 {
			return nil, fmt.Errorf("reading platform namespaces: %q could match the namespaces of teams, so team-* is excluded,"+
				" and %q with it; use patterns that match no team's namespace, or give %[2]q a policy of its own", wide[i], names[j])
		}
		exclude = append(exclude, teamPattern)
	}
	for _, own := range kubernetesNamespaces() {
		matches := slices.ContainsFunc(wide, func(p string) bool { return globsMeet(p, own) })
		if matches && !slices.Contains(names, own) {
			exclude = append(exclude, own)
		}
	}
	return exclude, nil
}

// globsMeet says whether some name matches both patterns. Each may hold '*' for
// any run of characters and '?' for one.
func globsMeet(a, b string) bool {
	// meet[j] says whether the rest of a from the row at hand meets b[j:].
	meet := make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		next := slices.Clone(meet) // the row of a[i+1:]
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				meet[j] = true
			case i < len(a) && a[i] == '*':
				meet[j] = next[j] || (j < len(b) && meet[j+1])
			case j < len(b) && b[j] == '*':
				meet[j] = meet[j+1] || (i < len(a) && next[j])
			case i < len(a) && j < len(b):
				meet[j] = (a[i] == b[j] || a[i] == '?' || b[j] == '?') && next[j+1]
			default:
				meet[j] = false
			}
		}
	}
	return meet[0]
}

// asPatterns converts names; nil stays nil.
func asPatterns(names []string) []v1alpha1.NamespacePattern {
	var patterns []v1alpha1.NamespacePattern
	for _, name := range names {
		patterns = append(patterns, v1alpha1.NamespacePattern(name))
	}
	return patterns
}
