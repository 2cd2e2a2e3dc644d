package native

import (
	"slices"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// toAdmin are the variables that both policies have: up to the word of the Admin
// layer.
func toAdmin() []variable {
	return slices.Concat(parameters(), own(), outlook("own"),
		rule(v1alpha1.LayerAdmin, "admin"), override(), outlook("over"), []variable{forbidden()},
		layer("over", "admin", "variables.view_over != '' && !variables.forbidden"), []variable{{
			"refused", "whether the Admin policy refuses the pod", `variables.rule_admin.size() > 0 && !variables.forbidden && variables.view_over != '' &&
       (variables.conflict_admin ? !variables.soft_admin : !variables.do_admin)`,
		}})
}

// toTheEnd are those that only the mutating policy has: the layers of defaults
// and the exclusive pools.
func toTheEnd() []variable {
	var vars []variable
	for _, l := range []struct {
		layer    v1alpha1.Layer
		from, to string
	}{{v1alpha1.LayerNamespace, "admin", "namespace"}, {v1alpha1.LayerBaseline, "namespace", "baseline"}} {
		vars = append(vars, outlook(l.from)...)
		vars = append(vars, names(l.from))
		vars = append(vars, rule(l.layer, l.to)...)
		vars = append(vars, layer(l.from, l.to, fill(
			`variables.view_${from} != '' && !variables.forbidden && !variables.refused && !variables.named_${from}`, "from", l.from))...)
	}
	vars = append(vars, outlook("baseline")[0], variable{"avoid_exclusive", "the exclusive pools to keep off", `variables.off_pools`})
	vars = append(vars, avoidance("baseline", "exclusive", splitsOfExclusive)...)
	return append(vars, variable{"denied", "whether the pod is refused", `variables.forbidden || variables.refused || !variables.fits_exclusive`})
}

// forbidden tells whether the pod asks for an exclusive pool that it has no right
// to: without the right it has no node, as closely as it could be looked at with
// it.
func forbidden() variable {
	return variable{"forbidden", "whether the pod asks for an exclusive pool that it has no right to", fill(
		`variables.off.size() > 0 && variables.asked_over != '' && !(variables.asked_over == 'labels' ? variables.alive_over.exists(s, ${off})
         : variables.free_over || variables.land_over.exists(p, ${clear} && (variables.asked_over == 'pools' || variables.untol_over[p.name].size() == 0)))`,
		"off", staysOff("s", "", "variables.off_pools"), "clear", outside("p", "variables.off"))}
}
