package native

// override are the variables by which an Admin policy that overrides takes out of
// the pod's own word what contradicts it: first the conditions that do so by
// themselves (stage "first"), and where that is not enough all those on labels
// of pools.
func override() []variable {
	return []variable{
		{"lifts", "whether the Admin policy may override", `variables.rule_admin.size() > 0 &&
       variables.rule_admin[0].?onConflict.orValue('') == 'Override' && !variables.soft_admin && variables.view_lift != ''`},
		{
			"view_lift", "the view on the pod as it came, without the exclusive pools where these alone stand in the way",
			`variables.view_own != '' ? variables.view_own : variables.asked_own`,
		},
		{"lift", "whether the pod's own word contradicts the Admin policy", `variables.lifts && ` + contradicts("variables.alive_own")},
		{"lift_any", "whether the Admin policy contradicts even a pod that says nothing", contradicts("[{}]")},
		{
			"lone", "whether the pod's affinity has but one term with conditions, so that these hold",
			`variables.terms_own.filter(t, t.x.size() + t.f.size() > 0).size() == 1`,
		},
		{"words", "every condition of the pod on nodes, those on names under the empty label", fill(
			`(variables.sel_own.map(k, ${label}) + variables.terms_own.map(t, t.x.filter(r, ${readable})).flatten() + variables.terms_own.map(t, ${names}).flatten()).distinct()`,
			"label", requirement("k", "In", "variables.sel_own[k]"), "readable", readable("r"), "names", nameConditions("t.f"))},
		{"culprits", "those of them that contradict the Admin policy by themselves", fill(`variables.words.filter(c, ${contradicts})`,
			"contradicts", contradicts(fill(`[${sets}].filter(s, !${empty})`, "sets", setsOf("[c]"), "empty", empty("s"))))},
		{"sel_first", "what stays of the nodeSelector", fill(`variables.sel_own.transformMap(k, v, !(${label} in variables.culprits), v)`,
			"label", requirement("k", "In", "v"))},
		{
			"terms_first", "what stays of the terms; with others to choose from, no condition of a term contradicts by itself; had says whether a term had conditions",
			fill(`variables.terms_own.map(t, {'had': dyn(t.x.size() + t.f.size() > 0), 'x': dyn(t.x.filter(c, !(variables.lone ? c in variables.culprits : variables.lift_any))),
         'f': dyn(t.f.filter(c, !(variables.lone ? ${name} in variables.culprits : variables.lift_any)))})`,
				"name", `{'key': dyn(''), 'operator': dyn(c.operator), 'values': dyn(c.values)}`),
		},
		{"req_first", "whether required node affinity stays", kept("first", "variables.req_own")},
		{"alive_first", "the terms that stay and some node can satisfy, as sets", fill(`(variables.req_first ? variables.terms_first : ${none}).map(t, ${term}).filter(t, !${dead}).map(t, t.s[0])`,
			"none", `[{'x': dyn([]), 'f': dyn([]), 'had': dyn(true)}]`, "term", term("variables.sel_first", "!variables.req_first"), "dead", dead())},
		{"more", "whether what stays contradicts the Admin policy still", contradicts("variables.alive_first")},
		{"terms_second", "what stays of the terms without conditions on labels of pools", fill(
			`variables.terms_first.map(t, {'x': dyn(t.x.filter(r, !(r.key in variables.vocabulary && ${readable}))), 'f': t.f, 'had': t.had})`, "readable", readable("r"))},
		{"req_second", "whether required node affinity stays after that", kept("second", "variables.req_first")},
		{"sel_over", "the nodeSelector", `!variables.lift ? variables.sel_own : !variables.more ? variables.sel_first :
       variables.sel_first.transformMap(k, v, !(k in variables.vocabulary), v)`},
		{"req_over", "whether there is required node affinity", `!variables.lift ? variables.req_own : !variables.more ? variables.req_first : variables.req_second`},
		{"terms_over", "the terms", fill(`!variables.lift ? variables.terms_own : !variables.req_over ? [{'x': [], 'f': []}].map(t, ${open}) :
       (variables.more ? variables.terms_second : variables.terms_first).map(t, ${term})`,
			"open", term("variables.sel_over", "true"), "term", term("variables.sel_over", "false"))},
		{"wish_over", "the preferred terms", `variables.wish_own`},
		{"tol_over", "the tolerations", `variables.tol_own`},
	}
}

// kept tells whether required node affinity stays: it goes, whole, with the last
// condition of any of its terms, for a choice with everything in it is none.
func kept(stage, before string) string {
	return fill(`${before} && !variables.terms_${at}.exists(t, t.had && t.x.size() + t.f.size() == 0)`, "before", before, "at", stage)
}

// contradicts tells whether it is the Admin policy that leaves no node of the
// terms, sets none of which is empty. A pool to avoid is no reason to take out what
// asks for an exclusive pool that the pod has no right to: such a pod is refused.
func contradicts(terms string) string {
	return fill(`[${terms}].exists(al, variables.avoid_admin.size() > 0
         ? !${both} && ${permitted}
         : !variables.will_admin.exists(p, variables.view_lift == 'labels' ? al.exists(s, !${excludes} && ${off}) : variables.pools.exists(q,
             ${belongs} && ${clear} && (variables.view_lift == 'pools' || variables.untol_own[q.name].all(x, x in ${taints})) && al.exists(s, ${lands}))))`,
		"terms", terms, "permitted", possibleAmong("variables.off", "variables.off_pools"),
		"both", possibleAmong("(variables.off + variables.avoid_admin.map(p, p.name))", "(variables.off_pools + variables.avoid_admin)"),
		"excludes", excludes("s", "p.nodeSelector"), "off", staysOff("s", "p.nodeSelector", "variables.off_pools"),
		"belongs", belongs("q", "p"), "clear", outside("q", "variables.off"), "taints", taints("p"), "lands", lands("s", "q"))
}

// possibleAmong tells whether a node may exist for the terms al that belongs to
// none of the pools named.
func possibleAmong(names, pools string) string {
	return fill(`(variables.view_lift == 'labels' ? al.exists(s, ${off}) : al.exists(s, ${free}) || variables.pools.exists(q,
             ${clear} && (variables.view_lift == 'pools' || variables.untol_own[q.name].size() == 0) && al.exists(s, ${lands})))`,
		"off", staysOff("s", "", pools), "free", staysOff("s", "", "variables.pools"), "clear", outside("q", names), "lands", lands("s", "q"))
}
