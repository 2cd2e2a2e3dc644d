package native

import (
	"fmt"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// liveRounds is how often the pools of a policy that are open are worked out
// anew because the tolerations of one may open another.
const liveRounds = 3

// rule are the variables of the policy that decides for a layer.
func rule(layer v1alpha1.Layer, to string) []variable {
	at := func(text string, pairs ...string) string { return fill(text, append(pairs, "to", to)...) }
	return []variable{
		{"rule_" + to, "the policy that decides for layer " + string(layer) + ", in a list; empty if none does", at(
			`params.spec.?rules.orValue([]).filter(r, r.layer == '${layer}' && ${selected})`, "layer", string(layer), "selected", selected("r", "variables.labels"))},
		{"soft_" + to, "whether it only wishes", at(`variables.rule_${to}[0].placement.?strength.orValue('') == 'Preferred'`)},
		{"goal_" + to, "the pools it names", at(`variables.rule_${to}.size() == 0 ? [] : variables.rule_${to}[0].placement.?pools.orValue([]).map(n, variables.pool[n])`)},
		{"flee_" + to, "the pools it keeps off", at(`variables.rule_${to}.size() == 0 ? [] : variables.rule_${to}[0].placement.?avoidPools.orValue([]).map(n, variables.pool[n])`)},
		{"will_" + to, "the pools it names that the pod has a right to", at(`variables.goal_${to}.filter(p, !(p.name in variables.off))`)},
		{"avoid_" + to, "the pools it keeps off without fail", at(`variables.flee_${to}.size() == 0 || variables.soft_${to} ? [] : variables.flee_${to}`)},
	}
}

// layer are the variables by which one layer takes the stage from to the stage to.
// gate says when the layer may speak.
func layer(from, to, gate string) []variable {
	at := func(text string, pairs ...string) string { return fill(text, append(pairs, "from", from, "to", to)...) }
	vars := open(from, to)
	vars = append(vars,
		variable{"conflict_" + to, "whether the policy leaves the pod no node", at(`variables.flee_${to}.size() > 0
       ? variables.avoid_${to}.size() > 0 && !${possible} : variables.live_${to}.size() == 0`,
			"possible", possible(from, "(variables.off + variables.avoid_"+to+".map(p, p.name))", "(variables.off_pools + variables.avoid_"+to+")"))},
		variable{"bound_" + to, "whether the pod is bound to its pools already", at(
			`variables.alive_${from}.all(s, variables.will_${to}.exists(p, ${implies}))`, "implies", implies("s", "p.nodeSelector"))},
		variable{"bind_" + to, "whether the pod has to be bound to its pools", at(`variables.goal_${to}.size() > 0 && !variables.soft_${to} && !variables.bound_${to}`)})
	vars = append(vars, avoidance(from, to, splitsOfPolicy)...)
	vars = append(vars, binding(from, to)...)
	return append(vars, settle(from, to, gate)...)
}

// open are the variables of the pools that a policy names and the pod could land
// on.
func open(from, to string) []variable {
	at := func(text string, pairs ...string) string { return fill(text, append(pairs, "from", from, "to", to)...) }
	round := func(brought string) string {
		return at(`variables.will_${to}.filter(p, variables.land_${from}.exists(q, ${belongs} && ${clear} && (variables.view_${from} == 'pools' || variables.soft_${to} ||
         variables.untol_${from}[q.name].all(x, x in ${taints}${brought}))))`,
			"belongs", belongs("q", "p"), "clear", outside("q", "variables.off"), "taints", taints("p"), "brought", brought)
	}
	const doc = "the pools it names that are open to the pod"
	last := "live0_" + to
	vars := []variable{{last, doc + ", each by its own tolerations", at(
		`variables.view_${from} == 'labels' ? variables.will_${to}.filter(p, variables.alive_${from}.exists(s, !${excludes} && ${off})) : ${round}`,
		"excludes", excludes("s", "p.nodeSelector"), "off", staysOff("s", "p.nodeSelector", "variables.off_pools"), "round", round(""))}}
	for i := 1; i <= liveRounds; i++ {
		name := fmt.Sprintf("live%d_%s", i, to)
		if i == liveRounds {
			name = "live_" + to
		}
		vars = append(vars, variable{name, doc + ", with the tolerations that the others bring", at(
			`variables.view_${from} != 'taints' || variables.${last}.size() in [0, variables.will_${to}.size()] || variables.soft_${to} ? variables.${last} : ${round}`, "last", last,
			"round", round(fill(` || variables.${last}.exists(o, x in ${taints})`, "last", last, "taints", taints("o"))))})
		last = name
	}
	return vars
}

// possible tells whether a node may exist for the stage that belongs to none of
// the pools named.
func possible(stage, names, pools string) string {
	return fill(`(variables.view_${at} == 'labels' ? variables.alive_${at}.exists(s, ${off})
         : variables.free_${at} || variables.land_${at}.exists(p, ${clear} && (variables.view_${at} == 'pools' || variables.untol_${at}[p.name].size() == 0)))`,
		"at", stage, "off", staysOff("s", "", pools), "clear", outside("p", names))
}

// binding are the variables that bind a pod to the pools live_<to>: to one by
// its nodeSelector, to one of several by a copy of each term for each of them.
func binding(from, to string) []variable {
	at := func(text string, pairs ...string) string { return fill(text, append(pairs, "from", from, "to", to)...) }
	same := at(`{'x': dyn(t.x), 'f': dyn(t.f), 's': dyn(t.s.map(s, ${pinned}))}`, "pinned", pinned("s", "variables.live_"+to+"[0].nodeSelector"))
	choose := at(`(${dead} || variables.will_${to}.exists(p, ${implies})) ? [t] : [variables.live_${to}.filter(p, !${excludes})].map(ps,
         (ps.size() > 0 ? ps : variables.live_${to}.slice(0, 1)).map(p, ${grown}))[0]`,
		"dead", dead(), "implies", implies("t.s[0]", "p.nodeSelector"), "excludes", excludes("t.s[0]", "p.nodeSelector"),
		"grown", changed("t", requirements("In"), pinned("t.s[0]", "p.nodeSelector")))
	return []variable{
		{"selbind_" + to, "the nodeSelector that binds the pod to its one pool", at(`!variables.bind_${to} || variables.live_${to}.size() != 1 ? variables.sel_${from} : ${merge}`,
			"merge", merged("variables.sel_"+from, "variables.live_"+to+"[0].nodeSelector"))},
		{"termsbind_" + to, "the terms that bind the pod to its pools", at(`!variables.bind_${to} ? variables.terms_${from} :
       variables.live_${to}.size() == 1 ? variables.terms_${from}.map(t, ${same}) : variables.terms_${from}.map(t, ${choose}).flatten()`, "same", same, "choose", choose)},
	}
}

// merged are labels with those of the second map added that the first does not
// have.
func merged(labels, more string) string {
	return fill(`(${l}.map(k, k) + ${m}.map(k, k)).distinct().transformMapEntry(i, k, {k: k in ${l} ? ${l}[k] : ${m}[k]})`, "l", labels, "m", more)
}

// settle are the variables of the stage to, once the layer has spoken, or has
// not.
func settle(from, to, gate string) []variable {
	at := func(text string, pairs ...string) string {
		return fill(text, append(pairs, "from", from, "to", to, "gate", gate)...)
	}
	either := func(name, doc, then string) variable {
		return variable{name + "_" + to, doc, at(`variables.do_${to} ? ${then} : variables.${name}_${from}`, "then", then, "name", name)}
	}
	return []variable{
		{"may_" + to, "whether the layer has something to say that the pod does not contradict", at(
			`variables.rule_${to}.size() > 0 && ${gate} && !variables.conflict_${to}`)},
		{"do_" + to, "whether the layer is written, which takes terms few enough", at(`variables.may_${to} &&
       variables.fits_${to} && (!variables.bind_${to} || variables.live_${to}.size() == 1 || variables.termsbind_${to}.size() <= ${max})`, "max", fmt.Sprint(maxTerms))},
		either("sel", "the nodeSelector", "variables.selbind_"+to),
		either("req", "whether there is required node affinity", at(
			`(variables.req_${from} || variables.need_${to} || variables.bind_${to} && variables.live_${to}.size() > 1)`)),
		either("terms", "the terms", at(`(variables.flee_${to}.size() > 0 ? variables.try_${to} : variables.termsbind_${to})`)),
		either("wish", "the preferred terms", at(`(variables.wish_${from} + variables.wishes_${to})`)),
		either("tol", "the tolerations", at(`(variables.tol_${from} + variables.brings_${to})`)),
		{"wishes_" + to, "the preferred terms that the layer adds", wishes(from, to)},
		{"brings_" + to, "the tolerations that the layer adds", at(
			`variables.live_${to}.map(p, ${taints}).flatten().distinct().filter(x, !${tolerated}).map(x,
         {'key': dyn(x.key), 'operator': dyn('Equal'), 'value': dyn(has(x.value) ? x.value : ''), 'effect': dyn(x.effect)})`,
			"taints", taints("p"), "tolerated", tolerated("x", "variables.tol_"+from))},
	}
}

// wishes are the preferred terms that a layer adds: its pools, the first most; or,
// if it only wishes to keep off pools, one term for each of their labels. A term
// that is there already, whatever its weight, is not added.
func wishes(from, to string) string {
	return fill(`variables.flee_${to}.size() > 0
       ? (!variables.soft_${to} ? [] : variables.flee_${to}.filter(p, !variables.alive_${from}.all(s, ${excludes})).map(p, ${not}).flatten().distinct().filter(r,
           !variables.wish_${from}.exists(w, w.f.size() == 0 && w.x == [r])).map(r, {'weight': dyn(100), 'x': dyn([r]), 'f': dyn([])}))
       : [variables.live_${to}].exists(ps, ps.size() > 1 || variables.soft_${to} && !variables.termsbind_${to}.all(t, ${dead} || ${implies}))
       ? variables.live_${to}.transformList(i, p, !variables.wish_${from}.exists(w, w.f.size() == 0 && w.x == ${in}) &&
             !variables.live_${to}.slice(0, i).exists(o, o.nodeSelector == p.nodeSelector),
           {'weight': dyn([100 * (variables.live_${to}.size() - i) / variables.live_${to}.size(), 1].max()), 'x': dyn(${in}), 'f': dyn([])})
       : []`, "from", from, "to", to, "excludes", excludes("s", "p.nodeSelector"), "not", requirements("NotIn"),
		"dead", dead(), "implies", implies("t.s[0]", "ps[0].nodeSelector"), "in", requirements("In"))
}
