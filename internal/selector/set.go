package selector

import (
	"slices"
	"strconv"
)

// Set is what one label of a node may be: a set of values, and possibly the
// label's absence. The zero Set is Present(). Sets are values and are never
// changed.
type Set struct {
	// absent says that a node without the label is in the set.
	absent bool
	// finite says that values lists all values of the set; otherwise the set
	// holds every value but those.
	finite bool
	values []string // sorted, no duplicates
	// numeric limits a set that is not finite to values that read as integers
	// from lowest to highest, both included.
	numeric         bool
	lowest, highest int64
}

// Any is the set of a label nobody speaks of: every value, or none at all.
func Any() Set { return Set{absent: true} }

// None is the set that nothing satisfies.
func None() Set { return Set{finite: true} }

// Only is the set of exactly one value.
func Only(value string) Set { return Set{finite: true, values: []string{value}} }

// OneOf is the set of the given values.
func OneOf(values ...string) Set { return Set{finite: true, values: sorted(values)} }

// NotOneOf is everything but the given values; the label may be absent, as with
// the operator NotIn of a node selector.
func NotOneOf(values ...string) Set { return Set{absent: true, values: sorted(values)} }

// Present is every value, but not the label's absence.
func Present() Set { return Set{} }

// Absent is the set of nodes that do not carry the label.
func Absent() Set { return Set{absent: true, finite: true} }

// Above is every integer greater than the bound, as the operator Gt.
func Above(bound int64) Set {
	if bound == maxInt {
		return None()
	}
	return integers(max(bound+1, 0), maxInt)
}

// Below is every integer less than the bound, as the operator Lt. A label's
// value begins with a letter or digit, so that no negative number can stand in
// one.
func Below(bound int64) Set {
	if bound <= 0 {
		return None()
	}
	return integers(0, bound-1)
}

// Empty tells whether nothing satisfies the set.
func (s Set) Empty() bool { return !s.absent && s.finite && len(s.values) == 0 }

// Allows tells whether a node whose label has the value is in the set.
func (s Set) Allows(value string) bool {
	_, listed := slices.BinarySearch(s.values, value)
	if s.finite || listed {
		return s.finite && listed
	}
	if !s.numeric {
		return true
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return err == nil && n >= s.lowest && n <= s.highest
}

// AllowsAbsent tells whether a node without the label is in the set.
func (s Set) AllowsAbsent() bool { return s.absent }

// IsOnly tells whether the set holds the one value and nothing else.
func (s Set) IsOnly(value string) bool {
	return !s.absent && s.finite && len(s.values) == 1 && s.values[0] == value
}

// Values lists the set's values in order; finite is false where they cannot be
// listed, because there is no end of them.
func (s Set) Values() (values []string, finite bool) {
	if !s.finite {
		return nil, false
	}
	return slices.Clone(s.values), true
}

// Intersect is the set of what both sets hold.
func (s Set) Intersect(o Set) Set {
	absent := s.absent && o.absent
	switch {
	case s.finite:
		return Set{absent: absent, finite: true, values: filter(s.values, o.Allows)}
	case o.finite:
		return Set{absent: absent, finite: true, values: filter(o.values, s.Allows)}
	}
	both := Set{absent: absent, values: sorted(append(slices.Clone(s.values), o.values...))}
	if s.numeric || o.numeric {
		both.numeric = true
		both.lowest, both.highest = 0, maxInt
		for _, part := range []Set{s, o} {
			if part.numeric {
				both.lowest, both.highest = max(both.lowest, part.lowest), min(both.highest, part.highest)
			}
		}
	}
	return both.normalized()
}

func sorted(values []string) []string {
	values = slices.Clone(values)
	slices.Sort(values)
	return slices.Compact(values)
}

func filter(values []string, keep func(string) bool) []string {
	var kept []string
	for _, v := range values {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	return kept
}
