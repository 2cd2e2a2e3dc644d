package placement

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// Problem is something wrong with a pool or policy that its own schema cannot
// tell, because it takes a look at the others.
type Problem struct {
	Kind, Namespace, Name string
	Field                 string
	Message               string
	// Warning says that the object can be used as it is.
	Warning bool
}

// Check reports pools and policies that contradict each other or name what is
// not there, in a fixed order. Nothing it reports keeps Compile from working.
func Check(pools []v1alpha1.Pool, cluster []v1alpha1.ClusterPlacementPolicy, namespaced []v1alpha1.PlacementPolicy) []Problem {
	problems := checkPools(pools)
	declared := make([]string, 0, len(pools))
	for _, p := range pools {
		declared = append(declared, p.Name)
	}
	slices.Sort(declared)
	for _, p := range cluster {
		at := Problem{Kind: v1alpha1.KindClusterPlacementPolicy, Name: p.Name}
		problems = append(problems, checkPolicy(at, p.Spec.Placement, p.Spec.Subject.PodSelector, declared)...)
		if _, err := namespaceSelector(p.Spec.Subject.Namespaces); err != nil {
			problems = append(problems, at.at("spec.subject.namespaces.selector", "%v", err))
		}
	}
	for _, p := range namespaced {
		at := Problem{Kind: v1alpha1.KindPlacementPolicy, Namespace: p.Namespace, Name: p.Name}
		problems = append(problems, checkPolicy(at, p.Spec.Placement, p.Spec.Subject.PodSelector, declared)...)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Field, b.Field))
	})
	return problems
}

func (p Problem) at(field, format string, args ...any) Problem {
	p.Field, p.Message = field, fmt.Sprintf(format, args...)
	return p
}

func checkPools(pools []v1alpha1.Pool) []Problem {
	var problems []Problem
	pools = slices.Clone(pools)
	slices.SortFunc(pools, func(a, b v1alpha1.Pool) int { return cmp.Compare(a.Name, b.Name) })
	same := map[string]string{}
	for _, p := range pools {
		at := Problem{Kind: v1alpha1.KindPool, Name: p.Name}
		key := labelText(p.Spec.NodeSelector)
		if first, found := same[key]; found {
			problems = append(problems, at.at("spec.nodeSelector",
				"selects the same nodes as Pool %q (%s); fix: give the pools different labels or keep one of them", first, key))
			continue
		}
		same[key] = p.Name
		for _, o := range pools {
			if o.Name != p.Name && len(o.Spec.NodeSelector) < len(p.Spec.NodeSelector) && contains(p.Spec.NodeSelector, o.Spec.NodeSelector) {
				w := at.at("spec.nodeSelector", "lies inside Pool %q: its nodes belong to both", o.Name)
				w.Warning = true
				problems = append(problems, w)
			}
		}
	}
	return problems
}

func checkPolicy(at Problem, placement v1alpha1.Placement, pods *v1alpha1.LabelSelector, declared []string) []Problem {
	var problems []Problem
	unknown := func(field string, names []v1alpha1.PoolName) {
		for i, name := range names {
			if _, found := slices.BinarySearch(declared, string(name)); !found {
				problems = append(problems, at.at(fmt.Sprintf("spec.placement.%s[%d]", field, i),
					"no Pool %q is declared; fix: declare it or name one of %s", name, quotedList(declared)))
			}
		}
	}
	unknown("pools", placement.Pools)
	unknown("avoidPools", placement.AvoidPools)
	if _, err := labelSelector(pods); err != nil {
		problems = append(problems, at.at("spec.subject.podSelector", "%v", err))
	}
	return problems
}

func quotedList(names []string) string {
	if len(names) == 0 {
		return "those declared (there is none)"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}

// labelText is a set of labels as one text, in order.
func labelText[V ~string](labels map[string]V) string {
	parts := make([]string, 0, len(labels))
	for _, k := range slices.Sorted(maps.Keys(labels)) {
		parts = append(parts, k+"="+string(labels[k]))
	}
	return strings.Join(parts, ",")
}

// contains tells whether the labels hold all of the others.
func contains[V comparable](labels, others map[string]V) bool {
	for k, v := range others {
		if have, found := labels[k]; !found || have != v {
			return false
		}
	}
	return true
}
