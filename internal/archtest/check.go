package archtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// imports maps the import path of a package to those it imports directly, tests
// aside.
type imports map[string][]string

// place is where a package stands in the architecture.
type place struct {
	ring  int
	index int
}

// check compares the imports with the architecture and returns what is wrong, a
// sentence each, sorted. A package of the architecture that does not exist yet
// is no error.
func check(have imports, architecture []ring) []string {
	places := map[string]place{}
	for i, r := range architecture {
		for j, path := range r.packages {
			places[module+"/"+path] = place{ring: i, index: j}
		}
	}
	var wrong []string
	for _, from := range slices.Sorted(maps.Keys(have)) {
		if !ours(from) {
			continue
		}
		at, known := places[from]
		if !known {
			wrong = append(wrong, fmt.Sprintf("%s has no place in the architecture: add it to a ring in internal/archtest/rings.go", from))
			continue
		}
		for _, to := range have[from] {
			if target, known := places[to]; known && !mayImport(at, target, architecture[at.ring]) {
				wrong = append(wrong, fmt.Sprintf("%s (%s) imports %s (%s): %s",
					from, architecture[at.ring].name, to, architecture[target.ring].name, cure(at, target)))
			}
		}
		wrong = append(wrong, strangers(have[from], from, architecture[at.ring].thirdParty)...)
		if architecture[at.ring].pure {
			wrong = append(wrong, impurities(have, from)...)
		}
	}
	return wrong
}

func mayImport(from, to place, r ring) bool {
	return to.ring < from.ring || to.ring == from.ring && r.ordered && to.index < from.index
}

func cure(from, to place) string {
	if to.ring > from.ring {
		return "a ring imports only lower ones, so pass the value in or move the code down"
	}
	return "inside a ring only an earlier package of an ordered ring may be imported, so move what both need to a lower ring"
}

// strangers returns the imports of others' packages that are not among the
// allowed ones. The standard library is always allowed.
func strangers(have []string, from string, allowed []string) []string {
	var wrong []string
	for _, to := range have {
		standard := !strings.Contains(strings.Split(to, "/")[0], ".")
		if allowed == nil || standard || ours(to) {
			continue
		}
		if !slices.ContainsFunc(allowed, func(path string) bool { return covers(path, to) }) {
			wrong = append(wrong, fmt.Sprintf("%s imports %s, but only %s are allowed there", from, to, strings.Join(allowed, " and ")))
		}
	}
	return wrong
}

// impurities returns the ways in which a pure package leaves its confines.
func impurities(have imports, from string) []string {
	var wrong []string
	for _, to := range have[from] {
		for _, b := range impure() {
			if covers(b.path, to) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s, but a pure package gets data: read it in a higher ring and pass it in", from, to))
			}
		}
	}
	for path, through := range reached(have, from) {
		for _, b := range impure() {
			if b.deep && covers(b.path, path) && through != from {
				wrong = append(wrong, fmt.Sprintf("%s reaches %s through %s, but a pure package gets data: use a smaller package", from, path, through))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// covers reports whether path is root or lies below it.
func covers(root, path string) bool {
	return path == root || strings.HasPrefix(path, root+"/")
}

// reached returns the packages of others that from imports, directly or not,
// each with one that imports it. Packages of ours on the way answer for
// themselves.
func reached(have imports, from string) map[string]string {
	through := map[string]string{}
	next := []string{from}
	for len(next) > 0 {
		at := next[0]
		next = next[1:]
		for _, to := range have[at] {
			if _, seen := through[to]; !seen && !ours(to) {
				through[to] = at
				next = append(next, to)
			}
		}
	}
	return through
}

func ours(path string) bool {
	return covers(module, path)
}
