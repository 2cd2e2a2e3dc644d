package cli

import (
	"github.com/stowage-dev/stowage/internal/explain"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/plan"
)

// explanationJSON is what `explain -o json` prints; docs/cli/explain.md tells it
// field by field.
type explanationJSON struct {
	APIVersion  string            `json:"apiVersion"`
	Kind        string            `json:"kind"`
	Workload    planItem          `json:"workload"`
	Layers      []layerJSON       `json:"layers"`
	Constraints []constraintJSON  `json:"constraints"`
	Pools       []poolVerdictJSON `json:"pools"`
	Conflict    *conflictJSON     `json:"conflict"`
	Nodes       int               `json:"nodes"`
}

type layerJSON struct {
	Layer  string           `json:"layer"`
	Said   string           `json:"said"`
	Policy string           `json:"policy"`
	Pools  []string         `json:"pools"`
	Avoid  bool             `json:"avoid"`
	To     []constraintJSON `json:"to"`
	Detail string           `json:"detail"`
}

type constraintJSON struct {
	Text   string     `json:"text"`
	Field  string     `json:"field"`
	Type   string     `json:"type"`
	Source sourceJSON `json:"source"`
}

type sourceJSON struct {
	Layer  string `json:"layer"`
	Object string `json:"object"`
	Field  string `json:"field"`
}

type poolVerdictJSON struct {
	Name   string           `json:"name"`
	In     bool             `json:"in"`
	Chosen bool             `json:"chosen"`
	Nodes  int              `json:"nodes"`
	Fits   int              `json:"fits"`
	Out    []constraintJSON `json:"out"`
}

type conflictJSON struct {
	Always  bool             `json:"always"`
	Members []constraintJSON `json:"members"`
}

func explanationObject(x explain.Explanation, row plan.Row) explanationJSON {
	out := explanationJSON{
		APIVersion: outputAPIVersion, Kind: "Explanation", Workload: itemOf(row),
		Layers: []layerJSON{}, Constraints: constraintsOf(row.Decision.Constraints), Pools: []poolVerdictJSON{}, Nodes: x.Nodes,
	}
	for _, l := range row.Decision.Layers {
		out.Layers = append(out.Layers, layerJSON{
			string(l.Layer), string(l.Said), l.Policy, orEmpty(l.Pools), l.Avoid, constraintsOf(l.To), l.Detail,
		})
	}
	for _, p := range x.Pools {
		out.Pools = append(out.Pools, poolVerdictJSON{p.Name, p.In, p.Chosen, p.Nodes, p.Fits, constraintsOf(p.Out)})
	}
	if x.Conflict != nil {
		out.Conflict = &conflictJSON{x.Conflict.Always, constraintsOf(x.Conflict.Members)}
	}
	return out
}

func constraintsOf(cs []placement.Constraint) []constraintJSON {
	out := make([]constraintJSON, len(cs))
	for i, c := range cs {
		kind := "Required"
		switch {
		case c.Preferred:
			kind = "Preferred"
		case c.Toleration:
			kind = "Toleration"
		}
		out[i] = constraintJSON{c.Text, c.Field, kind, sourceJSON{string(c.Source.Layer), c.Source.Object, c.Source.Field}}
	}
	return out
}
