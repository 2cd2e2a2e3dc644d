package placement

import (
	"slices"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// relate fills in what follows from the pools together: which lie inside each
// other, which could share nodes, and which taints their nodes carry.
func relate(pools []v1alpha1.EffectivePool) {
	for i, p := range newUniverse(pools).pools {
		for _, o := range p.around {
			if o != p {
				pools[i].Within = append(pools[i].Within, o.name)
			}
		}
		for _, o := range p.rivals {
			pools[i].Rivals = append(pools[i].Rivals, o.name)
		}
		var taints []v1alpha1.Taint
		for _, t := range p.taints {
			taints = append(taints, v1alpha1.Taint{Key: t.Key, Value: t.Value, Effect: t.Effect})
		}
		if !slices.Equal(taints, pools[i].Taints) {
			pools[i].NodeTaints = taints
		}
	}
}
