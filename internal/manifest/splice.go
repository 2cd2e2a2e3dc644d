package manifest

import (
	"errors"
	"slices"
)

// splice replaces the bytes from start to end by text.
type splice struct {
	start, end int
	text       string
}

// applySplices returns raw with the splices done. Splices at one place keep
// their order; overlapping ones are an error.
func applySplices(raw []byte, splices []splice) ([]byte, error) {
	slices.SortStableFunc(splices, func(a, b splice) int { return a.start - b.start })
	size := len(raw)
	for _, s := range splices {
		size += len(s.text)
	}
	out := make([]byte, 0, size)
	at := 0
	for _, s := range splices {
		if s.start < at || s.end < s.start {
			return nil, errors.New("two changes touch the same text")
		}
		out = append(append(out, raw[at:s.start]...), s.text...)
		at = s.end
	}
	return append(out, raw[at:]...), nil
}
