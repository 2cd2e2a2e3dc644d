package native

import (
	"regexp"
	"slices"
)

// needed are the variables that the expressions ask for, directly or through each
// other, each behind those it asks for: the API server knows only the variables
// before.
func needed(vars []variable, expressions ...string) []variable {
	asks := regexp.MustCompile(`\bvariables\.(\w+)`)
	byName := make(map[string]variable, len(vars))
	for _, v := range vars {
		byName[v.name] = v
	}
	wanted := map[string]bool{}
	var order []string // of the variables, each behind those it asks for
	var want func(expression string)
	want = func(expression string) {
		for _, m := range asks.FindAllStringSubmatch(expression, -1) {
			if name := m[1]; !wanted[name] {
				wanted[name] = true
				want(byName[name].expression)
				order = append(order, name)
			}
		}
	}
	for _, e := range expressions {
		want(e)
	}
	out := make([]variable, 0, len(order))
	for _, name := range order {
		out = append(out, byName[name])
	}
	return slices.Clip(out)
}
