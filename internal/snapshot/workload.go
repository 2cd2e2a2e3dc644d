package snapshot

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/internal/placement"
)

// podFields is what is read of a pod spec.
type podFields struct {
	NodeName     string              `json:"nodeName,omitempty"`
	NodeSelector map[string]string   `json:"nodeSelector,omitempty"`
	Affinity     *corev1.Affinity    `json:"affinity,omitempty"`
	Tolerations  []corev1.Toleration `json:"tolerations,omitempty"`
}

// workload takes in a built-in kind that makes pods.
func (r *reader) workload(o object, path []string) error {
	spec, err := mapAt(o.Object, path)
	if err != nil {
		return o.errorf("%w", err)
	}
	w := r.newWorkload(o)
	w.SpecPath = path
	w.DaemonSetPods = o.Kind == "DaemonSet"
	w.Subject.Path = strings.Join(path, ".")
	w.Subject.DaemonSet = o.Kind == "DaemonSet"
	if w.Subject.Labels, err = podLabels(o, path); err != nil {
		return err
	}
	fields := map[string]any{}
	for _, name := range []string{"nodeName", "nodeSelector", "affinity", "tolerations"} {
		if v := spec[name]; v != nil {
			fields[name] = v
		}
	}
	var pod podFields
	if err := convert(w.Subject.Path, fields, &pod); err != nil {
		return o.errorf("%w", err)
	}
	w.Subject.Spec = placement.Spec{NodeName: pod.NodeName, NodeSelector: pod.NodeSelector, Affinity: pod.Affinity, Tolerations: pod.Tolerations}
	r.control(o, &w)
	if o.Kind != "Pod" || w.Owner == "" {
		r.twice(o)
	}
	w.Pods = podCount(o)
	r.snapshot.Workloads = append(r.snapshot.Workloads, w)
	return nil
}

func (r *reader) newWorkload(o object) Workload {
	if o.meta.Namespace == "" {
		o.meta.Namespace = r.opts.Namespace
	}
	w := Workload{Ref: o.ref(), Source: o.source, Index: o.index, Line: o.line, Path: o.Path}
	if w.Name == "" {
		w.Name = o.meta.GenerateName + "*"
	}
	w.Subject.Object = w.String()
	return w
}

// twice warns of a second workload of one name: the cluster can hold but one.
func (r *reader) twice(o object) {
	if o.meta.Namespace == "" {
		o.meta.Namespace = r.opts.Namespace
	}
	if o.meta.Name == "" {
		return
	}
	if err := r.once(o); err != nil {
		r.snapshot.Warnings = append(r.snapshot.Warnings, strings.TrimPrefix(err.Error(), "reading "))
	}
}

// control sets what keeps the object from being written to.
func (r *reader) control(o object, w *Workload) {
	for _, ref := range o.meta.OwnerReferences {
		if ref.Controller == nil || !*ref.Controller {
			continue
		}
		w.Owner = ref.Kind + "/" + ref.Name
		switch {
		case o.Kind != "Pod":
			w.Subject.Skip = placement.SkipOwned
		case ref.Kind == "DaemonSet":
			w.Subject.Skip, w.DaemonSetPods = placement.SkipDaemonSetPod, true
		case ref.Kind == "Node":
			w.Subject.Skip = placement.SkipMirrorPod
		}
	}
	status, _ := o.Object["status"].(map[string]any)
	switch {
	case o.meta.Annotations[corev1.MirrorPodAnnotationKey] != "":
		w.Subject.Skip = placement.SkipMirrorPod
	case o.Kind == "Pod" && w.Subject.Skip == "" && status["phase"] != nil && status["phase"] != "Pending":
		w.Subject.Skip = placement.SkipRunning
	case o.Kind == "Job" && w.Subject.Skip == "" && o.meta.UID != "":
		w.Subject.Skip = placement.SkipExistingJob
	}
}

// mapAt walks to a map; what is missing on the way is an error that names it.
func mapAt(obj map[string]any, path []string) (map[string]any, error) {
	for i, key := range path {
		next, ok := obj[key].(map[string]any)
		if !ok {
			at := strings.Join(path[:i+1], ".")
			if obj[key] == nil {
				return nil, fmt.Errorf("it has no %s; fix: give it a pod spec at %s", at, strings.Join(path, "."))
			}
			return nil, fmt.Errorf("%s is %s where a map belongs", at, describe(obj[key]))
		}
		obj = next
	}
	return obj, nil
}

// podLabels are the labels of the pods: the template's, or the pod's own.
func podLabels(o object, path []string) (map[string]string, error) {
	if o.Kind == "Pod" {
		return o.meta.Labels, nil
	}
	template, err := mapAt(o.Object, path[:len(path)-1])
	if err != nil {
		return nil, o.errorf("%w", err)
	}
	raw, _ := template["metadata"].(map[string]any)
	if raw == nil {
		return nil, nil
	}
	labels, _ := raw["labels"].(map[string]any)
	var meta metav1.ObjectMeta
	at := strings.Join(path[:len(path)-1], ".") + ".metadata"
	if err := convert(at, map[string]any{"labels": labels}, &meta); err != nil {
		return nil, o.errorf("%w", err)
	}
	return meta.Labels, nil
}

// podCount is the number of pods the object asks for: replicas, or one. For a
// DaemonSet it is zero: that depends on the nodes.
func podCount(o object) int {
	spec, _ := o.Object["spec"].(map[string]any)
	field := ""
	switch o.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "ReplicationController":
		field = "replicas"
	case "Job":
		field = "parallelism"
	case "DaemonSet", "PodTemplate", "CronJob":
		return 0
	}
	if n, ok := spec[field].(int64); ok {
		return int(n)
	}
	return 1
}
