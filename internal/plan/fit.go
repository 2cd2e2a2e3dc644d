package plan

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/stowage-dev/stowage/internal/conflict"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/selector"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// fit counts the nodes that take the row's pods, and changes the verdict where
// there is none.
func (b *builder) fit(r *Row) {
	spec := Pods(r.Workload, r.Decision.Spec)
	var refused selector.Refused
	r.Fits, refused = b.nodes.Count(spec.Pod())
	if r.Fits > 0 || r.Verdict == VerdictDenied || r.Verdict == VerdictDaemonSet || r.Decision.Skip == placement.SkipRunning || r.Decision.Skip == placement.SkipMirrorPod {
		return
	}
	r.Verdict = VerdictUnplaceable
	subject := r.Workload.Subject
	subject.Spec = spec
	set, ok := conflict.Smallest(subject, r.Decision.Constraints, b.plain)
	if !ok {
		r.Reason = fmt.Sprintf("0 of %d nodes take it (%s)", len(b.plain), refusals(refused))
		return
	}
	parts := make([]string, len(set.Members))
	for i, m := range set.Members {
		parts[i] = fmt.Sprintf("%s (%s)", m.Text, m.Source)
	}
	switch {
	case set.Always:
		r.Reason = "no node could ever take it: " + strings.Join(parts, " contradicts ")
	default:
		r.Reason = fmt.Sprintf("0 of %d nodes take it: %s", len(b.plain), strings.Join(parts, " and "))
	}
}

// Pods is the placement of a workload's pods as the scheduler sees it: that of
// the template, and for a DaemonSet with the tolerations its controller adds.
func Pods(w *snapshot.Workload, spec placement.Spec) placement.Spec {
	if !w.DaemonSetPods {
		return spec
	}
	spec.Tolerations = slices.Clone(spec.Tolerations)
	for _, t := range daemonSetTaints() {
		spec.Tolerations = append(spec.Tolerations, corev1.Toleration{Key: t.Key, Operator: corev1.TolerationOpExists, Effect: t.Effect})
	}
	return spec
}

// daemonSetTaints are the taints that the DaemonSet controller makes its pods
// tolerate (k8s.io/kubernetes/pkg/controller/daemon/util.AddOrUpdateDaemonPodTolerations).
func daemonSetTaints() []corev1.Taint {
	return []corev1.Taint{
		{Key: corev1.TaintNodeNotReady, Effect: corev1.TaintEffectNoExecute},
		{Key: corev1.TaintNodeUnreachable, Effect: corev1.TaintEffectNoExecute},
		{Key: corev1.TaintNodeDiskPressure, Effect: corev1.TaintEffectNoSchedule},
		{Key: corev1.TaintNodeMemoryPressure, Effect: corev1.TaintEffectNoSchedule},
		{Key: corev1.TaintNodePIDPressure, Effect: corev1.TaintEffectNoSchedule},
		{Key: corev1.TaintNodeUnschedulable, Effect: corev1.TaintEffectNoSchedule},
	}
}

func refusals(r selector.Refused) string {
	var parts []string
	for _, c := range []struct {
		n    int
		text string
	}{
		{r.NodeName, "named another node"},
		{r.NodeUnschedulable, "cordoned"},
		{r.TaintToleration, "with a taint it does not tolerate"},
		{r.NodeAffinity, "outside its node selector or affinity"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.text))
		}
	}
	return strings.Join(parts, ", ")
}
