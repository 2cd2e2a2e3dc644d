package native

import (
	"slices"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
)

// Name is the name of both policies and of both bindings.
const Name = "placement.stowage.dev"

// Policies are the mutating policy, the validating policy, and the binding of
// each: all that a cluster needs, whatever the number of its placement policies.
// The objects are new at every call and carry their kind.
func Policies() []any {
	return []any{Mutating(), MutatingBinding(), Validating(), ValidatingBinding()}
}

// Mutating is the policy that writes where a pod belongs.
//
// Its reinvocationPolicy is Never: with IfNeeded the API server would evaluate it
// twice for every pod that it changes itself. What a webhook that comes later
// does to the pod is judged by the validating policy, on the pod in the end.
func Mutating() *admissionv1.MutatingAdmissionPolicy {
	p := &admissionv1.MutatingAdmissionPolicy{TypeMeta: typeMeta("MutatingAdmissionPolicy"), ObjectMeta: objectMeta()}
	p.Spec = admissionv1.MutatingAdmissionPolicySpec{
		ParamKind:          paramKind(),
		MatchConstraints:   podsAtCreation(),
		MatchConditions:    append(untouched(), admissionv1.MatchCondition{Name: "rules-in-force", Expression: `has(params.spec.rules) && params.spec.rules.size() > 0 || has(params.spec.exclusive) && params.spec.exclusive.size() > 0`}),
		FailurePolicy:      new(admissionv1.Fail),
		ReinvocationPolicy: admissionv1.NeverReinvocationPolicy,
		Variables:          named(needed(slices.Concat(toAdmin(), toTheEnd(), output()), patch())),
		Mutations: []admissionv1.Mutation{{
			PatchType: admissionv1.PatchTypeJSONPatch, JSONPatch: &admissionv1.JSONPatch{Expression: patch()},
		}},
	}
	return p
}

// MutatingBinding puts the mutating policy in force, in every namespace that has
// an EffectivePlacement.
func MutatingBinding() *admissionv1.MutatingAdmissionPolicyBinding {
	b := &admissionv1.MutatingAdmissionPolicyBinding{TypeMeta: typeMeta("MutatingAdmissionPolicyBinding"), ObjectMeta: objectMeta()}
	b.Spec = admissionv1.MutatingAdmissionPolicyBindingSpec{PolicyName: Name, ParamRef: paramRef()}
	return b
}

// Validating is the policy that refuses pods which contradict an Admin policy, or
// ask for an exclusive pool that they have no right to. It looks at the pod in
// the end, whatever else has changed it.
func Validating() *admissionv1.ValidatingAdmissionPolicy {
	var asked []string
	for _, v := range validations() {
		asked = append(asked, v.Expression, v.MessageExpression)
	}
	p := &admissionv1.ValidatingAdmissionPolicy{TypeMeta: typeMeta("ValidatingAdmissionPolicy"), ObjectMeta: objectMeta()}
	p.Spec = admissionv1.ValidatingAdmissionPolicySpec{
		ParamKind:        paramKind(),
		MatchConstraints: podsAtCreation(),
		MatchConditions:  append(untouched(), admissionv1.MatchCondition{Name: "rules-that-refuse", Expression: `has(params.spec.exclusive) && params.spec.exclusive.size() > 0 || has(params.spec.rules) && params.spec.rules.exists(r, r.layer == 'Admin')`}),
		FailurePolicy:    new(admissionv1.Fail),
		Variables:        named(needed(append(toAdmin(), refusal()...), asked...)),
		Validations:      validations(),
	}
	return p
}

// ValidatingBinding puts the validating policy in force, in every namespace that
// has an EffectivePlacement.
func ValidatingBinding() *admissionv1.ValidatingAdmissionPolicyBinding {
	b := &admissionv1.ValidatingAdmissionPolicyBinding{TypeMeta: typeMeta("ValidatingAdmissionPolicyBinding"), ObjectMeta: objectMeta()}
	b.Spec = admissionv1.ValidatingAdmissionPolicyBindingSpec{
		PolicyName: Name, ParamRef: paramRef(), ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny},
	}
	return b
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: admissionv1.SchemeGroupVersion.String(), Kind: kind}
}

func objectMeta() metav1.ObjectMeta { return metav1.ObjectMeta{Name: Name} }

func paramKind() *admissionv1.ParamKind {
	return &admissionv1.ParamKind{APIVersion: v1alpha1.GroupVersion.String(), Kind: v1alpha1.KindEffectivePlacement}
}

// paramRef names no namespace: the API server takes the EffectivePlacement of the
// pod's own. Where there is none the policy does not apply.
func paramRef() *admissionv1.ParamRef {
	return &admissionv1.ParamRef{Name: v1alpha1.EffectivePlacementName, ParameterNotFoundAction: new(admissionv1.AllowAction)}
}

func podsAtCreation() *admissionv1.MatchResources {
	return &admissionv1.MatchResources{
		NamespaceSelector: &metav1.LabelSelector{}, ObjectSelector: &metav1.LabelSelector{}, MatchPolicy: new(admissionv1.Equivalent),
		ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}, Scope: new(admissionv1.AllScopes)},
		}}},
	}
}

// untouched are the conditions that leave alone what is never touched. Who made a
// pod is judged by the request's user: owners and annotations are anybody's to
// write.
func untouched() []admissionv1.MatchCondition {
	return []admissionv1.MatchCondition{
		{Name: "not-exempt", Expression: `has(params.spec) && !(has(params.spec.exempt) && params.spec.exempt)`},
		{Name: "not-of-a-daemonset", Expression: `request.userInfo.username != 'system:serviceaccount:kube-system:daemon-set-controller'`},
		{Name: "not-a-mirror-pod", Expression: `!(has(request.userInfo.groups) && 'system:nodes' in request.userInfo.groups &&
  has(object.metadata.annotations) && 'kubernetes.io/config.mirror' in object.metadata.annotations)`},
	}
}

func named(vars []variable) []admissionv1.Variable {
	out := make([]admissionv1.Variable, 0, len(vars))
	for _, v := range vars {
		out = append(out, admissionv1.Variable{Name: v.name, Expression: "// " + v.doc + "\n" + v.expression})
	}
	return slices.Clip(out)
}
