package placement

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/internal/selector"
)

// tolerationsFor are the tolerations that match exactly the taints, one each in
// their order.
func tolerationsFor(taints []corev1.Taint) []corev1.Toleration {
	out := make([]corev1.Toleration, len(taints))
	for i, t := range taints {
		out[i] = corev1.Toleration{Key: t.Key, Operator: corev1.TolerationOpEqual, Value: t.Value, Effect: t.Effect}
	}
	return out
}

func tolerated(tolerations []corev1.Toleration, taint corev1.Taint) bool {
	return selector.Tolerates(tolerations, taint)
}
