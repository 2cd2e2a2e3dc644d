package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/plan"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

func planTable(p *plan.Plan, rows []plan.Row, wide bool) string {
	header := []string{"NAMESPACE", "WORKLOAD", "POOL", "DECIDED BY", "WRITES", "NODES", "VERDICT"}
	if wide {
		header = append(header, "PODS", "FROM", "REASON")
	}
	t := newTable(header...)
	for _, r := range rows {
		cells := []string{
			r.Workload.Namespace, r.Workload.String(), poolText(r), deciderText(r.Decision.DecidedBy), writesText(r.Writes, wide),
			fitsText(r.Fits), string(r.Verdict),
		}
		if wide {
			cells = append(cells, podsText(r.Workload), fmt.Sprintf("%s:%d", r.Workload.Source, r.Workload.Line), r.Reason)
		}
		t.row(cells...)
	}
	out := t.text()
	if len(rows) == 0 {
		out = "no workload to show\n"
	}
	if !wide {
		out += reasons(rows)
	}
	return out + "\n" + poolTable(p) + summaryText(rows)
}

// reasons are the sentences on rows that need a look, below the table.
func reasons(rows []plan.Row) string {
	var out strings.Builder
	for _, r := range rows {
		if bad(r) {
			fmt.Fprintf(&out, "\n%s: %s in %s\n  %s\n", r.Verdict, r.Workload, r.Workload.Namespace, r.Reason)
		}
	}
	return out.String()
}

func poolTable(p *plan.Plan) string {
	if len(p.Pools) == 0 {
		return "no pool is declared\n\n"
	}
	t := newTable("POOL", "EXCLUSIVE", "NODES", "READY", "WORKLOADS", "PODS")
	var findings strings.Builder
	for _, pool := range p.Pools {
		nodes, ready := strconv.Itoa(pool.Nodes), strconv.Itoa(pool.Ready)
		if len(p.Nodes()) == 0 {
			nodes, ready = "", ""
		}
		t.row(pool.Name, strconv.FormatBool(pool.Exclusive), nodes, ready, strconv.Itoa(pool.Workloads), strconv.Itoa(pool.Pods))
		for _, f := range pool.Findings {
			fmt.Fprintf(&findings, "pool %s: %s\n", pool.Name, f)
		}
	}
	return t.text() + findings.String() + "\n"
}

func summaryText(rows []plan.Row) string {
	counts := verdictCounts(rows)
	var parts []string
	for _, v := range plan.Verdicts() {
		if n := counts[string(v)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, v))
		}
	}
	if len(parts) == 0 {
		return "0 workloads\n"
	}
	return fmt.Sprintf("%s: %s\n", count(len(rows), "workload"), strings.Join(parts, ", "))
}

// count is a number of things, in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

func verdictCounts(rows []plan.Row) map[string]int {
	counts := map[string]int{}
	for _, r := range rows {
		counts[string(r.Verdict)]++
	}
	return counts
}

func poolText(r plan.Row) string {
	if len(r.Decision.Pools) > 0 {
		return strings.Join(r.Decision.Pools, ", ")
	}
	for _, l := range r.Decision.Layers {
		if l.Avoid && l.Layer != v1alpha1.LayerExclusive && l.Layer == r.Decision.DecidedBy.Layer {
			return "not " + strings.Join(l.Pools, ", ")
		}
	}
	return ""
}

func deciderText(s placement.Source) string {
	name := s.Object[strings.IndexByte(s.Object, '/')+1:]
	switch s.Layer {
	case v1alpha1.LayerOwnWord:
		return "own word"
	case v1alpha1.LayerExclusive:
		return name + " (exclusive)"
	case "":
		return ""
	case v1alpha1.LayerAdmin, v1alpha1.LayerBaseline, v1alpha1.LayerNamespace:
	}
	return fmt.Sprintf("%s (%s)", name, s.Layer)
}

// writesText names the fields that are written, without the path to them.
func writesText(writes []string, wide bool) string {
	short := make([]string, len(writes))
	for i, w := range writes {
		short[i] = w
		if at := strings.LastIndex(w, "spec."); !wide && at >= 0 {
			short[i] = w[at+len("spec."):]
		}
		short[i] = strings.TrimPrefix(short[i], "affinity.")
	}
	if wide {
		return strings.Join(short, ", ")
	}
	var once []string // several places of a custom resource may end alike
	for _, s := range short {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return strings.Join(once, ", ")
}

// podsText is the number of pods, nothing where the object does not say it.
func podsText(w *snapshot.Workload) string {
	if w.Pods == 0 && (w.NotUnderstood != "" || w.Custom != nil || w.Kind == "DaemonSet" || w.Kind == "CronJob" || w.Kind == "PodTemplate") {
		return ""
	}
	return strconv.Itoa(w.Pods)
}

func fitsText(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func planNames(rows []plan.Row) string {
	var out strings.Builder
	for _, r := range rows {
		out.WriteString(objectName(r.Workload.Kind, r.Workload.Group, r.Workload.Name) + "\n")
	}
	return out.String()
}

// objectName is an object as kubectl prints it with -o name.
func objectName(kind, group, name string) string {
	kind = strings.ToLower(kind)
	if group != "" {
		kind += "." + group
	}
	return kind + "/" + name
}

func (p *planCommand) formatChanges(changes []plan.Change, all int) ([]byte, error) {
	switch p.output {
	case "json", "yaml":
		return encode(changesObject(changes, all), p.output)
	case "name":
		rows := make([]plan.Row, len(changes))
		for i, c := range changes {
			rows[i] = c.After
		}
		return []byte(planNames(rows)), nil
	}
	if len(changes) == 0 {
		return []byte(fmt.Sprintf("nothing changes for any of %s\n", count(all, "workload"))), nil
	}
	t := newTable("NAMESPACE", "WORKLOAD", "POOL BEFORE", "POOL AFTER", "DECIDED BEFORE", "DECIDED AFTER", "VERDICT", "PODS", "MOVES")
	moves, pods := 0, 0
	for _, c := range changes {
		verdict := string(c.After.Verdict)
		if c.Before.Verdict != c.After.Verdict {
			verdict = string(c.Before.Verdict) + " -> " + verdict
		}
		moved := "no"
		if c.Moves {
			moved = "yes"
			moves++
			pods += c.After.Workload.Pods
		}
		t.row(c.After.Workload.Namespace, c.After.Workload.String(), poolText(c.Before), poolText(c.After),
			deciderText(c.Before.Decision.DecidedBy), deciderText(c.After.Decision.DecidedBy), verdict, strconv.Itoa(c.After.Workload.Pods), moved)
	}
	after := make([]plan.Row, 0, len(changes))
	for _, c := range changes {
		after = append(after, c.After)
	}
	return []byte(t.text() + short(reasons(after)) + fmt.Sprintf("\n%d of %s move, with %s\n", moves, count(all, "workload"), count(pods, "pod"))), nil
}
