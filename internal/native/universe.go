package native

import "fmt"

// maxChoices is the number of labels with several values left that the search in
// staysOff goes through. With more it answers yes, as the engine does past its
// own bound.
const maxChoices = 4

// staysOff tells whether a node can satisfy a term, which is not empty, and
// belong to none of the pools. pinned are labels that the node has besides; it
// may be empty.
//
// A pool counts only if each of its labels has few values left, its own among
// them: any other value, or the label's absence, keeps a node off the pool.
func staysOff(term, pinned, pools string) string {
	tight := `oc in ${s} && ${s}[oc].fin && !${s}[oc].abs && o.nodeSelector[oc] in ${s}[oc].vals`
	choice := `${s}[oc].vals.exists(ov, ov != o.nodeSelector[oc])`
	if pinned != "" {
		tight = `(oc in ${pin} ? ${pin}[oc] == o.nodeSelector[oc] : ` + tight + `)`
		choice = `!(oc in ${pin}) && ` + choice
	}
	return fill(`[${pools}.filter(o, o.nodeSelector.all(oc, `+tight+`)).map(o, o.nodeSelector.map(oc, oc).filter(oc, `+choice+`).map(oc, [oc, o.nodeSelector[oc]]))].exists(cs,
       cs.size() == 0 || cs.all(c, c.size() > 0) && ${search})`,
		"pools", pools, "search", search(term), "s", term, "pin", pinned)
}

// search tells whether labels can be chosen so that each clause of the list cs,
// pairs of label and value, has a label with another value. A value that no
// clause speaks of is always the best choice.
func search(term string) string {
	return fill(`[cs.map(c, c.map(l, l[0])).flatten().distinct()].exists(ks, ks.size() > ${max} ||
         [ks.map(k, [cs.map(c, c.filter(l, l[0] == k).map(l, l[1])).flatten()].map(used,
           ${s}[k].vals.exists(v, !(v in used)) ? [${s}[k].vals.filter(v, !(v in used))[0]] : ${s}[k].vals.distinct())[0])].exists(cand,
           cand[0].exists(v0, (ks.size() > 1 ? cand[1] : ['']).exists(v1, (ks.size() > 2 ? cand[2] : ['']).exists(v2, (ks.size() > 3 ? cand[3] : ['']).exists(v3,
             cs.all(c, c.exists(l, (l[0] == ks[0] ? v0 : l[0] == ks[1] ? v1 : l[0] == ks[2] ? v2 : v3) != l[1]))))))))`, "s", term, "max", fmt.Sprint(maxChoices))
}

// lands tells whether a node of exactly this pool, and those it lies inside of,
// can satisfy a term, which is not empty.
func lands(term, pool string) string {
	return fill(`(!${excludes} && (!has(${p}.rivals) || ${off}))`, "excludes", excludes(term, pool+".nodeSelector"), "p", pool,
		"off", staysOff(term, pool+".nodeSelector", pool+".rivals.map(rn, variables.pool[rn])"))
}

// belongs tells whether every node of the inner pool belongs to the outer.
func belongs(inner, outer string) string {
	return fill(`(${i}.name == ${o}.name || has(${i}.within) && ${o}.name in ${i}.within)`, "i", inner, "o", outer)
}

// outside tells whether a pool and those it lies inside of are none of those
// named.
func outside(pool, names string) string {
	return fill(`(!(${p}.name in ${n}) && (!has(${p}.within) || !${p}.within.exists(wn, wn in ${n})))`, "p", pool, "n", names)
}

// taints are those that a node of the pool carries.
func taints(pool string) string {
	return fill(`(has(${p}.nodeTaints) ? ${p}.nodeTaints : has(${p}.taints) ? ${p}.taints : [])`, "p", pool)
}

// tolerated tells whether one of the tolerations tolerates the taint.
func tolerated(taint, tolerations string) string {
	const decimal = `'^(0|-?[1-9][0-9]{0,17})$'`
	return fill(`${list}.exists(tt, (tt.effect == '' || tt.effect == ${x}.effect) && (tt.key == '' || tt.key == ${x}.key) &&
       (tt.operator in ['', 'Equal'] ? tt.value == ${v} : tt.operator == 'Exists' || tt.operator in ['Lt', 'Gt'] &&
         tt.value.matches(${decimal}) && ${v}.matches(${decimal}) && (tt.operator == 'Lt' ? int(${v}) < int(tt.value) : int(${v}) > int(tt.value))))`,
		"list", tolerations, "x", taint, "v", fill(`(has(${x}.value) ? ${x}.value : '')`, "x", taint), "decimal", decimal)
}
