package native

// patch is the expression of the mutation: the JSON patch from the pod as it came
// to the last stage; none where the pod is refused, so that it is the validating
// policy that speaks of it, about the pod as its author wrote it.
func patch() string {
	return fill(`variables.denied ? [] :
  (variables.sel_baseline == variables.sel_own ? [] : variables.sel_baseline.size() == 0
    ? [JSONPatch{op: 'remove', path: '/spec/nodeSelector'}] : [JSONPatch{op: 'add', path: '/spec/nodeSelector', value: variables.sel_baseline}])
  + (!variables.moved ? [] : has(object.spec.affinity)
    ? [JSONPatch{op: 'add', path: '/spec/affinity/nodeAffinity', value: variables.affinity}]
    : [JSONPatch{op: 'add', path: '/spec/affinity', value: {'nodeAffinity': variables.affinity}}])
  + (variables.tol_baseline.size() == variables.tol_own.size() || has(object.spec.tolerations) && object.spec.tolerations.size() > 0
    ? [] : [JSONPatch{op: 'add', path: '/spec/tolerations', value: []}])
  + variables.tol_baseline.slice(variables.tol_own.size(), variables.tol_baseline.size()).map(t,
      JSONPatch{op: 'add', path: '/spec/tolerations/-', value: t})`)
}

// output are the variables that only the mutation asks for.
func output() []variable {
	const conditions = `{?'matchExpressions': t.x.size() > 0 ? optional.of(t.x.map(r, ${req})) : optional.none(),
         ?'matchFields': t.f.size() > 0 ? optional.of(t.f.map(r, ${req})) : optional.none()}`
	conditionsOf := fill(conditions, "req", `{'key': r.key, 'operator': r.operator, ?'values': r.values.size() > 0 ? optional.of(r.values) : optional.none()}`)
	return []variable{
		{"moved", "whether the node affinity changes", `variables.wish_baseline.size() != variables.wish_own.size() ||
       variables.req_baseline != variables.req_own || variables.need_exclusive ||
       variables.terms_baseline.map(t, [t.x, t.f]) != variables.terms_own.map(t, [t.x, t.f])`},
		{"affinity", "the node affinity in the end", fill(`{?'requiredDuringSchedulingIgnoredDuringExecution': variables.req_baseline || variables.need_exclusive
         ? optional.of(dyn({'nodeSelectorTerms': variables.try_exclusive.map(t, ${t})})) : optional.none(),
       ?'preferredDuringSchedulingIgnoredDuringExecution': variables.wish_baseline.size() > 0
         ? optional.of(dyn(variables.wish_baseline.map(t, {'weight': dyn(t.weight), 'preference': dyn(${t})}))) : optional.none()}`, "t", conditionsOf)},
	}
}
