package native

// A set, what one label of a node may be, is a map:
//
//	fin   whether vals lists all its values
//	abs   whether the label may be absent
//	vals  the values, if fin
//	ex    the values it may not have, if not fin
//	rng   lowest and highest integer, if only integers are allowed; else empty
//
// A term, conditions on one node that hold together, is a map from label to set;
// what it says of the node's name stands under the empty label.

// setsOf is the term that a list of requirements makes together.
func setsOf(requirements string) string {
	return fill(`[${r}].map(sr, sr.map(sq, sq.key).distinct().transformMapEntry(si, sk, {sk: [sr.filter(sq, sq.key == sk)].map(q, ${set})[0]}))[0]`,
		"r", requirements, "set", setOf())
}

// setOf is the set that the requirements of the list q ask of one label.
func setOf() string {
	return fill(`q.exists(r, r.operator in ['In', 'DoesNotExist'])
    ? {'fin': dyn(true), 'abs': dyn(q.all(r, r.operator in ['NotIn', 'DoesNotExist'])),
       'vals': dyn(q.exists(r, r.operator == 'DoesNotExist') ? [] : q.filter(r, r.operator == 'In')[0].values.filter(v, q.all(r, ${admits})))}
    : q.exists(r, r.operator in ['Gt', 'Lt']) ? ${integers}
    : {'fin': dyn(false), 'abs': dyn(q.all(r, r.operator == 'NotIn')), 'ex': dyn(q.filter(r, r.operator == 'NotIn').map(r, r.values).flatten()), 'rng': dyn([])}`,
		"admits", admits("r", "v"), "integers", integers())
}

// admits tells whether a requirement admits a value.
func admits(r, v string) string {
	return fill(`(${r}.operator == 'In' ? ${v} in ${r}.values : ${r}.operator == 'NotIn' ? !(${v} in ${r}.values) : ${r}.operator == 'Exists' ||
       ${r}.operator in ['Gt', 'Lt'] && ${number} && (${r}.operator == 'Gt' ? int(${v}) > int(${r}.values[0]) : int(${v}) < int(${r}.values[0])))`,
		"r", r, "v", v, "number", number(v))
}

// integers is the set that requirements with Gt or Lt, and none with In, ask for.
// Where so few integers are left that the exclusions could exhaust them, every
// way to write them, with zeros before, is listed: as the engine does.
func integers() string {
	return fill(`[[([0] + q.filter(r, r.operator == 'Gt').map(r, int(r.values[0])).map(n, n < ${max} ? n + 1 : n)).max(),
       ([${max}] + q.filter(r, r.operator == 'Lt').map(r, int(r.values[0]) - 1) + q.filter(r, r.operator == 'Gt' && int(r.values[0]) == ${max}).map(r, -1)).min()]].map(g,
       [q.filter(r, r.operator == 'NotIn').map(r, r.values).flatten().distinct()].map(ex,
         g[0] > g[1] ? {'fin': dyn(true), 'abs': dyn(false), 'vals': dyn([])}
         : g[1] - g[0] > ex.size() || (g[1] - g[0] + 1) * 45 > ex.size() + 63 ? ${open}
         : [lists.range(g[1] - g[0] + 1).map(n, string(g[0] + n)).map(n, lists.range(64 - n.size()).map(z, '${zeros}'.substring(0, z) + n)).flatten()].map(all,
             all.size() > ex.size() + 63 ? ${open} : {'fin': dyn(true), 'abs': dyn(false), 'vals': dyn(all.filter(v, !(v in ex)))})[0])[0])[0]`,
		"max", "9223372036854775807", "zeros", "000000000000000000000000000000000000000000000000000000000000000",
		"open", `{'fin': dyn(false), 'abs': dyn(false), 'ex': dyn(ex), 'rng': dyn(g)}`)
}

// readable tells whether kube-scheduler can read a requirement on a label.
func readable(r string) string {
	return fill(`(${r}.operator in ['In', 'NotIn'] ? ${r}.values.size() > 0 : ${r}.operator in ['Exists', 'DoesNotExist'] ||
       ${r}.operator in ['Gt', 'Lt'] && ${r}.values.size() == 1 && ${number})`, "r", r, "number", number(r+".values[0]"))
}

// allows tells whether a term lets a label have the value.
func allows(term, key, value string) string {
	return fill(`(!(${k} in ${s}) || (${s}[${k}].fin ? ${v} in ${s}[${k}].vals
       : !(${v} in ${s}[${k}].ex) && (${s}[${k}].rng.size() == 0 || ${number} && ${s}[${k}].rng[0] <= int(${v}) && int(${v}) <= ${s}[${k}].rng[1])))`,
		"s", term, "k", key, "v", value, "number", number(value))
}

// only tells whether a term lets a label have the value and nothing else.
func only(term, key, value string) string {
	return fill(`(${k} in ${s} && ${s}[${k}].fin && !${s}[${k}].abs && ${s}[${k}].vals.size() > 0 && ${s}[${k}].vals.all(ov, ov == ${v}))`,
		"s", term, "k", key, "v", value)
}

// empty tells whether no node can satisfy a term.
func empty(term string) string {
	return fill(`${s}.exists(ek, ${s}[ek].fin && !${s}[ek].abs && ${s}[ek].vals.size() == 0)`, "s", term)
}

// excludes tells whether no node of a term, which is not empty, carries all of
// the labels.
func excludes(term, labels string) string {
	return fill(`${l}.exists(xk, !${allows})`, "l", labels, "allows", allows(term, "xk", labels+"[xk]"))
}

// implies tells whether every node of a term, which is not empty, carries the
// labels.
func implies(term, labels string) string {
	return fill(`${l}.all(ik, ${only})`, "l", labels, "only", only(term, "ik", labels+"[ik]"))
}

// without is a term with requirements of operator NotIn and one value each
// added. Integers so few that these exclusions exhaust them are not listed anew.
func without(term, more string) string {
	return fill(`(${s}.map(k, k) + ${m}.map(r, r.key)).distinct().transformMapEntry(wi, wk, {wk: [${m}.filter(r, r.key == wk).map(r, r.values[0])].map(vs,
         vs.size() == 0 ? ${s}[wk] : !(wk in ${s}) ? {'fin': dyn(false), 'abs': dyn(true), 'ex': dyn(vs), 'rng': dyn([])}
         : ${s}[wk].fin ? {'fin': dyn(true), 'abs': ${s}[wk].abs, 'vals': dyn(${s}[wk].vals.filter(v, !(v in vs)))}
         : {'fin': dyn(false), 'abs': ${s}[wk].abs, 'ex': dyn(${s}[wk].ex + vs), 'rng': ${s}[wk].rng})[0]})`, "s", term, "m", more)
}

// pinned is a term with labels added.
func pinned(term, labels string) string {
	return fill(`(${s}.map(k, k) + ${l}.map(k, k)).distinct().transformMapEntry(pi, pk, {pk: !(pk in ${l}) ? ${s}[pk]
         : {'fin': dyn(true), 'abs': dyn(false), 'vals': dyn(${allows} ? [${l}[pk]] : [])}})`, "s", term, "l", labels, "allows", allows(term, "pk", labels+"[pk]"))
}
