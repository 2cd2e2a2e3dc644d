package schema

import (
	"slices"
	"strings"
	"unicode"
)

// subject is what a field's name says it is about.
type subject int

const (
	aboutNothing subject = iota
	aboutNodeSelector
	aboutSelector // a selector of something; only its description can say of what
	aboutTolerations
	aboutTaints
	aboutAffinity
	aboutNodeAffinity
	aboutPodTemplate
	aboutPodSpec
	aboutWorkload
	aboutWorkloadSpec
	aboutTemplate // a template of something
	aboutSpec
)

// naming is a field's name, read.
type naming struct {
	subject subject
	// prefix holds the words before the subject, lower case: "backup" in backupNodeSelector.
	prefix []string
}

// readName splits a name into words, whatever its convention (camelCase, snake_case, kebab-case), and finds what its
// last words are about: in English the last noun is the thing, those before it say which.
func readName(name string) naming {
	if !mayMatter(name) {
		return naming{}
	}
	words := wordsOf(name)
	for _, e := range endings() {
		if n := len(words) - len(e.words); n >= 0 && slices.Equal(words[n:], e.words) {
			return naming{subject: e.subject, prefix: words[:n]}
		}
	}
	return naming{}
}

// mayMatter tells cheaply whether a name can end in one of the words of endings, by its last three letters.
func mayMatter(name string) bool {
	if len(name) < 3 {
		return false
	}
	tail := [3]byte{name[len(name)-3] | 0x20, name[len(name)-2] | 0x20, name[len(name)-1] | 0x20}
	switch string(tail[:]) {
	case "tor", "ors", "els", "bel", "rms", "erm", "ity", "ies", "ons", "ion", "nts", "ate", "tes", "pec", "ent", "set", "job", "lay", "ide",
		"des":
		return true
	}
	return false
}

type ending struct {
	words   []string
	subject subject
}

// endings lists what names may end in, the longer before the shorter.
func endings() []ending { return nameEndings }

//nolint:gochecknoglobals // an immutable table, built once because it is read for every field of a schema
var nameEndings = buildEndings()

func buildEndings() []ending {
	var out []ending
	add := func(s subject, phrases ...string) {
		for _, p := range phrases {
			out = append(out, ending{words: strings.Fields(p), subject: s})
		}
	}
	add(aboutNodeSelector, "node selector", "node selectors", "node label selector", "node labels selector", "node selector labels",
		"nodeselector", "nodeselectors", "node selector terms", "node selector term")
	add(aboutNodeAffinity, "node affinity", "node affinities", "node affinity labels", "node affinity terms", "nodeaffinity",
		"node affinity label", "node affinity term")
	add(aboutTolerations, "tolerations", "toleration", "tole rations")
	add(aboutTaints, "taints")
	add(aboutAffinity, "affinity", "affinities")
	add(aboutPodTemplate, "pod template", "pod template spec", "pod templates")
	add(aboutPodSpec, "pod spec", "podspec")
	for _, w := range []string{"deployment", "stateful set", "statefulset", "daemon set", "daemonset", "replica set", "clone set", "job"} {
		add(aboutWorkloadSpec, w+" spec", w+" template spec")
		add(aboutWorkload, w+" template", w, w+" overlay", w+" override", w+" overrides")
	}
	add(aboutTemplate, "template")
	add(aboutSpec, "spec")
	add(aboutSelector, "selector")
	slices.SortStableFunc(out, func(a, b ending) int { return len(b.words) - len(a.words) })
	return out
}

// wordsOf splits a name at case changes, digits and punctuation and lowers it; "podTEMPLATESpec" gives pod, template, spec.
func wordsOf(name string) []string {
	var words []string
	start := -1
	runes := []rune(name)
	flush := func(end int) {
		if start >= 0 {
			words = append(words, strings.ToLower(string(runes[start:end])))
		}
		start = -1
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			flush(i)
			continue
		case start >= 0 && unicode.IsUpper(r) && !unicode.IsUpper(runes[i-1]):
			flush(i)
		case start >= 0 && i > start+1 && !unicode.IsUpper(r) && unicode.IsUpper(runes[i-1]) && unicode.IsUpper(runes[i-2]):
			flush(i - 1)
			start = i - 1
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(runes))
	return words
}

// foreignAffinity reports whether the words before "affinity" name a thing that is not a pod's node: sticky sessions,
// processor pinning, volumes, cloud reservations, or pods among each other.
func foreignAffinity(prefix []string) bool {
	for _, w := range prefix {
		switch w {
		case "pod", "pods", "anti", "session", "client", "cookie", "cpu", "numa", "core", "thread", "io", "irq", "read", "write",
			"volume", "replica", "disk", "storage", "index", "zone", "region", "host", "vm", "hardware", "reservation", "group",
			"cluster", "shard", "cache", "service", "network", "topology", "sticky", "connection", "request", "datacenter":
			return true
		}
	}
	return false
}

// runsAsPods reports whether the words before a node selector name something that runs, which makes the selector that of
// its pods, whatever a copied description says.
func runsAsPods(prefix []string) bool {
	for _, w := range prefix {
		switch w {
		case "pod", "pods", "daemon", "server", "operator", "controller", "agent", "driver", "plugin", "job", "webhook", "scheduler", "executor",
			"builder", "backup", "exporter", "manager", "proxy", "router", "broker", "registry", "provisioner":
			return true
		}
	}
	return false
}

// otherSelected reports whether the words before "selector" or "tolerations" name something other than the part of a
// platform whose pods are placed: members of a fleet of clusters, or devices.
func otherSelected(prefix []string) bool {
	if len(prefix) == 0 {
		return false
	}
	switch prefix[len(prefix)-1] {
	case "cluster", "clusters", "device", "devices", "claim", "member", "seed":
		return true
	}
	return false
}
