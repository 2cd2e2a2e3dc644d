package cli

import (
	"fmt"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/explain"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/plan"
)

func explanationText(x explain.Explanation, row plan.Row) string {
	w := row.Workload
	var out strings.Builder
	fmt.Fprintf(&out, "%s in namespace %s: %s\n", w, w.Namespace, headline(x, row))
	fmt.Fprintf(&out, "read from %s\n", w.Place())
	switch {
	case row.Verdict == plan.VerdictDenied:
		fmt.Fprintf(&out, "\nDenied: %s\n", row.Decision.Denial)
	case row.Reason != "" && x.Conflict == nil:
		fmt.Fprintf(&out, "\n%s\n", row.Reason)
	}
	if x.Conflict != nil {
		out.WriteString("\n" + conflictText(x))
	}
	if len(row.Decision.Layers) > 0 {
		out.WriteString("\nLayers, lowest first:\n" + layersText(row.Decision))
	}
	if len(row.Decision.Constraints) > 0 {
		out.WriteString("\nConstraints of its pods:\n" + constraintsText(row.Decision.Constraints))
	}
	if len(x.Pools) > 0 {
		out.WriteString("\nPools:\n" + poolsText(x))
	}
	return out.String()
}

func headline(x explain.Explanation, row plan.Row) string {
	text := string(row.Verdict)
	if len(row.Decision.Pools) > 0 {
		text += " on " + strings.Join(row.Decision.Pools, ", ")
	}
	if by := deciderText(row.Decision.DecidedBy); by != "" {
		text += ", decided by " + by
	}
	if x.Nodes > 0 && row.Fits >= 0 && row.Verdict != plan.VerdictDenied {
		text += fmt.Sprintf("; %d of %d nodes take it", row.Fits, x.Nodes)
	}
	return text
}

func conflictText(x explain.Explanation) string {
	var out strings.Builder
	switch {
	case len(x.Conflict.Members) == 1 && x.Conflict.Always:
		out.WriteString("No node could ever take its pods, because of this constraint alone:\n")
	case x.Conflict.Always:
		out.WriteString("No node could ever take its pods. These contradict each other:\n")
	case len(x.Conflict.Members) == 1:
		fmt.Fprintf(&out, "None of the %d nodes takes its pods, because of this constraint alone:\n", x.Nodes)
	default:
		fmt.Fprintf(&out, "None of the %d nodes takes its pods, because of these together:\n", x.Nodes)
	}
	t := &strings.Builder{}
	for _, m := range x.Conflict.Members {
		fmt.Fprintf(t, "  %s\n      from %s%s\n", m.Text, layerPrefix(m.Source), m.Source)
	}
	return out.String() + t.String()
}

func layerPrefix(s placement.Source) string {
	if s.Layer == "" {
		return ""
	}
	return layerName(s) + ": "
}

func layerName(s placement.Source) string {
	if s.Layer == "OwnWord" {
		return "own word"
	}
	return string(s.Layer)
}

func layersText(d placement.Decision) string {
	t := newTable("  LAYER", "SAID", "BY", "POOLS", "DETAIL")
	for _, l := range d.Layers {
		pools := strings.Join(l.Pools, ", ")
		if l.Avoid && pools != "" {
			pools = "not " + pools
		}
		detail := l.Detail
		switch {
		case l.Layer == v1alpha1.LayerOwnWord && detail != "":
			detail = "its constraints are below"
		case l.Said == placement.SaidDenied:
			detail = "as above"
		}
		t.row("  "+layerName(placement.Source{Layer: l.Layer}), strings.ToLower(string(l.Said)), l.Policy, pools, detail)
	}
	return t.text()
}

func constraintsText(cs []placement.Constraint) string {
	t := newTable("  CONSTRAINT", "LAYER", "FROM")
	for _, c := range cs {
		text := c.Text
		if c.Preferred {
			text = "prefers " + text
		}
		t.row("  "+text, layerName(c.Source), c.Source.String())
	}
	return t.text()
}

func poolsText(x explain.Explanation) string {
	t := newTable("  POOL", "IN", "NODES", "TAKE IT", "WHY")
	for _, p := range x.Pools {
		nodes, fits := "", ""
		if x.Nodes > 0 {
			nodes, fits = fmt.Sprint(p.Nodes), fmt.Sprint(p.Fits)
		}
		t.row("  "+p.Name, poolIn(p, x.Nodes > 0), nodes, fits, poolWhy(p, x.Nodes > 0))
	}
	return t.text()
}

// poolIn tells whether the pods may land on the pool; counted says that nodes were
// given.
func poolIn(p explain.PoolVerdict, counted bool) string {
	switch {
	case !p.In:
		return "no"
	case counted && p.Fits == 0:
		return "not now"
	}
	return "yes"
}

// poolWhy is why a pool is in or out; counted says that nodes were given.
func poolWhy(p explain.PoolVerdict, counted bool) string {
	if !p.In {
		parts := make([]string, len(p.Out))
		for i, c := range p.Out {
			parts[i] = fmt.Sprintf("%s (%s)", c.Text, c.Source)
		}
		return strings.Join(parts, "; ")
	}
	why := "its labels and taints leave it open"
	if p.Chosen {
		why = "chosen"
	}
	switch {
	case counted && p.Nodes == 0:
		why += ", but it has no node at present"
	case counted && p.Fits == 0:
		why += ", but none of its nodes takes them at present"
	}
	return why
}
