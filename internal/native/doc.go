// Package native makes the policies by which the API server places pods itself,
// without a webhook: one MutatingAdmissionPolicy that writes what the engine
// would write, one ValidatingAdmissionPolicy that refuses what the engine would
// refuse, and their bindings. Their parameters are the EffectivePlacement of the
// pod's own namespace, so the number of policies never grows.
//
// The rules of package placement are said here once more, in CEL. The text is put
// together from small named pieces; each becomes a variable of both policies, and
// the API server works out a variable only when another one asks for it. Where
// the two differ, and why that is safe, stands in design/native.md.
package native
