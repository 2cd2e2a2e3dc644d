package schema

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// enough is the sum of weights at which a field counts as a placement point, and certain the sum at which nothing more
// could be learnt. Weights are small integers so that they can be reasoned about: 1 a nudge, 3 a good reason, 5 enough
// alone.
const (
	enough  = 5
	certain = 14
)

// evidence is one reason for or against a field being a placement point.
type evidence struct {
	weight int
	reason string
}

// tally gathers the evidence on one field.
type tally struct {
	reasons []evidence
	sum     int
}

// add notes a reason if it holds and weighs anything.
func (t *tally) add(holds bool, weight int, reason string) {
	if !holds || weight == 0 {
		return
	}
	t.reasons = append(t.reasons, evidence{weight: weight, reason: reason})
	t.sum += weight
}

func (t *tally) convinces() bool { return t.sum >= enough }

// confidence maps the sum to a number from 0 to 1 in steps of a hundredth: 0.6 and more for a point, less for a look-alike.
func (t *tally) confidence() float64 {
	if t.sum < enough {
		return math.Round(float64(max(t.sum, 0))/enough*0.5*100) / 100
	}
	over := float64(min(t.sum, certain)-enough) / (certain - enough)
	return math.Round((0.6+0.4*over)*100) / 100
}

// why lists the reasons, the heaviest first, those against with "but".
func (t *tally) why() string {
	sorted := slices.Clone(t.reasons)
	slices.SortStableFunc(sorted, func(a, b evidence) int { return cmp.Compare(b.weight, a.weight) })
	parts := make([]string, 0, len(sorted))
	for _, e := range sorted {
		if e.weight < 0 {
			parts = append(parts, "but "+e.reason)
			continue
		}
		parts = append(parts, e.reason)
	}
	return strings.Join(parts, "; ")
}
