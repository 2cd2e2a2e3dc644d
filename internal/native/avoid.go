package native

import (
	"fmt"
	"strings"
)

// Of the pools with several labels that one policy, or the exclusive pools
// together, may keep a pod off, this many are gone through: each can double the
// terms, and more than maxTerms are not written anyway.
const (
	splitsOfPolicy    = 4
	splitsOfExclusive = 8
)

// maxTerms is the engine's bound on the terms it writes.
const maxTerms = 256

// avoidance are the variables that keep the stage "from" off the pools of the
// variable avoid_<to>: shun_<to> are those of them that take anything, try_<to>
// the terms then, fits_<to> whether they are few enough, need_<to> whether
// anything has to be written at all.
//
// A pool with one label takes one more condition in each term; a pool with
// several takes one copy of the term for each label. There is no loop in CEL
// that carries a result along, so each pool with several labels has a variable of
// its own, which goes through the pools with one label before it as well.
func avoidance(from, to string, splits int) []variable {
	at := func(text string, pairs ...string) string { return fill(text, append(pairs, "from", from, "to", to)...) }
	vars := []variable{
		{"shun_" + to, "the pools to keep off that the pod is not off already", at(
			`variables.avoid_${to}.filter(p, !variables.alive_${from}.all(s, ${excludes}))`, "excludes", excludes("s", "p.nodeSelector"))},
		{"need_" + to, "whether there are any", at(`variables.shun_${to}.size() > 0`)},
		{"split_" + to, "where among those pools the ones with several labels stand", at(`variables.shun_${to}.transformList(i, p, p.nodeSelector.size() > 1, i)`)},
	}
	vars = append(vars, variable{"plain0_" + to, "the terms that keep off the pools before the first with several labels", at(
		`!variables.need_${to} ? variables.terms_${from} : ${singles}`, "singles", avoidSingles("variables.terms_"+from, singles(to, 0)))})
	var choice strings.Builder
	for i := range splits {
		now, next := fmt.Sprint(i), fmt.Sprint(i+1)
		vars = append(vars,
			variable{"split" + next + "_" + to, "the terms that keep off the next pool with several labels", at(
				`variables.plain${i}_${to}.size() > ${max} ? variables.plain${i}_${to} : ${split}.flatten()`, "i", now, "max", fmt.Sprint(maxTerms),
				"split", avoidSplit("variables.plain"+now+"_"+to, at("variables.shun_${to}[variables.split_${to}[${i}]]", "i", now)))},
			variable{"plain" + next + "_" + to, "the terms that keep off the pools with one label behind it", avoidSingles(at("variables.split${i}_${to}", "i", next), singles(to, i+1))})
		choice.WriteString(at(`variables.split_${to}.size() == ${i} ? variables.plain${i}_${to} : `, "i", now))
	}
	return append(vars,
		variable{"try_" + to, "the terms that keep off those pools", at(`!variables.need_${to} ? variables.terms_${from} : `+choice.String()+`variables.plain${i}_${to}`, "i", fmt.Sprint(splits))},
		variable{"fits_" + to, "whether those terms are few enough to write", at(`!variables.need_${to} ||
       variables.split_${to}.size() <= ${splits} && variables.try_${to}.size() <= ${max}`, "splits", fmt.Sprint(splits), "max", fmt.Sprint(maxTerms))})
}

// singles are the pools with one label that stand behind n pools with several.
func singles(to string, n int) string {
	return fill(`variables.shun_${to}.transformList(i, p, p.nodeSelector.size() == 1 && variables.split_${to}.filter(j, j < i).size() == ${n}, p)`, "to", to, "n", fmt.Sprint(n))
}

// avoidSingles keeps terms off pools with one label each. Where a term comes to
// match nothing on the way it is left at that.
func avoidSingles(terms, pools string) string {
	return fill(`[${pools}.map(p, ${not}[0]).distinct()].map(reqs, reqs.size() == 0 ? ${terms} : ${terms}.map(t, ${dead} ? t : [reqs.filter(r, ${allows})].map(add,
       add.size() == 0 ? t : [${without}].map(g, !${gone} ? {'x': dyn(t.x + add), 'f': dyn(t.f), 's': dyn([g])}
         : {'x': dyn(t.x + add.transformList(i, a, i == 0 || ![${before}].exists(s, ${empty}), a)), 'f': dyn(t.f), 's': dyn([g])})[0])[0]))[0]`,
		"terms", terms, "dead", dead(), "pools", pools, "not", requirements("NotIn"),
		"allows", allows("t.s[0]", "r.key", "r.values[0]"), "without", without("t.s[0]", "add"), "gone", empty("g"),
		"before", without("t.s[0]", "add.slice(0, i)"), "empty", empty("s"))
}

// avoidSplit keeps each of the terms off one pool: a list of the terms that come of
// each. A label that the term binds to the pool's value is no way out, unless
// there is no other.
func avoidSplit(terms, pool string) string {
	return fill(`[${p}].map(p, ${terms}.map(t, ${dead} || ${excludes} ? [t] :
         [p.nodeSelector.map(k, k).sort()].map(keys, [keys.filter(k, !${only})].map(ways, (ways.size() > 0 ? ways : keys.slice(0, 1)).map(k, [${not}]).map(n, ${grown}))[0])[0]))[0]`,
		"terms", terms, "dead", dead(), "excludes", excludes("t.s[0]", "p.nodeSelector"), "p", pool,
		"only", only("t.s[0]", "k", "p.nodeSelector[k]"), "not", requirement("k", "NotIn", "p.nodeSelector[k]"), "grown", changed("t", "n", without("t.s[0]", "n")))
}
