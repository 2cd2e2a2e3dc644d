package plan

import (
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/resource"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// custom answers for a custom resource: its units together, of which the one that
// fares worst counts.
func (b *builder) custom(r *Row) {
	w := r.Workload
	units := slices.Clone(w.Custom.Units)
	keeper := ""
	if w.Subject.Skip == placement.SkipOwned { // its pods are decided on when they are admitted
		keeper = w.Owner + " keeps it"
		for i := range units {
			units[i].Subject.Skip = ""
		}
	}
	result := b.customs[w.Namespace].Decide(w.Custom.Object, units)
	rows := make([]Row, len(result.Answers))
	worst := 0
	for i, a := range result.Answers {
		rows[i] = b.unit(w, a)
		if severity(rows[i].Verdict) > severity(rows[worst].Verdict) {
			worst = i
		}
	}
	at := rows[worst]
	r.Decision, r.Verdict, r.Fits, r.Reason = at.Decision, at.Verdict, at.Fits, at.Reason
	if r.Reason != "" && len(rows) > 1 {
		r.Reason = result.Answers[worst].Unit.Path + ": " + r.Reason
	}
	if r.Verdict == VerdictDenied { // nothing of the resource is written
		return
	}
	merge(r, rows, result, keeper)
}

// merge puts the units' pools, writes and reasons together.
func merge(r *Row, rows []Row, result resource.Result, keeper string) {
	w := r.Workload
	r.Decision.Pools = nil
	var left []string
	closed := joined(w.Custom.Closed, keeper)
	for i, a := range result.Answers {
		for _, pool := range rows[i].Decision.Pools {
			if !slices.Contains(r.Decision.Pools, pool) {
				r.Decision.Pools = append(r.Decision.Pools, pool)
			}
		}
		r.Fits = min(r.Fits, rows[i].Fits)
		if closed != "" {
			continue
		}
		r.Writes = append(r.Writes, a.Writes...)
		if len(a.Decision.Ops) > 0 || a.Unit.Unreadable != "" {
			left = append(left, a.Left)
		}
	}
	if closed != "" {
		left = []string{closed}
	}
	r.Reason = joined(r.Reason, reach(r, result, left), unreached(w))
}

// unit answers for one unit as for a workload of its own.
func (b *builder) unit(w *snapshot.Workload, a resource.Answer) Row {
	own := *w
	own.Subject = a.Unit.Subject
	row := Row{Workload: &own, Decision: a.Decision, Fits: -1}
	if a.Unit.Unreadable != "" {
		row.Verdict = VerdictNotUnderstood
		return row
	}
	row.Verdict, row.Reason = verdict(&own, a.Decision)
	if len(b.plain) > 0 {
		b.fit(&row)
	}
	return row
}

// severity orders verdicts: the worst of several units counts.
func severity(v Verdict) int {
	return slices.Index([]Verdict{VerdictDaemonSet, VerdictOK, VerdictUncovered, VerdictNotUnderstood, VerdictUnplaceable, VerdictDenied}, v)
}

// reach says how the pods of the resource get their placement: through its
// fields, or only when they are admitted.
func reach(r *Row, result resource.Result, left []string) string {
	left = slices.DeleteFunc(left, func(s string) bool { return s == "" })
	var unasked []string
	for _, a := range result.Answers {
		if len(a.Unasked) > 0 {
			unasked = a.Unasked
		}
	}
	var parts []string
	if len(r.Writes) > 0 {
		parts = append(parts, "written natively")
	}
	wants := slices.ContainsFunc(result.Answers, func(a resource.Answer) bool { return len(a.Decision.Ops) > 0 || a.Unit.Unreadable != "" })
	if wants && len(left) > 0 {
		text := "only reached at pod admission: " + strings.Join(left, "; ")
		if len(r.Writes) > 0 {
			text = "left to pod admission: " + strings.Join(left, "; ")
		}
		parts = append(parts, text)
	}
	if len(unasked) > 0 {
		parts = append(parts, "the labels of its pods are not known, by which "+strings.Join(unasked, ", ")+" may select them at admission")
	}
	return strings.Join(parts, "; ")
}

// unreached names the children that no field of the resource reaches.
func unreached(w *snapshot.Workload) string {
	if len(w.Custom.Kind.Unreached) == 0 {
		return ""
	}
	return "not reached by its fields: " + strings.Join(w.Custom.Kind.Unreached, ", ")
}

func joined(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "; ")
}
