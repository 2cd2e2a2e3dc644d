package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/native"
	"github.com/stowage-dev/stowage/internal/placement"
)

// proof compares pods as the API server has them with the engine's decisions.
type proof struct {
	t       *testing.T
	cluster *Cluster

	mu        sync.Mutex
	counts    map[string]int
	pods      int
	different int
}

func (p *proof) world(w world, firstPod int) {
	spec := w.spec()
	rules, err := placement.NewRules(w.namespace, spec)
	if err != nil {
		p.t.Error(err)
		return
	}
	senders := map[placement.Skip]kubernetes.Interface{}
	for _, skip := range []placement.Skip{"", placement.SkipDaemonSetPod, placement.SkipMirrorPod} {
		senders[skip] = clientFor(p.t, p.cluster, skip)
	}
	for i := firstPod; i < firstPod+podsPerWorld; i++ {
		pod := podNumber(w.namespace, i)
		var skip placement.Skip
		switch i % 25 {
		case 0:
			skip = placement.SkipDaemonSetPod
		case 1:
			skip = placement.SkipMirrorPod
			pod.Annotations = map[string]string{corev1.MirrorPodAnnotationKey: "x"}
			pod.Spec.NodeName = "n1"
		}
		p.pod(senders[skip], pod, spec, func(s corev1.PodSpec) placement.Decision {
			return rules.Decide(placement.Subject{Object: "Pod/" + pod.Name, Labels: pod.Labels, Skip: skip, Spec: placement.SpecOf(s)})
		})
	}
}

func (p *proof) pod(client kubernetes.Interface, pod *corev1.Pod, spec v1alpha1.EffectivePlacementSpec, decide func(corev1.PodSpec) placement.Decision) {
	want := decide(pod.Spec)
	got, err := send(client, pod)
	outcome := string(want.Outcome)
	if want.Outcome == placement.OutcomeDenied {
		outcome += " by " + string(want.DecidedBy.Layer)
	} else {
		for _, l := range want.Layers {
			if l.Policy != "" && (l.Said == placement.SaidOverrode || l.Said == placement.SaidYielded) {
				p.count("(of these) " + string(l.Layer) + " " + string(l.Said))
			}
		}
		if len(want.Ops) > 0 {
			outcome += ", written"
		}
	}
	differ := func(format string, args ...any) { p.differ(pod, spec, want, fmt.Sprintf(format, args...)) }
	switch {
	case apierrors.IsInvalid(err) && !strings.Contains(err.Error(), native.Name):
		p.count("not a valid pod")
	case want.Outcome == placement.OutcomeDenied:
		if err == nil {
			differ("not refused, but the engine says: %s", want.Denial)
		} else if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "ValidatingAdmissionPolicy '"+native.Name) ||
			!strings.Contains(err.Error(), "; fix: remove that") {
			differ("refused with %v\nbut the engine says: %s", err, want.Denial)
		}
	case err != nil:
		differ("refused: %v", err)
	default:
		if diff := cmp.Diff(plain(want.Spec), plain(placement.SpecOf(got.Spec)), cmpopts.EquateEmpty()); diff != "" {
			differ("(-engine +native):\n%s", diff)
			break
		}
		again := pod.DeepCopy()
		again.Spec.NodeSelector, again.Spec.Affinity, again.Spec.Tolerations = got.Spec.NodeSelector, got.Spec.Affinity, got.Spec.Tolerations
		twice, err := send(client, again)
		if err != nil {
			differ("refused when sent again: %v", err)
		} else if diff := cmp.Diff(got.Spec, twice.Spec, cmpopts.IgnoreFields(corev1.PodSpec{}, "Volumes", "Containers")); diff != "" {
			differ("sent again (-once +twice):\n%s\nthe engine writes %v", diff, decide(got.Spec).Ops)
		}
	}
	p.count(outcome)
	p.mu.Lock()
	p.pods++
	p.mu.Unlock()
}

func (p *proof) count(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.counts[what]++
}

func (p *proof) differ(pod *corev1.Pod, spec v1alpha1.EffectivePlacementSpec, want placement.Decision, what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.different++; p.different > shownDifferences {
		return
	}
	effective, _ := yaml.Marshal(spec)
	own, _ := yaml.Marshal(pod.Spec)
	p.t.Errorf("pod %s in %s, labels %v: %s\nEffectivePlacement:\n%s\npod:\n%s\nlayers: %+v", pod.Name, pod.Namespace, pod.Labels, what, effective, own, want.Layers)
}

// plain is a placement without the two tolerations that the API server gives every
// pod, and without empty parts.
func plain(s placement.Spec) placement.Spec {
	s.Tolerations = slices.DeleteFunc(slices.Clone(s.Tolerations), func(t corev1.Toleration) bool {
		return t.Key == corev1.TaintNodeNotReady || t.Key == corev1.TaintNodeUnreachable
	})
	return s
}

func send(client kubernetes.Interface, pod *corev1.Pod) (*corev1.Pod, error) {
	return client.CoreV1().Pods(pod.Namespace).Create(context.Background(), pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
}
