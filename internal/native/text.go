package native

import "strings"

// fill puts the expressions into the places of ${name} in a text; the pairs are
// name, expression, name, expression.
func fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "${" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// number tells whether a string reads as a 64-bit integer in the form that a
// label value may have: digits, any number of zeros before them.
func number(v string) string {
	return fill(`(${v}.matches('^0*[0-9]{1,18}$') || ${v}.matches('^0*[1-9][0-9]{18}$') && ${v}.substring(${v}.size() - 19) <= '9223372036854775807')`, "v", v)
}

// requirements are the labels of the pool p as requirements of the operator In or
// NotIn, in the order of their keys.
func requirements(operator string) string {
	return fill(`p.nodeSelector.map(rk, rk).sort().map(rk, ${one})`, "one", requirement("rk", operator, "p.nodeSelector[rk]"))
}

// requirement is one requirement with one value.
func requirement(key, operator, value string) string {
	return fill(`{'key': dyn(${k}), 'operator': dyn('${op}'), 'values': dyn([${v}])}`, "k", key, "op", operator, "v", value)
}
