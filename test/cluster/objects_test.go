package cluster

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/config/crd"
	"github.com/stowage-dev/stowage/internal/placement"
)

// clientFor is a client of who makes the pods that are skipped for a reason, or
// of the administrator.
func clientFor(tb testing.TB, c *Cluster, skip placement.Skip) kubernetes.Interface {
	tb.Helper()
	config := c.Config()
	if skip == placement.SkipDaemonSetPod {
		config.Impersonate = rest.ImpersonationConfig{UserName: "system:serviceaccount:kube-system:daemon-set-controller", Groups: []string{"system:masters"}}
	}
	if skip == placement.SkipMirrorPod {
		config.Impersonate = rest.ImpersonationConfig{UserName: "system:node:n1", Groups: []string{"system:nodes", "system:masters"}}
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		tb.Error(err)
	}
	return client
}

func startCluster(tb testing.TB, o Options) *Cluster {
	tb.Helper()
	c, err := Start(tb.Context(), o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Stop)
	return c
}

func dynamicFor(tb testing.TB, config *rest.Config) dynamic.Interface {
	tb.Helper()
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

func effectivePlacements() schema.GroupVersionResource {
	return v1alpha1.GroupVersion.WithResource("effectiveplacements")
}

// create makes an object, which carries its kind.
func create(tb testing.TB, client dynamic.Interface, object any) {
	tb.Helper()
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		tb.Fatal(err)
	}
	u := &unstructured.Unstructured{Object: content}
	gvk := u.GroupVersionKind()
	plural := strings.ToLower(gvk.Kind) + "s"
	if stem, ends := strings.CutSuffix(plural, "ys"); ends {
		plural = stem + "ies"
	}
	resource := client.Resource(schema.GroupVersionResource{Group: gvk.Group, Version: gvk.Version, Resource: plural})
	deadline := time.Now().Add(30 * time.Second)
	for {
		_, err = resource.Namespace(u.GetNamespace()).Create(tb.Context(), u, metav1.CreateOptions{})
		if err == nil || apierrors.IsAlreadyExists(err) { // a controller may make service accounts too
			return
		}
		if !apierrors.IsNotFound(err) || time.Now().After(deadline) { // a kind just defined is there a moment later
			tb.Fatalf("creating %s %q: %v", gvk.Kind, u.GetName(), err)
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func applyDefinitions(tb testing.TB, client dynamic.Interface) {
	tb.Helper()
	names, err := fs.Glob(crd.Files(), "*.yaml")
	if err != nil {
		tb.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(crd.Files(), name)
		if err != nil {
			tb.Fatal(err)
		}
		var definition map[string]any
		if err := yaml.Unmarshal(data, &definition); err != nil {
			tb.Fatal(err)
		}
		create(tb, client, &definition)
	}
}

// createNamespace makes the namespace of a world with what pods there need.
func createNamespace(tb testing.TB, c *Cluster, w world) {
	tb.Helper()
	client := dynamicFor(tb, c.Config())
	createNamed(tb, c, w.namespace)
	create(tb, client, &v1alpha1.EffectivePlacement{
		TypeMeta:   metav1.TypeMeta{APIVersion: v1alpha1.GroupVersion.String(), Kind: v1alpha1.KindEffectivePlacement},
		ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.EffectivePlacementName, Namespace: w.namespace}, Spec: w.spec(),
	})
}

// probeWorld binds every pod to a pool, and refuses those that ask for another.
func probeWorld() world {
	w := world{namespace: "probe"}
	pool := v1alpha1.Pool{ObjectMeta: metav1.ObjectMeta{Name: "main"}}
	pool.Spec.NodeSelector = map[string]v1alpha1.LabelValue{"pool": "main"}
	policy := v1alpha1.ClusterPlacementPolicy{ObjectMeta: metav1.ObjectMeta{Name: "all"}}
	policy.Spec.Tier, policy.Spec.Placement.Pools = v1alpha1.TierAdmin, []v1alpha1.PoolName{"main"}
	w.pools, w.cluster = []v1alpha1.Pool{pool}, []v1alpha1.ClusterPlacementPolicy{policy}
	return w
}

// waitForPolicies returns once both policies are in force.
func waitForPolicies(tb testing.TB, c *Cluster) {
	tb.Helper()
	client := clientFor(tb, c, "")
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: "probe", Name: "probe"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "main", Image: "none"}}}}
	other := pod.DeepCopy()
	other.Spec.NodeSelector = map[string]string{"pool": "other"}
	deadline := time.Now().Add(30 * time.Second)
	for {
		got, err := send(client, pod)
		_, refused := send(client, other)
		if err == nil && got.Spec.NodeSelector["pool"] == "main" && refused != nil {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("waiting for the policies: a pod came out with nodeSelector %v, error %v; another was refused with %v", got.Spec.NodeSelector, err, refused)
		}
		time.Sleep(200 * time.Millisecond)
	}
}
