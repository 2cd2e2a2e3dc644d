package render

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stowage-dev/stowage/internal/snapshot"
)

const policies = `apiVersion: stowage.dev/v1alpha1
kind: Pool
metadata: {name: platform}
spec: {nodeSelector: {pool: platform}, taints: [{key: dedicated, value: platform, effect: NoSchedule}]}
---
apiVersion: stowage.dev/v1alpha1
kind: ClusterPlacementPolicy
metadata: {name: platform}
spec: {placement: {pools: [platform]}}
`

// releases is a stream as Helm prints it: of each release a ServiceAccount, a
// ConfigMap, a Role, a Service and a Deployment, and of every tenth a definition
// of some 15 KB.
func releases(n int) []byte {
	var out bytes.Buffer
	head := func(i int, apiVersion, kind string) {
		fmt.Fprintf(&out, "---\n# Source: app/templates/%s.yaml\napiVersion: %s\nkind: %s\nmetadata:\n  name: app-%d\n  namespace: apps\n"+
			"  labels:\n    app.kubernetes.io/name: app-%d\n    app.kubernetes.io/managed-by: Helm\n", strings.ToLower(kind), apiVersion, kind, i, i)
	}
	for i := range n {
		head(i, "v1", "ServiceAccount")
		head(i, "v1", "ConfigMap")
		out.WriteString("data:\n  app.conf: |\n" + strings.Repeat("    listen = 8080 # the port\n    log.level = info\n", 12))
		head(i, "rbac.authorization.k8s.io/v1", "Role")
		out.WriteString("rules:\n" + strings.Repeat("  - apiGroups: [\"\"]\n    resources: [pods, services]\n    verbs: [get, list, watch]\n", 4))
		head(i, "v1", "Service")
		out.WriteString("spec:\n  ports:\n    - name: http\n      port: 80\n      targetPort: http\n  selector:\n    app.kubernetes.io/name: app\n")
		head(i, "apps/v1", "Deployment")
		fmt.Fprintf(&out, deployment, i, i)
		if i%10 == 0 {
			head(i, "apiextensions.k8s.io/v1", "CustomResourceDefinition")
			out.WriteString("spec:\n  versions:\n    - schema:\n        openAPIV3Schema:\n          properties:\n")
			for f := range 110 {
				fmt.Fprintf(&out, "            field%d:\n              description: |-\n                What the field means, in a sentence or two, and what is done without it.\n              type: string\n", f)
			}
		}
	}
	return out.Bytes()
}

const deployment = `spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: app-%d
  template:
    metadata:
      labels:
        app.kubernetes.io/name: app-%d
    spec:
      serviceAccountName: app
      securityContext:
        runAsNonRoot: true
      containers:
        - name: app
          image: "registry.example.com/app:1.2.3"
          imagePullPolicy: IfNotPresent
          ports:
            - name: http
              containerPort: 8080
              protocol: TCP
          livenessProbe:
            httpGet:
              path: /healthz
              port: http
          readinessProbe:
            httpGet:
              path: /readyz
              port: http
          resources:
            limits:
              memory: 256Mi
            requests:
              cpu: 100m
              memory: 128Mi
          volumeMounts:
            - name: config
              mountPath: /etc/app
      volumes:
        - name: config
          configMap:
            name: app
`

// BenchmarkRender does all that the command does between reading the bytes and
// writing them: every Deployment is decided on and written to.
func BenchmarkRender(b *testing.B) {
	input := append([]byte(policies), releases(1500)...)
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		s, err := snapshot.Load(b.Context(), []string{"-"}, snapshot.Options{Stdin: bytes.NewReader(input)})
		if err != nil {
			b.Fatal(err)
		}
		docs, err := Render(s)
		if err != nil {
			b.Fatal(err)
		}
		if out := Join(docs, func(d Document) []byte { return d.After }); len(out) <= len(input) {
			b.Fatal("nothing was written")
		}
	}
}
