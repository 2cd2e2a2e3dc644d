package manifest

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/stowage-dev/stowage/internal/patch"
)

// rendered makes a stream as Helm prints it, with the usual mix of kinds, of
// at least size bytes.
func rendered(size int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		name := fmt.Sprintf("shop-%d", i)
		for _, kind := range []func(*bytes.Buffer, string){configMap, service, role, deployment, definition} {
			fmt.Fprintf(&b, "---\n# Source: shop/templates/%s.yaml\n", name)
			kind(&b, name)
		}
	}
	return b.Bytes()
}

func head(b *bytes.Buffer, apiVersion, kind, name string) {
	fmt.Fprintf(b, `apiVersion: %s
kind: %s
metadata:
  name: %s
  namespace: "shop"
  labels:
    app.kubernetes.io/name: %s
    app.kubernetes.io/instance: release-name
    app.kubernetes.io/version: "1.16.0"
    app.kubernetes.io/managed-by: Helm
    helm.sh/chart: shop-0.1.0
`, apiVersion, kind, name, name)
}

func configMap(b *bytes.Buffer, name string) {
	head(b, "v1", "ConfigMap", name)
	b.WriteString("data:\n  LOG_LEVEL: \"info\"\n  config.yaml: |\n")
	for i := range 12 {
		fmt.Fprintf(b, "    listen%d:\n      address: 0.0.0.0:%d # every interface\n      tls: true\n", i, 8000+i)
	}
}

func service(b *bytes.Buffer, name string) {
	head(b, "v1", "Service", name)
	fmt.Fprintf(b, "spec:\n  type: ClusterIP\n  ports:\n    - port: 80\n      targetPort: http\n      protocol: TCP\n      name: http\n  selector:\n    app.kubernetes.io/name: %s\n", name)
}

func role(b *bytes.Buffer, name string) {
	head(b, "rbac.authorization.k8s.io/v1", "ClusterRole", name)
	b.WriteString("rules:\n")
	for _, r := range []string{"pods", "secrets", "deployments", "leases"} {
		fmt.Fprintf(b, "- apiGroups: [\"\"]\n  resources: [%q]\n  verbs:\n  - get\n  - list\n  - watch\n", r)
	}
}

func deployment(b *bytes.Buffer, name string) {
	head(b, "apps/v1", "Deployment", name)
	fmt.Fprintf(b, `spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: %[1]s
  template:
    metadata:
      annotations:
        checksum/config: 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
      labels:
        app.kubernetes.io/name: %[1]s
    spec:
      serviceAccountName: %[1]s
      securityContext:
        {}
      containers:
        - name: %[1]s
          image: "registry.example.com/shop/%[1]s:1.16.0"
          imagePullPolicy: IfNotPresent
          args: ["--port=80", "--verbose"]
          env:
            - name: POD_NAME
              valueFrom:
                fieldRef:
                  fieldPath: metadata.name
          ports:
            - name: http
              containerPort: 80
              protocol: TCP
          livenessProbe:
            httpGet:
              path: /
              port: http
          resources:
            limits: {cpu: 100m, memory: 128Mi}
            requests:
              cpu: 100m
              memory: 128Mi
          volumeMounts:
            - name: config
              mountPath: /etc/shop
      volumes:
        # from the chart's own files
        - name: config
          configMap:
            name: %[1]s
`, name)
}

func definition(b *bytes.Buffer, name string) {
	fmt.Fprintf(b, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: %ss.example.com\nspec:\n  group: example.com\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n        properties:\n", name)
	for i := range 6 {
		fmt.Fprintf(b, `          field%d:
            description: |-
              Field%d says how many of them there are, and which of those are
              to be kept when the others go. Defaults to none.
            items:
              description: One of them, as it was given by the user, without any
                further checks.
              type: string
            type: array
            x-kubernetes-list-type: atomic
`, i, i)
	}
}

func placementOps() []patch.Op {
	spec := []string{"spec", "template", "spec"}
	at := func(key string) []string { return append(spec[:3:3], key) }
	return []patch.Op{
		{Kind: patch.Add, Path: at("nodeSelector"), Value: map[string]any{"pool": "platform"}},
		{Kind: patch.Add, Path: at("tolerations"), Value: []any{map[string]any{"key": "dedicated", "operator": "Equal", "value": "platform"}}},
	}
}

func BenchmarkFullParser(b *testing.B) {
	data := rendered(1 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		d := yaml.NewDecoder(bytes.NewReader(data))
		for {
			var n yaml.Node
			if d.Decode(&n) != nil {
				break
			}
		}
	}
}

func BenchmarkSplit(b *testing.B) {
	data := rendered(1 << 20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Split("a.yaml", data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPeek(b *testing.B) {
	benchmarkDocuments(b, func(d Document) error {
		if _, _, ok := d.Peek(); !ok {
			return fmt.Errorf("document %d: no peek", d.Index)
		}
		return nil
	})
}

func BenchmarkDecode(b *testing.B) {
	benchmarkDocuments(b, func(d Document) error {
		_, err := d.Decode()
		return err
	})
}

func benchmarkDocuments(b *testing.B, f func(Document) error) {
	b.Helper()
	data := rendered(1 << 20)
	docs, err := Split("a.yaml", data)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		for _, d := range docs {
			if err := f(d); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkEdit(b *testing.B) {
	var buf bytes.Buffer
	deployment(&buf, "shop")
	ops := placementOps()
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Edit(buf.Bytes(), ops); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRenderStream is what the render command does with a file: split it,
// look at every document, edit the workloads, join the result.
func BenchmarkRenderStream(b *testing.B) {
	data := rendered(4 << 20)
	ops := placementOps()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		out, err := renderStream(data, ops)
		if err != nil {
			b.Fatal(err)
		}
		if !strings.Contains(string(out[len(out)/2:]), "dedicated") {
			b.Fatal("nothing was edited")
		}
	}
}

func renderStream(data []byte, ops []patch.Op) ([]byte, error) {
	docs, err := Split("a.yaml", data)
	if err != nil {
		return nil, err
	}
	parts, errs := make([][]byte, len(docs)), make([]error, len(docs))
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		group.Go(func() {
			for i := w; i < len(docs); i += workers {
				parts[i] = docs[i].Raw
				if _, kind, ok := docs[i].Peek(); ok && kind != "Deployment" {
					continue
				}
				if _, errs[i] = docs[i].Decode(); errs[i] == nil {
					parts[i], errs[i] = docs[i].Edit(ops)
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return bytes.Join(parts, nil), nil
}
