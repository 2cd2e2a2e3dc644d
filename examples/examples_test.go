// Package examples_test checks that the examples are what an API server takes
// and that they fit together.
package examples_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/crd"
)

// manifest is one object of an example and the file it stands in.
type manifest struct {
	file string
	data []byte
	unstructured.Unstructured
}

// decode reads the manifest strictly: a field the type lacks is a mistake.
func (m manifest) decode(t *testing.T, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict(m.data, into); err != nil {
		t.Errorf("%s: %s %s: %v", m.file, m.GetKind(), m.GetName(), err)
	}
}

// load reads the manifests of folders and files, those of a folder by name.
func load(t *testing.T, paths ...string) []manifest {
	t.Helper()
	var all []manifest
	for _, path := range paths {
		files := []string{path}
		if !strings.HasSuffix(path, ".yaml") {
			files, _ = filepath.Glob(filepath.Join(path, "*.yaml"))
		}
		if len(files) == 0 {
			t.Fatalf("%s holds no manifests", path)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(data, []byte("# ")) {
				t.Errorf("%s does not begin with a comment that says what it is", file)
			}
			for document := range bytes.SplitSeq(data, []byte("\n---\n")) {
				m := manifest{file: file, data: document}
				m.decode(t, &m.Object)
				all = append(all, m)
			}
		}
	}
	return all
}

// examples are the sets of manifests that are used together.
func examples() map[string][]string {
	return map[string][]string{
		"otomi": {"otomi"},
		"contradiction": {
			"otomi/nodes.yaml", "otomi/namespaces.yaml", "otomi/pools.yaml", "otomi/policies.yaml", "otomi/contradiction",
		},
		"model-serving": {"model-serving"},
	}
}

func TestManifests(t *testing.T) {
	validator, err := crd.New()
	if err != nil {
		t.Fatal(err)
	}
	for name, paths := range examples() {
		t.Run(name, func(t *testing.T) {
			seen := map[string]string{}
			for _, m := range load(t, paths...) {
				id := strings.Join([]string{m.GetAPIVersion(), m.GetKind(), m.GetNamespace(), m.GetName()}, "/")
				if first, twice := seen[id]; twice {
					t.Errorf("%s: %s stands in %s already", m.file, id, first)
				}
				seen[id] = m.file
				if problems := validation.IsDNS1123Subdomain(m.GetName()); len(problems) > 0 {
					t.Errorf("%s: name %q: %v", m.file, m.GetName(), problems)
				}
				if crd.Owns(m.Object) {
					if _, problems := validator.Validate(context.Background(), m.Object); len(problems) > 0 {
						t.Errorf("%s: %s: %v", m.file, id, problems.ToAggregate())
					}
					continue
				}
				checkBuiltin(t, m)
			}
		})
	}
}

// checkBuiltin decodes a manifest into the type of its kind and checks what the
// type cannot say. Kinds of custom resources are passed over.
func checkBuiltin(t *testing.T, m manifest) {
	t.Helper()
	switch m.GetAPIVersion() + " " + m.GetKind() {
	case "v1 Node":
		var node corev1.Node
		m.decode(t, &node)
		if node.Status.Allocatable.Cpu().IsZero() || len(node.Status.Conditions) == 0 {
			t.Errorf("%s: node %s has no allocatable CPU or no conditions", m.file, node.Name)
		}
		checkLabels(t, m, node.Labels)
	case "v1 Namespace":
		m.decode(t, &corev1.Namespace{})
	case "v1 Pod":
		var pod corev1.Pod
		m.decode(t, &pod)
		checkPod(t, m, corev1.PodTemplateSpec{ObjectMeta: pod.ObjectMeta, Spec: pod.Spec})
	case "apps/v1 Deployment":
		var deployment appsv1.Deployment
		m.decode(t, &deployment)
		checkWorkload(t, m, deployment.Spec.Selector, deployment.Spec.Template)
	case "apps/v1 StatefulSet":
		var set appsv1.StatefulSet
		m.decode(t, &set)
		checkWorkload(t, m, set.Spec.Selector, set.Spec.Template)
	case "apps/v1 DaemonSet":
		var set appsv1.DaemonSet
		m.decode(t, &set)
		checkWorkload(t, m, set.Spec.Selector, set.Spec.Template)
	case "batch/v1 Job":
		var job batchv1.Job
		m.decode(t, &job)
		checkPod(t, m, job.Spec.Template)
	case "batch/v1 CronJob":
		var cron batchv1.CronJob
		m.decode(t, &cron)
		checkPod(t, m, cron.Spec.JobTemplate.Spec.Template)
	case "argoproj.io/v1beta1 ArgoCD", "postgresql.cnpg.io/v1 Cluster",
		"leaderworkerset.x-k8s.io/v1 LeaderWorkerSet", "serving.kserve.io/v1beta1 InferenceService":
	default:
		t.Errorf("%s: kind %s %s is not expected in an example", m.file, m.GetAPIVersion(), m.GetKind())
	}
}

// checkWorkload checks that the selector of a workload selects its own pods.
func checkWorkload(t *testing.T, m manifest, selector *metav1.LabelSelector, template corev1.PodTemplateSpec) {
	t.Helper()
	selects, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil || selects.Empty() || !selects.Matches(labels.Set(template.Labels)) {
		t.Errorf("%s: %s %s does not select its own pods (%v)", m.file, m.GetKind(), m.GetName(), err)
	}
	if restart := template.Spec.RestartPolicy; restart != "" && restart != corev1.RestartPolicyAlways {
		t.Errorf("%s: %s %s has restart policy %s", m.file, m.GetKind(), m.GetName(), restart)
	}
	checkPod(t, m, template)
}

// checkPod checks what an API server would check in a pod.
func checkPod(t *testing.T, m manifest, pod corev1.PodTemplateSpec) {
	t.Helper()
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s: %s %s: "+format, append([]any{m.file, m.GetKind(), m.GetName()}, args...)...)
	}
	if strings.HasSuffix(m.GetKind(), "Job") && (pod.Spec.RestartPolicy == "" || pod.Spec.RestartPolicy == corev1.RestartPolicyAlways) {
		fail("restart policy %q", pod.Spec.RestartPolicy)
	}
	checkLabels(t, m, pod.Labels)
	checkLabels(t, m, pod.Spec.NodeSelector)
	volumes := map[string]bool{}
	for _, volume := range pod.Spec.Volumes {
		volumes[volume.Name] = true
	}
	for _, c := range pod.Spec.Containers {
		if len(validation.IsDNS1123Label(c.Name)) > 0 || !strings.Contains(c.Image, "/") || !strings.Contains(c.Image, ":") {
			fail("container %q with image %q", c.Name, c.Image)
		}
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() {
			fail("container %q requests no CPU or memory", c.Name)
		}
		gpu := corev1.ResourceName("nvidia.com/gpu")
		if requested, limit := c.Resources.Requests[gpu], c.Resources.Limits[gpu]; requested.Cmp(limit) != 0 {
			fail("container %q requests %s GPUs with a limit of %s", c.Name, requested.String(), limit.String())
		}
		for _, mount := range c.VolumeMounts {
			if !volumes[mount.Name] {
				fail("container %q mounts %q, which is no volume", c.Name, mount.Name)
			}
		}
	}
}

func checkLabels(t *testing.T, m manifest, all map[string]string) {
	t.Helper()
	for key, value := range all {
		problems := append(validation.IsQualifiedName(key), validation.IsValidLabelValue(value)...)
		if len(problems) > 0 {
			t.Errorf("%s: %s %s: label %s=%s: %v", m.file, m.GetKind(), m.GetName(), key, value, problems)
		}
	}
}

// TestReferences checks that namespaces and pools that are named are there, and
// that every node belongs to exactly one pool and carries its taints.
func TestReferences(t *testing.T) {
	for name, paths := range examples() {
		t.Run(name, func(t *testing.T) {
			all := load(t, paths...)
			namespaces, pools := map[string]bool{}, map[string]v1alpha1.Pool{}
			for _, m := range all {
				switch m.GetKind() {
				case "Namespace":
					namespaces[m.GetName()] = true
				case v1alpha1.KindPool:
					var pool v1alpha1.Pool
					m.decode(t, &pool)
					pools[pool.Name] = pool
				}
			}
			for _, m := range all {
				if ns := m.GetNamespace(); ns != "" && !namespaces[ns] {
					t.Errorf("%s: %s %s is in namespace %q, which is not declared", m.file, m.GetKind(), m.GetName(), ns)
				}
				switch m.GetKind() {
				case v1alpha1.KindClusterPlacementPolicy:
					var policy v1alpha1.ClusterPlacementPolicy
					m.decode(t, &policy)
					for _, pool := range append(policy.Spec.Placement.Pools, policy.Spec.Placement.AvoidPools...) {
						if _, ok := pools[string(pool)]; !ok {
							t.Errorf("policy %s names pool %q, which is not declared", policy.Name, pool)
						}
					}
				case "Node":
					var node corev1.Node
					m.decode(t, &node)
					checkPoolOf(t, node, pools)
				}
			}
		})
	}
}

func checkPoolOf(t *testing.T, node corev1.Node, pools map[string]v1alpha1.Pool) {
	t.Helper()
	found := 0
	for _, pool := range pools {
		selector := map[string]string{}
		for key, value := range pool.Spec.NodeSelector {
			selector[key] = string(value)
		}
		if !labels.SelectorFromSet(selector).Matches(labels.Set(node.Labels)) {
			continue
		}
		found++
		if len(pool.Spec.Taints) != len(node.Spec.Taints) {
			t.Errorf("node %s has %d taints, its pool %s declares %d", node.Name, len(node.Spec.Taints), pool.Name, len(pool.Spec.Taints))
			continue
		}
		for i, taint := range pool.Spec.Taints {
			if own := node.Spec.Taints[i]; own.Key != taint.Key || own.Value != taint.Value || own.Effect != taint.Effect {
				t.Errorf("node %s has the taint %s, its pool %s declares %s", node.Name, own.ToString(), pool.Name, taint.Key)
			}
		}
	}
	if found != 1 {
		t.Errorf("node %s belongs to %d pools, want one", node.Name, found)
	}
}

// TestReadmes checks that each example says what it shows and how to see it.
func TestReadmes(t *testing.T) {
	for _, folder := range []string{"otomi", "otomi/contradiction", "model-serving"} {
		data, err := os.ReadFile(filepath.Join(folder, "README.md"))
		if err != nil {
			t.Error(err)
			continue
		}
		if !bytes.Contains(data, []byte("```console\n$ go run ./cmd/stowage plan -f examples/")) {
			t.Errorf("%s/README.md shows no command", folder)
		}
		text := 0
		for i, part := range bytes.Split(data, []byte("```")) {
			if i%2 == 0 { // outside of blocks, whose length is that of the output
				text += bytes.Count(part, []byte("\n"))
			}
		}
		if text > 50 {
			t.Errorf("%s/README.md has %d lines of text, more than a screenful", folder, text)
		}
	}
}
