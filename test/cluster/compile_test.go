package cluster

import (
	"bytes"
	"maps"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/stowage-dev/stowage/internal/cli"
)

// TestCompiledExample puts what `stowage compile --native` prints for an example
// into a cluster: that alone must place its pods and refuse those it should.
func TestCompiledExample(t *testing.T) {
	const example = "../../examples/otomi/"
	var out, log bytes.Buffer
	args := []string{"stowage", "compile", "--native", "-f", example + "pools.yaml", "-f", example + "policies.yaml", "-f", example + "namespaces.yaml"}
	if code := cli.Run(t.Context(), args, cli.IO{Out: &out, Err: &log}); code != cli.ExitYes {
		t.Fatalf("exit code %d: %s", code, log.String())
	}
	c := startCluster(t, Options{})
	admin := dynamicFor(t, c.Config())
	applyDefinitions(t, admin)
	var compiled []map[string]any
	for text := range strings.SplitSeq(out.String(), "\n---\n") {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(text), &object); err != nil {
			t.Fatal(err)
		}
		compiled = append(compiled, object)
	}
	for _, object := range compiled {
		if namespace := metadataOf(object)["namespace"]; namespace != nil {
			createNamed(t, c, namespace.(string))
		}
		create(t, admin, &object)
	}
	createNamespace(t, c, probeWorld())
	waitForPolicies(t, c)

	client := clientFor(t, c, "")
	pod := func(namespace string, nodeSelector map[string]string) (*corev1.Pod, error) {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{GenerateName: "p-"}}
		p.Spec.Containers = []corev1.Container{{Name: "c", Image: "registry.example.com/app"}}
		p.Spec.NodeSelector = nodeSelector
		return client.CoreV1().Pods(namespace).Create(t.Context(), p, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
	}
	for namespace, want := range map[string]map[string]string{"team-dev": {"pool": "team"}, "monitoring": {"otomi": "otomi-sys"}} {
		if got, err := pod(namespace, nil); err != nil || !maps.Equal(got.Spec.NodeSelector, want) {
			t.Errorf("a pod in %s: node selector %v, want %v (%v)", namespace, got.Spec.NodeSelector, want, err)
		}
	}
	if _, err := pod("team-dev", map[string]string{"otomi": "otomi-sys"}); err == nil || !strings.Contains(err.Error(), "platform") {
		t.Errorf("a team's pod that asks for the platform: %v, want a refusal that names the pool", err)
	}
}

func metadataOf(object map[string]any) map[string]any {
	meta, _ := object["metadata"].(map[string]any)
	return meta
}

// createNamed makes a namespace and the service account that its pods need.
func createNamed(tb testing.TB, c *Cluster, name string) {
	tb.Helper()
	client := dynamicFor(tb, c.Config())
	create(tb, client, &corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: name}})
	create(tb, client, &corev1.ServiceAccount{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"}, ObjectMeta: metav1.ObjectMeta{Name: "default", Namespace: name},
	})
}
