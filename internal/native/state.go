package native

// The placement of a pod on its way through the layers is held in variables whose
// names end in the stage it has come to:
//
//	own        as the pod came
//	over       after an Admin policy that overrides took out what contradicts it
//	admin, namespace, baseline    after that layer
//	exclusive  after the exclusive pools, the end
//
// Of every stage there are:
//
//	sel_*    the nodeSelector
//	req_*    whether there is required node affinity
//	terms_*  its terms, maps of x (matchExpressions), f (matchFields) and s (a
//	         list of the term as sets, empty if the term matches no node by its
//	         form); one without conditions where there is no required affinity
//	wish_*   the preferred terms, maps of weight, x and f
//	tol_*    the tolerations
//
// and, worked out from them, alive_* (the terms that some node can satisfy, as
// sets), free_* and land_* (whether a node of no pool can, and of which pools one
// can), untol_* (by pool, the taints that keep the pod off), and view_*: how
// closely it can be looked at, see view.

// variable is one of the policies' variables.
type variable struct {
	name string
	// doc is a sentence about it, which goes into the expression as a comment.
	doc        string
	expression string
}

// term is the term of the matchExpressions t.x and the matchFields t.f under a
// nodeSelector; open says that it matches every node if it has no condition.
func term(sel, open string) string {
	return fill(`{'x': dyn(t.x), 'f': dyn(t.f), 's': dyn((t.x.size() + t.f.size() > 0 || ${open}) && t.x.all(r, ${readable}) &&
       t.f.all(r, r.key == 'metadata.name' && r.operator in ['In', 'NotIn'] && r.values.size() == 1) ? [${sets}] : [])}`,
		"open", open, "readable", readable("r"), "sets", conditions(sel))
}

// changed is a term that matches nodes by its form, with more matchExpressions; it
// is the term sets then.
func changed(t, more, sets string) string {
	return fill(`{'x': dyn(${t}.x + ${more}), 'f': dyn(${t}.f), 's': dyn([${sets}])}`, "t", t, "more", more, "sets", sets)
}

// conditions is the term of t.x and t.f as sets.
func conditions(sel string) string {
	return setsOf(fill(`(${sel}.map(k, ${label}) + t.x + ${fields})`,
		"sel", sel, "label", requirement("k", "In", sel+"[k]"), "fields", nameConditions("t.f")))
}

// nameConditions are matchFields as requirements on the empty label.
func nameConditions(f string) string {
	return fill(`(${f}).map(r, {'key': dyn(''), 'operator': dyn(r.operator), 'values': dyn(r.values)})`, "f", f)
}

// dead tells whether no node can satisfy the term t of a list of terms.
func dead() string {
	return fill(`(t.s.size() == 0 || ${empty})`, "empty", empty("t.s[0]"))
}

// own are the variables of the pod as it came.
func own() []variable {
	reqs := func(list string) string {
		return fill(`${l}.orValue([]).map(r, {'key': dyn(r.key), 'operator': dyn(r.operator), 'values': dyn(r.?values.orValue([]).map(v, v))})`, "l", list)
	}
	const affinity = `object.spec.?affinity.?nodeAffinity.`
	const required = affinity + `?requiredDuringSchedulingIgnoredDuringExecution`
	return []variable{
		{"sel_own", "the pod's nodeSelector", `object.spec.?nodeSelector.orValue({}).transformMap(k, v, v)`},
		{"req_own", "whether the pod has required node affinity", required + `.hasValue()`},
		{"terms_own", "the terms of the pod's required node affinity", fill(
			`variables.req_own ? ${required}.?nodeSelectorTerms.orValue([]).map(t, {'x': ${x}, 'f': ${f}}).map(t, ${term}) : [{'x': [], 'f': []}].map(t, ${open})`,
			"required", required, "x", reqs("t.?matchExpressions"), "f", reqs("t.?matchFields"),
			"term", term("variables.sel_own", "false"), "open", term("variables.sel_own", "true"))},
		{"wish_own", "the pod's preferred terms", fill(
			affinity+`?preferredDuringSchedulingIgnoredDuringExecution.orValue([]).map(w, {'weight': dyn(w.weight), 'x': dyn(${x}), 'f': dyn(${f})})`,
			"x", reqs("w.preference.?matchExpressions"), "f", reqs("w.preference.?matchFields"))},
		{"tol_own", "the pod's tolerations", `object.spec.?tolerations.orValue([]).map(t, {'key': dyn(t.?key.orValue('')), ` +
			`'operator': dyn(t.?operator.orValue('')), 'value': dyn(t.?value.orValue('')), 'effect': dyn(t.?effect.orValue(''))})`},
	}
}

// parameters are the variables that hold the namespace's EffectivePlacement as the
// pod meets it.
func parameters() []variable {
	return []variable{
		{"labels", "the labels of the pod", `object.metadata.?labels.orValue({}).transformMap(k, v, v)`},
		{"pools", "every declared pool", `params.spec.?pools.orValue([])`},
		{"pool", "every declared pool, by name", `variables.pools.transformMapEntry(i, p, {p.name: p})`},
		{"vocabulary", "the labels of pools", `variables.pools.map(p, p.nodeSelector.map(k, k)).flatten().distinct()`},
		{"off", "the names of the exclusive pools that the pod has no right to", fill(
			`params.spec.?exclusive.orValue([]).filter(e, !(has(e.grants) && e.grants.exists(g, ${selected}))).map(e, e.pool)`,
			"selected", selected("g", "variables.labels"))},
		{"off_pools", "the exclusive pools that the pod has no right to", `variables.off.map(n, variables.pool[n])`},
	}
}

// selected tells whether the podSelector of a rule or grant selects labels.
func selected(rule, labels string) string {
	return fill(`(!has(${r}.podSelector) ||
       (!has(${r}.podSelector.matchLabels) || ${r}.podSelector.matchLabels.all(k, k in ${l} && ${l}[k] == ${r}.podSelector.matchLabels[k])) &&
       (!has(${r}.podSelector.matchExpressions) || ${r}.podSelector.matchExpressions.all(e,
         e.operator == 'In' ? e.key in ${l} && ${l}[e.key] in e.values : e.operator == 'NotIn' ? !(e.key in ${l} && ${l}[e.key] in e.values) :
         e.operator == 'Exists' ? e.key in ${l} : !(e.key in ${l}))))`, "r", rule, "l", labels)
}

// outlook are the variables worked out from those of a stage; where the stage has
// changed nothing, those of the stage before. The view is how closely a question
// about the pod looks at the nodes that may exist: "taints" where it has a node
// whose taints it tolerates, "pools" where it has one as the pools are declared,
// "labels" where any labels would have to do, and "" where the pod's own word is
// impossible.
func outlook(stage string) []variable {
	vars := []variable{
		{"alive_", "the terms that some node can satisfy, as sets", fill(`variables.terms_${at}.filter(t, !${dead}).map(t, t.s[0])`, "dead", dead(), "at", stage)},
		{"free_", "whether a node of no pool satisfies one of them", fill(`variables.alive_${at}.exists(s, ${off})`, "off", staysOff("s", "", "variables.pools"), "at", stage)},
		{"land_", "the pools a node of which satisfies one of them", fill(`variables.alive_${at}.exists(s, !s.exists(k, k in variables.vocabulary)) ? variables.pools
       : variables.pools.filter(p, variables.alive_${at}.exists(s, ${lands}))`, "lands", lands("s", "p"), "at", stage)},
		{"untol_", "by pool, the taints that keep the pod off", fill(
			`variables.pools.transformMapEntry(i, p, {p.name: ${taints}.filter(x, x.effect in ['NoSchedule', 'NoExecute'] && !${tolerated})})`,
			"taints", taints("p"), "tolerated", tolerated("x", "variables.tol_"+stage))},
		{"view_", "how closely the nodes can be looked at", fill(`variables.free_${at} ||
         variables.land_${at}.exists(p, ${clear} && variables.untol_${at}[p.name].size() == 0) ? 'taints' :
       variables.land_${at}.exists(p, ${clear}) ? 'pools' :
       variables.alive_${at}.exists(s, ${off}) ? 'labels' : ''`,
			"clear", outside("p", "variables.off"), "off", staysOff("s", "", "variables.off_pools"), "at", stage)},
		{"asked_", "how closely they can be looked at if the pod had a right to every pool", fill(
			`variables.free_${at} || variables.land_${at}.exists(p, variables.untol_${at}[p.name].size() == 0) ? 'taints' :
       variables.land_${at}.size() > 0 ? 'pools' : variables.alive_${at}.size() > 0 ? 'labels' : ''`, "at", stage)},
	}
	for i := range vars {
		vars[i].expression = unlessChanged(stage, vars[i].name, vars[i].expression)
		vars[i].name += stage
	}
	return vars
}

// unlessChanged is an expression at a stage, or what it was at the stage before
// where nothing has changed since.
func unlessChanged(stage, name, expression string) string {
	var changed, before string
	switch stage {
	case "over":
		changed, before = "lift", "own"
	case "admin":
		changed, before = "do_admin", "over"
	case "namespace":
		changed, before = "do_namespace", "admin"
	case "baseline":
		changed, before = "do_baseline", "namespace"
	default:
		return expression
	}
	return fill(`!variables.${changed} ? variables.${name}${before} : (${expression})`, "changed", changed, "name", name, "before", before, "expression", expression)
}

// names is the variable that tells whether a pod names its nodes, in every term
// that leads off the exclusive pools it has no right to.
func names(stage string) variable {
	return variable{"named_" + stage, "whether the pod names its nodes", fill(`object.spec.?nodeName.orValue('') != '' ||
       variables.alive_${at}.all(s, ('kubernetes.io/hostname' in s && s['kubernetes.io/hostname'].fin) || ('' in s && s[''].fin) || !${off}) &&
       ('kubernetes.io/hostname' in variables.sel_${at} ||
        variables.terms_${at}.exists(t, t.f.size() > 0 || t.x.exists(r, r.key == 'kubernetes.io/hostname' && r.operator == 'In')))`,
		"off", staysOff("s", "", "variables.off_pools"), "at", stage)}
}
