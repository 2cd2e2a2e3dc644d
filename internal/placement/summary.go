package placement

import (
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// summary says in a line what is in force, as in
// "Admin teams; Baseline databases, platform; off gpu".
func summary(spec v1alpha1.EffectivePlacementSpec) string {
	if spec.Exempt {
		return "exempt"
	}
	var parts []string
	for _, layer := range []v1alpha1.Layer{v1alpha1.LayerAdmin, v1alpha1.LayerNamespace, v1alpha1.LayerBaseline} {
		var names []string
		for _, r := range spec.Rules {
			if r.Layer == layer {
				names = append(names, r.Policy)
			}
		}
		if len(names) > 0 {
			parts = append(parts, string(layer)+" "+strings.Join(names, ", "))
		}
	}
	var off []string
	for _, e := range spec.Exclusive {
		if len(e.Grants) == 0 {
			off = append(off, e.Pool)
		}
	}
	if len(off) > 0 {
		parts = append(parts, "off "+strings.Join(off, ", "))
	}
	if len(parts) == 0 {
		return "no rules"
	}
	return strings.Join(parts, "; ")
}
