package resource

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"

	"github.com/stowage-dev/stowage/internal/placement"
)

// Operators commonly let an object inside take over what the objects around it
// say: node labels are added up, affinity and tolerations replaced. Whether one
// does cannot be told from a resource, so nothing is written that would be wrong
// either way.

// around is what the objects around a unit say in the end.
type around struct {
	path string // of the nearest; empty if there is none
	spec placement.Spec
}

// around finds what stands around a unit among those that are settled.
func (u *Unit) around(settled []settledUnit) around {
	var out around
	for _, s := range settled { // from the outside in
		if s.unit.prefix == "" && strings.HasPrefix(u.Path, s.unit.Path+".") {
			out = around{s.unit.Path, over(out.spec, s.final)}
		}
	}
	return out
}

// settledUnit is a unit and what it says in the end.
type settledUnit struct {
	unit  *Unit
	final placement.Spec
}

// over is an inner word laid over an outer one.
func over(outer, inner placement.Spec) placement.Spec {
	if len(outer.NodeSelector) > 0 {
		merged := maps.Clone(outer.NodeSelector)
		maps.Copy(merged, inner.NodeSelector)
		inner.NodeSelector = merged
	}
	if inner.Affinity == nil {
		inner.Affinity = outer.Affinity
	}
	if inner.Tolerations == nil {
		inner.Tolerations = outer.Tolerations
	}
	return inner
}

// contradicts says which word of the objects around a unit leaves no node if the
// unit says what is decided for it and both go for its pods; empty if none does.
func (a around) contradicts(decided placement.Spec) string {
	if a.path == "" {
		return ""
	}
	for _, k := range slices.Sorted(maps.Keys(decided.NodeSelector)) {
		if v, found := a.spec.NodeSelector[k]; found && v != decided.NodeSelector[k] {
			return fmt.Sprintf("%s asks for %s = %s", a.path, k, v)
		}
	}
	for _, t := range over(a.spec, decided).NodesKeeping(func(string) bool { return true }) {
		if !t.Empty() {
			return ""
		}
	}
	return a.path + " asks for other nodes"
}

// replaced tells whether an affinity that the unit does not have yet would take
// the place of more than it says itself.
func (a around) replaced(affinity *corev1.Affinity) bool {
	return a.spec.Affinity != nil && !equality.Semantic.DeepEqual(a.spec.Affinity, affinity)
}

// tolerations are those that the objects around have, and more behind them.
func (a around) tolerations(more []corev1.Toleration) []corev1.Toleration {
	out := slices.Clone(a.spec.Tolerations)
	for _, t := range more {
		if !slices.ContainsFunc(out, func(have corev1.Toleration) bool { return equality.Semantic.DeepEqual(have, t) }) {
			out = append(out, t)
		}
	}
	return out
}

// after is what the unit says once the changes are written.
func (u *Unit) after(changes []change) placement.Spec {
	now := *u
	for _, c := range changes {
		for _, slot := range []**field{&now.selector, &now.affinity, &now.tolerations} {
			if *slot == c.field {
				written := *c.field
				written.value, written.present = c.value, true
				*slot = &written
			}
		}
	}
	word, err := now.word()
	if err != nil {
		return u.Subject.Spec
	}
	return word
}
