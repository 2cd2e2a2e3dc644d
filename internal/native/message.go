package native

import (
	"fmt"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// shown bounds the conditions and pools that a message names: the API server drops
// messages of more than 5 KiB.
const shown = 8

// refusal are the variables that only the validating policy asks for: the pod's
// side for the message, and whether the placement has been undone.
func refusal() []variable {
	condition := func(field string) string {
		return fill(`r.key + ' ' + r.operator + (r.values.size() > 0 ? ' [' + r.values.join(', ') + ']' : '') + ' (${field})'`, "field", field)
	}
	return []variable{
		{"carries", "the conditions of the pod that speak of pools or of nodes by name", fill(
			`[(object.spec.?nodeName.orValue('') != '' ? ['nodeName = ' + object.spec.nodeName] : [])
       + variables.sel_own.map(k, k).filter(k, k in variables.vocabulary).sort().map(k, k + ' = ' + variables.sel_own[k] + ' (nodeSelector)')
       + (variables.req_own ? variables.terms_own.slice(0, [variables.terms_own.size(), ${some}].min()).map(t,
           t.x.filter(r, r.key in variables.vocabulary).map(r, ${x}) + t.f.map(r, ${f})).flatten().distinct() : [])].map(all, all.slice(0, [all.size(), ${some}].min()))[0]`,
			"some", fmt.Sprint(shown), "x", condition("nodeAffinity"), "f", condition("nodeAffinity, by name"))},
		{"but", "the pod's side of a refusal", `variables.carries.size() == 0 ? '' : ', but the pod carries ' + variables.carries.join(' and ')`},
		{"reach", "the exclusive pools that nothing keeps the pod off, although it has no right to them", fill(
			`variables.off_pools.filter(p, !variables.alive_own.all(s, ${excludes})).map(p, '"' + p.name + '"')`, "excludes", excludes("s", "p.nodeSelector"))},
		{"unbound", "whether the Admin policy would have more to write", `variables.lift || variables.do_admin && (variables.need_admin || variables.bind_admin)`},
	}
}

// validations are what a pod must hold in the end. The API server works out every
// message for every pod, before it knows whether it is needed, so none asks for
// more than the names in it.
func validations() []admissionv1.Validation {
	const (
		exclusive = `'pool ' + variables.reach.slice(0, [variables.reach.size(), ${some}].min()).join(', ') + ' is exclusive and no cluster policy names it for this pod in namespace "' + request.namespace + '"'`
		admin     = `'ClusterPlacementPolicy/' + variables.rule_admin[0].policy + ' (tier Admin) keeps this pod ' + (variables.flee_admin.size() > 0 ? 'off' : 'on') + ' pool '
  + (variables.flee_admin + variables.goal_admin).map(p, '"' + p.name + '"').join(', ')`
		undone = `: another admission webhook has changed the pod, the policies have changed meanwhile, or it would take more than ${max} node selector terms'
  + '; fix: create the pod again, have the webhook leave node affinity alone, or give the pod fewer node selector terms'`
	)
	ifAny := func(list, message string) string {
		return fill(`variables.${list}.size() == 0 ? '' : `+message, "list", list, "some", fmt.Sprint(shown), "max", fmt.Sprint(maxTerms))
	}
	return []admissionv1.Validation{
		refuse(`!variables.forbidden`, ifAny("reach", exclusive+` + variables.but
  + '; fix: remove that, or grant it with a ClusterPlacementPolicy whose subject selects this pod and whose placement.pools lists the pool'`)),
		refuse(`!variables.refused`, ifAny("rule_admin", admin+` + variables.but + '; fix: remove that, or change the policy\'s subject or set its onConflict to Override'`)),
		refuse(`variables.forbidden || variables.refused || variables.reach.size() == 0`, ifAny("reach", exclusive+` + ', and nothing keeps it off`+undone)),
		refuse(`variables.forbidden || variables.refused || !variables.unbound`, ifAny("rule_admin", admin+` + ', and the pod does not say so`+undone)),
	}
}

func refuse(unless, message string) admissionv1.Validation {
	return admissionv1.Validation{Expression: unless, MessageExpression: message, Reason: new(metav1.StatusReasonForbidden)}
}
