package render

import (
	"slices"

	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/resource"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// customRulesOf prepares the rules of the namespaces that hold custom resources.
func customRulesOf(s *snapshot.Snapshot) (map[string]*resource.Rules, error) {
	compiler := placement.NewCompiler(s.Pools, s.Cluster, s.Namespaced)
	rules := map[string]*resource.Rules{}
	for _, w := range s.Workloads {
		if w.Custom == nil || rules[w.Namespace] != nil {
			continue
		}
		r, err := resource.NewRules(compiler, s.Namespace(w.Namespace))
		if err != nil {
			return nil, err
		}
		rules[w.Namespace] = r
	}
	return rules, nil
}

// custom are the operations on a custom resource, from the root of its document,
// or what denies them.
func custom(w *snapshot.Workload, rules *resource.Rules) (ops []patch.Op, denied []error) {
	result := rules.Decide(w.Custom.Object, w.Custom.Units)
	for _, a := range result.Answers {
		if a.Decision.Outcome == placement.OutcomeDenied {
			denied = append(denied, &DeniedError{w, a.Decision.Denial})
		}
	}
	if w.Custom.Closed != "" || len(denied) > 0 {
		return nil, denied
	}
	for _, op := range result.Ops {
		op.Path = slices.Concat(w.Path, op.Path)
		ops = append(ops, op)
	}
	return ops, nil
}
