package schema

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordsOf(t *testing.T) {
	for name, want := range map[string][]string{
		"nodeSelector":       {"node", "selector"},
		"node_selector":      {"node", "selector"},
		"node-selector":      {"node", "selector"},
		"NodeSelector":       {"node", "selector"},
		"podTEMPLATESpec":    {"pod", "template", "spec"},
		"HTTPServer":         {"http", "server"},
		"rack1NodeAffinity2": {"rack", "node", "affinity"},
		"":                   nil,
		"__":                 nil,
	} {
		if diff := cmp.Diff(want, wordsOf(name)); diff != "" {
			t.Errorf("wordsOf(%q): %s", name, diff)
		}
	}
}

// TestReadNameKnowsEveryEnding guards the cheap test by three letters against the table of endings it stands for.
func TestReadNameKnowsEveryEnding(t *testing.T) {
	for _, e := range nameEndings {
		name := "backup_" + strings.Join(e.words, "_")
		got := readName(name)
		if got.subject == aboutNothing {
			t.Errorf("readName(%q) is about nothing, want %v", name, e.subject)
		}
	}
}

func TestReadNameIgnoresConvention(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.SampledFrom(nameEndings).Draw(t, "ending")
		words := append([]string{rapid.StringMatching("[a-z]{1,8}").Draw(t, "prefix")}, e.words...)
		camel := words[0]
		for _, w := range words[1:] {
			camel += strings.ToUpper(w[:1]) + w[1:]
		}
		if diff := cmp.Diff(readName(strings.Join(words, "_")).subject, readName(camel).subject); diff != "" {
			t.Fatalf("%q and its camel case %q are read differently: %s", words, camel, diff)
		}
	})
}
