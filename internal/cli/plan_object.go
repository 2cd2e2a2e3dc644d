package cli

import (
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/plan"
)

// planJSON is what `plan -o json` prints.
type planJSON struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Items      []planItem   `json:"items"`
	Pools      []poolJSON   `json:"pools"`
	Summary    *summaryJSON `json:"summary"`
}

type planItem struct {
	Namespace string      `json:"namespace"`
	Group     string      `json:"group"`
	Kind      string      `json:"kind"`
	Name      string      `json:"name"`
	Pools     []string    `json:"pools"`
	DecidedBy deciderJSON `json:"decidedBy"`
	Writes    []string    `json:"writes"`
	Fits      *int        `json:"fits"`
	Pods      int         `json:"pods"`
	Verdict   string      `json:"verdict"`
	Reason    string      `json:"reason"`
	From      string      `json:"from"`
}

type deciderJSON struct {
	Tier   string `json:"tier"`
	Policy string `json:"policy"`
}

type poolJSON struct {
	Name      string   `json:"name"`
	Exclusive bool     `json:"exclusive"`
	Nodes     int      `json:"nodes"`
	Ready     int      `json:"ready"`
	Workloads int      `json:"workloads"`
	Pods      int      `json:"pods"`
	Findings  []string `json:"findings"`
}

type summaryJSON struct {
	Workloads int            `json:"workloads"`
	Pods      int            `json:"pods"`
	Nodes     int            `json:"nodes"`
	Verdicts  map[string]int `json:"verdicts"`
}

func planObject(p *plan.Plan, rows []plan.Row) planJSON {
	out := planJSON{APIVersion: outputAPIVersion, Kind: "Plan", Items: []planItem{}, Pools: []poolJSON{}}
	out.Summary = &summaryJSON{Workloads: len(rows), Nodes: len(p.Nodes()), Verdicts: map[string]int{}}
	for _, v := range plan.Verdicts() {
		out.Summary.Verdicts[string(v)] = 0
	}
	for _, r := range rows {
		out.Items = append(out.Items, itemOf(r))
		out.Summary.Pods += r.Workload.Pods
		out.Summary.Verdicts[string(r.Verdict)]++
	}
	for _, pool := range p.Pools {
		out.Pools = append(out.Pools, poolJSON{
			pool.Name, pool.Exclusive, pool.Nodes, pool.Ready, pool.Workloads, pool.Pods, orEmpty(pool.Findings),
		})
	}
	return out
}

func itemOf(r plan.Row) planItem {
	w := r.Workload
	item := planItem{
		Namespace: w.Namespace, Group: w.Group, Kind: w.Kind, Name: w.Name, Pools: orEmpty(r.Decision.Pools),
		DecidedBy: deciderOf(r.Decision.DecidedBy), Writes: orEmpty(r.Writes), Pods: w.Pods,
		Verdict: string(r.Verdict), Reason: r.Reason, From: w.Source,
	}
	if r.Fits >= 0 {
		item.Fits = &r.Fits
	}
	return item
}

// deciderOf names the layer and, where it is one, the policy by its own name.
func deciderOf(s placement.Source) deciderJSON {
	layer := s.Layer
	if layer == "" {
		layer = "None"
	}
	if layer == v1alpha1.LayerExclusive {
		return deciderJSON{Tier: string(layer)}
	}
	return deciderJSON{string(layer), s.Object[strings.IndexByte(s.Object, '/')+1:]}
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

type changesJSON struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Items      []changeJSON `json:"items"`
	Summary    struct {
		Workloads int `json:"workloads"`
		Changed   int `json:"changed"`
		Moved     int `json:"moved"`
		MovedPods int `json:"movedPods"`
	} `json:"summary"`
}

type changeJSON struct {
	Moves  bool     `json:"moves"`
	Before planItem `json:"before"`
	After  planItem `json:"after"`
}

func changesObject(changes []plan.Change, all int) changesJSON {
	out := changesJSON{APIVersion: outputAPIVersion, Kind: "PlanComparison", Items: []changeJSON{}}
	out.Summary.Workloads, out.Summary.Changed = all, len(changes)
	for _, c := range changes {
		out.Items = append(out.Items, changeJSON{c.Moves, itemOf(c.Before), itemOf(c.After)})
		if c.Moves {
			out.Summary.Moved++
			out.Summary.MovedPods += c.After.Workload.Pods
		}
	}
	return out
}
