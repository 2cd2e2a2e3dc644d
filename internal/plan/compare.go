package plan

import "slices"

// Change is what becomes of one workload when policies change.
type Change struct {
	Before, After Row
	// Moves says that the pods' pools, verdict or constraints change; otherwise
	// only what decides changes.
	Moves bool
}

// Compare lists the workloads for which two plans of the same snapshot differ,
// in the plans' order. Both plans must have the same rows.
func Compare(before, after *Plan) []Change {
	var out []Change
	for i, b := range before.Rows {
		a := after.Rows[i]
		moves := b.Verdict != a.Verdict || !slices.Equal(b.Decision.Pools, a.Decision.Pools) || !slices.Equal(conditions(b), conditions(a))
		if moves || b.Decision.DecidedBy != a.Decision.DecidedBy {
			out = append(out, Change{b, a, moves})
		}
	}
	return out
}

// conditions are the constraints of a row without their sources.
func conditions(r Row) []string {
	out := make([]string, 0, len(r.Decision.Constraints))
	for _, c := range r.Decision.Constraints {
		out = append(out, c.Field+" "+c.Text)
	}
	return out
}
