package importer

import (
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// otomiPoolNotes explain the imported pool.
func otomiPoolNotes(selector otomiSelector) []note {
	places := make([]string, 0, len(selector.places))
	for _, p := range selector.places {
		places = append(places, printable(p.file)+", field "+p.path)
	}
	return []note{
		{text: "The nodes of the platform. Imported from " + strings.Join(places, ", and ") + "."},
		{
			path: []string{"spec", "nodeSelector"},
			text: "A node belongs to the pool if it carries all of these labels. If such nodes are tainted as well," +
				" list the taints in spec.taints, so that pods placed here tolerate them; Otomi has no setting for that.",
		},
		{
			path: []string{"spec", "exclusive"},
			text: "Only pods that a cluster policy places here may land here; kube-system, which Stowage leaves alone, apart." +
				" This is what keeps teams off: Otomi wrote a rule into each of their pods instead.",
		},
	}
}

// otomiPolicyNotes explain the imported policy.
func otomiPolicyNotes(selector otomiSelector, teams []string, subject v1alpha1.NamespaceSubject) []note {
	head := "Places the platform on its pool: the other half of " + selector.places[0].path + " in " + printable(selector.places[0].file) + "."
	notes := []note{
		{path: []string{"spec", "tier"}, text: "A default: it adds what a workload leaves open, and yields where the workload's own" +
			" selector or affinity says otherwise. Write Admin to make it hold against the workload."},
		{path: []string{"spec", "subject", "daemonSets"}, text: "DaemonSets are meant for every node, so they are left as they are."},
	}
	for _, name := range subject.Exclude {
		if name == teamPattern {
			notes = append(notes, note{path: []string{"spec", "subject", "namespaces", "exclude", teamPattern}, text: "The namespaces of teams, those to come included. " + teamText(teams)})
		}
	}
	if len(subject.Names) > 0 {
		notes = append(notes, note{
			path: []string{"spec", "subject", "namespaces", "names"},
			text: "The namespaces given as the platform's at the import. The pool being exclusive, pods of all others stay off it, those of kube-system apart.",
		})
	} else {
		notes = append(notes, note{
			path: []string{"spec", "subject", "namespaces", "exclude"},
			text: "Every namespace but these, so that a new part of the platform is covered from its first pod.",
		})
	}
	for _, own := range kubernetesNamespaces() {
		if slices.Contains(subject.Exclude, v1alpha1.NamespacePattern(own)) {
			notes = append(notes, note{
				path: []string{"spec", "subject", "namespaces", "exclude", own},
				text: "Kubernetes' own, each by its name. The pattern kube-* would be wrong: it also matches namespaces of" +
					" platform charts, such as kube-prometheus-stack, and would leave them uncovered without a word.",
			})
			break
		}
	}
	if len(subject.Exclude) == 0 {
		head += " " + teamText(teams)
	}
	return append(notes, note{text: head})
}

// teamText names the namespaces of the teams in the values.
func teamText(teams []string) string {
	if len(teams) == 0 {
		return "The values name no team."
	}
	names := make([]string, 0, len(teams))
	for _, team := range teams {
		names = append(names, printable(teamPrefix+team))
	}
	return "The teams in the values: " + strings.Join(names, ", ") + "."
}
