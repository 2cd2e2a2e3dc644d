package selector

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

const maxInt = math.MaxInt64

// maxValueLength is the longest value a label may have
// (k8s.io/apimachinery/pkg/api/validate/content.LabelValueMaxLength).
const maxValueLength = 63

func integers(lowest, highest int64) Set {
	return Set{numeric: true, lowest: lowest, highest: highest}.normalized()
}

// normalized turns a numeric set into a finite one where so few values are left
// that the exclusions could exhaust them. The integer 4 has many spellings, 4,
// 04, 004 and so on up to the longest value a label may have, and a node may
// carry any of them.
func (s Set) normalized() Set {
	if !s.numeric {
		return s
	}
	if s.lowest > s.highest {
		return Set{absent: s.absent, finite: true}
	}
	if s.highest-s.lowest > int64(len(s.values)) {
		return s // every integer has a spelling for more than one exclusion
	}
	all := spellings(s.lowest, s.highest)
	if len(all) > len(s.values)+maxValueLength {
		return s
	}
	left := filter(all, func(v string) bool { return !slices.Contains(s.values, v) })
	return Set{absent: s.absent, finite: true, values: left}
}

// spellings lists, in order, every label value that reads as an integer of the
// range.
func spellings(lowest, highest int64) []string {
	var all []string
	for n := lowest; ; n++ {
		digits := strconv.FormatInt(n, 10)
		for zeros := 0; zeros+len(digits) <= maxValueLength; zeros++ {
			all = append(all, strings.Repeat("0", zeros)+digits)
		}
		if n == highest {
			break
		}
	}
	slices.Sort(all)
	return all
}
