package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/native"
)

// TestWorkloads runs workloads of every kind under the native policies, with the
// real controllers and scheduler and played kubelets: each pod must run on the
// pool it belongs to.
func TestWorkloads(t *testing.T) {
	c := startCluster(t, Options{Controllers: true, Kubelets: true})
	admin := dynamicFor(t, c.Config())
	applyDefinitions(t, admin)
	w := platformWorld()
	createNamespace(t, c, w)
	createNamespace(t, c, probeWorld())
	for _, policy := range native.Policies() {
		create(t, admin, policy)
	}
	waitForPolicies(t, c)
	client := clientFor(t, c, "")
	createNodes(t, client)
	waitForAccount(t, client, w.namespace)
	createWorkloads(t, client, w.namespace)

	want := map[string][]string{
		"agent": {"platform", "platform", "team"}, // its own tolerations, not the pods' pool, say where a DaemonSet runs
		"bare":  {"platform"}, "cron": {"platform"}, "job": {"platform"}, "named": {"team"}, "pinned": {"team"},
		"web": {"platform", "platform", "platform"},
	}
	var got map[string][]string
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(500 * time.Millisecond) {
		if got = poolsOfRunning(t, client, w.namespace); cmp.Equal(want, got) {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("pools of the pods that run (-want +got):\n%s\n%s", diff, describe(t, client, w.namespace))
	}
	stayed(t, client, w.namespace)
	checked, err := client.AdmissionregistrationV1().ValidatingAdmissionPolicies().Get(t.Context(), native.Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&admissionv1.TypeChecking{}, checked.Status.TypeChecking); diff != "" {
		t.Errorf("what kube-controller-manager finds in the validating policy (-want +got):\n%s", diff)
	}

	asks := podOf(nil)
	asks.ObjectMeta = metav1.ObjectMeta{Name: "asks", Namespace: w.namespace}
	asks.Spec.NodeSelector = map[string]string{"pool": "gpu"}
	_, err = client.CoreV1().Pods(w.namespace).Create(t.Context(), &corev1.Pod{ObjectMeta: asks.ObjectMeta, Spec: asks.Spec}, metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), `pool "gpu" is exclusive`) || !strings.Contains(err.Error(), "pool = gpu (nodeSelector)") {
		t.Errorf("a pod that asks for an exclusive pool: error %v; want a refusal that names both sides", err)
	}
}

// platformWorld places every pod of a namespace on a tainted pool, unless its own
// word says otherwise; an exclusive pool is nobody's.
func platformWorld() world {
	w := world{namespace: "platform"}
	for _, name := range []string{"platform", "team", "gpu"} {
		p := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: name}}
		p.Spec.NodeSelector = map[string]v1alpha1.LabelValue{"pool": v1alpha1.LabelValue(name)}
		if name != "team" {
			p.Spec.Taints = []v1alpha1.Taint{{Key: "pool", Value: name, Effect: corev1.TaintEffectNoSchedule}}
		}
		p.Spec.Exclusive = name == "gpu"
		w.pools = append(w.pools, p)
	}
	place := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: "platform"}}
	place.Spec.Placement.Pools = []v1alpha1.PoolName{"platform"}
	w.cluster = []v1alpha1.ClusterPlacementPolicy{place}
	return w
}

// createNodes makes two nodes of pool platform, one of team and one of gpu.
func createNodes(t *testing.T, client kubernetes.Interface) {
	t.Helper()
	for i, pool := range []string{"platform", "platform", "team", "gpu"} {
		n := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("node-%d", i)}}
		n.Labels = map[string]string{"pool": pool, corev1.LabelHostname: n.Name}
		if pool != "team" {
			n.Spec.Taints = []corev1.Taint{{Key: "pool", Value: pool, Effect: corev1.TaintEffectNoSchedule}}
		}
		if _, err := client.CoreV1().Nodes().Create(t.Context(), n, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
}

func podOf(labels map[string]string) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "none"}}}}
}

// createWorkloads makes one workload of each kind, a Deployment with a word of its
// own, and a pod that names its node.
func createWorkloads(t *testing.T, client kubernetes.Interface, namespace string) {
	t.Helper()
	ctx, made := t.Context(), metav1.CreateOptions{}
	must := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	app := func(name string) (metav1.ObjectMeta, *metav1.LabelSelector, corev1.PodTemplateSpec) {
		labels := map[string]string{"app": name}
		return metav1.ObjectMeta{Name: name, Namespace: namespace}, &metav1.LabelSelector{MatchLabels: labels}, podOf(labels)
	}
	meta, selector, template := app("web")
	must(client.AppsV1().Deployments(namespace).Create(ctx, &appsv1.Deployment{
		ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: new(int32(3)), Selector: selector, Template: template},
	}, made))
	meta, selector, template = app("named")
	template.Spec.NodeSelector = map[string]string{"pool": "team"}
	must(client.AppsV1().Deployments(namespace).Create(ctx, &appsv1.Deployment{
		ObjectMeta: meta, Spec: appsv1.DeploymentSpec{Replicas: new(int32(1)), Selector: selector, Template: template},
	}, made))
	meta, selector, template = app("agent")
	template.Spec.Tolerations = []corev1.Toleration{{Key: "pool", Value: "platform"}}
	must(client.AppsV1().DaemonSets(namespace).Create(ctx, &appsv1.DaemonSet{
		ObjectMeta: meta, Spec: appsv1.DaemonSetSpec{Selector: selector, Template: template},
	}, made))
	meta, _, template = app("job")
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	must(client.BatchV1().Jobs(namespace).Create(ctx, &batchv1.Job{ObjectMeta: meta, Spec: batchv1.JobSpec{Template: template}}, made))
	meta, _, template = app("cron")
	template.Spec.RestartPolicy = corev1.RestartPolicyNever
	must(client.BatchV1().CronJobs(namespace).Create(ctx, &batchv1.CronJob{ObjectMeta: meta, Spec: batchv1.CronJobSpec{
		Schedule: "* * * * *", ConcurrencyPolicy: batchv1.ReplaceConcurrent, SuccessfulJobsHistoryLimit: new(int32(1)),
		JobTemplate: batchv1.JobTemplateSpec{Spec: batchv1.JobSpec{Template: template}},
	}}, made))
	meta, _, template = app("bare")
	meta.Labels = template.Labels
	must(client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{ObjectMeta: meta, Spec: template.Spec}, made))
	meta, _, template = app("pinned")
	meta.Labels, template.Spec.NodeSelector = template.Labels, map[string]string{corev1.LabelHostname: "node-2"}
	must(client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{ObjectMeta: meta, Spec: template.Spec}, made))
}

// poolsOfRunning are the pools of the nodes that pods run or have run on, by the
// pods' label app.
func poolsOfRunning(t *testing.T, client kubernetes.Interface, namespace string) map[string][]string {
	t.Helper()
	nodes, err := client.CoreV1().Nodes().List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	poolOf := map[string]string{}
	for _, n := range nodes.Items {
		poolOf[n.Name] = n.Labels["pool"]
	}
	got := map[string][]string{}
	for _, p := range podsIn(t, client, namespace) {
		if p.Status.Phase == corev1.PodRunning || p.Status.Phase == corev1.PodSucceeded {
			got[p.Labels["app"]] = append(got[p.Labels["app"]], poolOf[p.Spec.NodeName])
		}
	}
	for _, pools := range got {
		slices.Sort(pools)
	}
	return got
}

func podsIn(t *testing.T, client kubernetes.Interface, namespace string) []corev1.Pod {
	t.Helper()
	pods, err := client.CoreV1().Pods(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return pods.Items
}

// stayed fails if a controller has made pods anew: nobody may fight over them.
func stayed(t *testing.T, client kubernetes.Interface, namespace string) {
	t.Helper()
	names := func() []string {
		found := map[string]bool{}
		for _, p := range podsIn(t, client, namespace) {
			if p.Labels["app"] != "cron" {
				found[p.Name] = true
			}
		}
		return slices.Sorted(maps.Keys(found))
	}
	before := names()
	time.Sleep(3 * time.Second)
	if diff := cmp.Diff(before, names()); diff != "" {
		t.Errorf("the pods have not stayed the same (-before +after):\n%s", diff)
	}
}

func describe(t *testing.T, client kubernetes.Interface, namespace string) string {
	t.Helper()
	var b strings.Builder
	for _, p := range podsIn(t, client, namespace) {
		fmt.Fprintf(&b, "pod %s on %q: %s, %v\n", p.Name, p.Spec.NodeName, p.Status.Phase, p.Spec.NodeSelector)
	}
	events, err := client.CoreV1().Events(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		return err.Error()
	}
	for _, e := range events.Items {
		fmt.Fprintf(&b, "%s %s: %s\n", e.InvolvedObject.Name, e.Reason, e.Message)
	}
	return b.String()
}

// waitForAccount returns once the namespace has its service account.
func waitForAccount(t *testing.T, client kubernetes.Interface, namespace string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		if _, err := client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{}); err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waiting for the service account of namespace %q: %v", namespace, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}
