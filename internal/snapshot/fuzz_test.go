package snapshot_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stowage-dev/stowage/internal/snapshot"
)

// FuzzLoad: whatever comes in on standard input, Load ends without panic, an error
// names its source on every line, and what is returned hangs together.
func FuzzLoad(f *testing.F) {
	for _, seed := range []string{
		"",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {nodeSelector: {a: b}}\n",
		"apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {a: true}}\nspec: {nodeSelector: {a: 1}}\n",
		"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: 2, template: {spec: {affinity: {nodeAffinity: []}}}}\n",
		"apiVersion: batch/v1\nkind: CronJob\nmetadata: {generateName: a}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {a: b}}, spec: {tolerations: [{key: a}]}}}}}\n",
		"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, metadata: {name: a, ownerReferences: [{kind: Pod, name: b, controller: true}]}, spec: {}}, {apiVersion: v1, kind: Pod, metadata: {name: b, ownerReferences: [{kind: Pod, name: a, controller: true}]}, spec: {}}]\n",
		"apiVersion: v1\nkind: NodeList\nitems: [{metadata: {name: n, labels: {a: b}}, spec: {taints: [{key: k, effect: NoSchedule}]}}]\n",
		"apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: a}\nspec: {nodeSelector: {a: b}, taints: [{key: a, effect: NoSchedule}], exclusive: true}\n---\napiVersion: stowage.dev/v1alpha1\nkind: ClusterPlacementPolicy\nmetadata: {name: a}\nspec: {tier: Admin, onConflict: Override, subject: {namespaces: {names: [\"a*\"], selector: {matchLabels: {a: b}}}, podSelector: {matchExpressions: [{key: a, operator: In, values: [b]}]}}, placement: {pools: [a]}}\n",
		"apiVersion: stowage.dev/v1alpha1\nkind: PlacementPolicy\nmetadata: {name: a}\nspec: {placement: {pools: [missing]}}\n",
		"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nfunctionConfig: {kind: ConfigMap, data: {a: \"apiVersion: stowage.dev/v1alpha1\\nkind: Pool\\n\"}}\nitems: []\n",
		"{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a\",\"labels\":{\"a\":\"b\"}}}{\"kind\":\"x\"}",
		"a: &a [*a]\n", "kind: Pod\n\tmetadata: {}\n", "- a\n- b\n", "\xff\xfe", "--- ---\n...\n%YAML 1.2\n---\n",
		"apiVersion: argoproj.io/v1beta1\nkind: ArgoCD\nmetadata: {name: a}\nspec: {nodePlacement: {}}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := snapshot.Load(context.Background(), []string{"-"}, snapshot.Options{Stdin: strings.NewReader(text)})
		if err != nil {
			for line := range strings.Lines(err.Error()) {
				if !strings.HasPrefix(line, `reading "`+snapshot.StdinName) {
					t.Errorf("an error does not name its source: %q", line)
				}
			}
			return
		}
		var documents strings.Builder
		for _, d := range s.Documents {
			documents.Write(d.Raw)
			for _, at := range d.Workloads {
				if w := s.Workloads[at]; w.Index != d.Index {
					t.Errorf("%s of document %d stands in document %d", &w, d.Index, w.Index)
				}
			}
		}
		if documents.String() != text {
			t.Errorf("the documents are not the text")
		}
		for i := range s.Workloads {
			w := &s.Workloads[i]
			if w.Name == "" || w.Kind == "" || w.Namespace == "" {
				t.Errorf("a workload without kind, namespace or name: %+v", w)
			}
			if len(s.Find(w.Kind, w.Name, w.Namespace)) == 0 {
				t.Errorf("%s is not found by its name", w)
			}
			if w.Covered && w.Owner == "" {
				t.Errorf("%s is covered by nobody", w)
			}
		}
	})
}
