package placement

import (
	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/patch"
)

// Outcome is the short answer of a decision.
type Outcome string

// The outcomes.
const (
	// OutcomePlaced: a policy or the pod's own word says where the pod goes.
	OutcomePlaced Outcome = "Placed"
	// OutcomeUncovered: neither does; exclusive pools may still keep it off.
	OutcomeUncovered Outcome = "Uncovered"
	// OutcomeSkipped: the pod is never touched; Decision.Skip says why.
	OutcomeSkipped Outcome = "Skipped"
	// OutcomeDenied: the pod is refused; Decision.Denial says why.
	OutcomeDenied Outcome = "Denied"
)

// Said is what became of a layer in a decision.
type Said string

// What a layer can come to.
const (
	// SaidNothing: no policy of the layer matches the pod.
	SaidNothing Said = "Silent"
	// SaidApplied: the layer's placement was written.
	SaidApplied Said = "Applied"
	// SaidSatisfied: the pod already stands as the layer wants.
	SaidSatisfied Said = "Satisfied"
	// SaidYielded: the layer gave way, whole, to a higher one.
	SaidYielded Said = "Yielded"
	// SaidOverrode: the layer replaced what contradicted it.
	SaidOverrode Said = "Overrode"
	// SaidDenied: the layer refused the pod.
	SaidDenied Said = "Denied"
)

// LayerResult is what one layer said of a pod.
type LayerResult struct {
	Layer v1alpha1.Layer
	// Policy that decided for the layer, as Kind/name; empty if none matched.
	Policy string
	Said   Said
	// Pools the layer names, in order of preference, or pools to avoid.
	Pools []string
	Avoid bool
	// To lists the constraints the layer yielded to, overrode, or refused.
	To []Constraint
	// Detail is a sentence for a person; may be empty.
	Detail string
}

// Constraint is one condition that the pod carries in the end.
type Constraint struct {
	// Field of the pod spec that holds it, such as "nodeSelector[otomi]".
	Field string
	// Text of the condition, such as "otomi In [otomi-sys]".
	Text string
	// Preferred says that the condition is a wish; a toleration is neither.
	Preferred bool
	// Toleration says that the constraint is a toleration.
	Toleration bool
	Source     Source
}

// Decision is the answer for one pod.
type Decision struct {
	Outcome Outcome
	Skip    Skip
	// Denial is the message for the pod's author; empty unless denied.
	Denial string
	// Pools the pod is bound to or prefers, most preferred first; empty if it is
	// bound to none.
	Pools []string
	// DecidedBy names the layer and object that chose the pools (or what to
	// avoid); its Object is empty for the pod's own word, its Layer for none.
	DecidedBy Source
	// Layers from lowest to highest, one result each.
	Layers []LayerResult
	// Constraints of the pod in the end, in the order of the pod spec's fields.
	Constraints []Constraint
	// Spec in the end; the subject's own if nothing is written.
	Spec Spec
	// Ops turn the subject's pod spec into Spec; their paths begin in the pod
	// spec. Empty if nothing is written.
	Ops []patch.Op
}

// Layer is the result of one layer of the decision; the zero value if the
// decision holds none.
func (d Decision) Layer(layer v1alpha1.Layer) LayerResult {
	for _, r := range d.Layers {
		if r.Layer == layer {
			return r
		}
	}
	return LayerResult{}
}
