package selector

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
)

// Tolerates tells whether one of the tolerations tolerates the taint. It asks
// core/v1 itself, with the comparison operators Lt and Gt (KEP-5471) in force: a
// pod that carries one can only exist where they are.
func Tolerates(tolerations []corev1.Toleration, taint corev1.Taint) bool {
	return slices.ContainsFunc(tolerations, func(t corev1.Toleration) bool {
		return t.ToleratesTaint(klog.Logger{}, &taint, true)
	})
}

// Untolerated is the first of the taints that keeps a pod with the tolerations
// off a node: one with effect NoSchedule or NoExecute that nothing tolerates.
// found is false if there is none.
func Untolerated(tolerations []corev1.Toleration, taints []corev1.Taint) (taint corev1.Taint, found bool) {
	for _, t := range taints {
		if keepsOff(t) && !Tolerates(tolerations, t) {
			return t, true
		}
	}
	return corev1.Taint{}, false
}

// keepsOff tells whether the taint keeps pods off a node; one with another
// effect is at most a wish.
func keepsOff(t corev1.Taint) bool {
	return t.Effect == corev1.TaintEffectNoSchedule || t.Effect == corev1.TaintEffectNoExecute
}
