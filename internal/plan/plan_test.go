package plan_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stowage-dev/stowage/internal/plan"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// load reads a snapshot from the text of manifests.
func load(t *testing.T, texts ...string) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Load(context.Background(), []string{"-"}, snapshot.Options{Stdin: strings.NewReader(strings.Join(texts, "\n---\n"))})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func build(t *testing.T, s *snapshot.Snapshot) *plan.Plan {
	t.Helper()
	p, err := plan.Build(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func pool(name, labels, more string) string {
	return fmt.Sprintf("apiVersion: stowage.dev/v1alpha1\nkind: Pool\nmetadata: {name: %s}\nspec: {nodeSelector: {%s}%s}", name, labels, more)
}

func policy(name, spec string) string {
	return fmt.Sprintf("apiVersion: stowage.dev/v1alpha1\nkind: ClusterPlacementPolicy\nmetadata: {name: %s}\nspec: {%s}", name, spec)
}

func node(name, labels, spec string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Node\nmetadata: {name: %s, labels: {%s}}\nspec: {%s}", name, labels, spec)
}

func pod(name, spec string) string {
	return fmt.Sprintf("apiVersion: v1\nkind: Pod\nmetadata: {name: %s}\nspec: {%s}", name, spec)
}

// rowText is a row in one line: verdict, pools, nodes that take it, writes.
func rowText(r plan.Row) string {
	return fmt.Sprintf("%s: %s %v fits %d writes %v", r.Workload, r.Verdict, r.Decision.Pools, r.Fits, r.Writes)
}

func rowTexts(p *plan.Plan) []string {
	var out []string
	for _, r := range p.Rows {
		out = append(out, rowText(r))
	}
	return out
}

func TestVerdicts(t *testing.T) {
	fast, slow := pool("fast", "disk: ssd", ""), pool("slow", "disk: hdd", "")
	n1, n2 := node("n1", "disk: ssd", ""), node("n2", "disk: hdd", "")
	all := policy("all", "placement: {pools: [fast]}")
	admin := policy("admin", "tier: Admin, placement: {pools: [fast]}")
	daemonSet := "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: p}\nspec: {template: {spec: {}}}"
	for _, tc := range []struct {
		name   string
		texts  []string
		want   string
		reason string // part of the reason
	}{
		{"no policy", []string{pod("p", "")}, "Pod/p: uncovered [] fits -1 writes []", ""},
		{"no policy, own word", []string{fast, n1, pod("p", "nodeSelector: {disk: ssd}")}, "Pod/p: ok [fast] fits 1 writes []", ""},
		{"no policy, own word outside all pools", []string{fast, n1, pod("p", "nodeSelector: {arch: arm}")}, "Pod/p: unplaceable [] fits 0 writes []", "0 of 1 nodes take it: arch = arm"},
		{"placed", []string{fast, all, n1, n2, pod("p", "")}, "Pod/p: ok [fast] fits 1 writes [spec.nodeSelector]", ""},
		{"yields", []string{fast, slow, all, n1, n2, pod("p", "nodeSelector: {disk: hdd}")}, "Pod/p: ok [slow] fits 1 writes []", "ClusterPlacementPolicy/all yields: contradicted by disk = hdd"},
		{"denied", []string{fast, slow, admin, n1, n2, pod("p", "nodeSelector: {disk: hdd}")}, "Pod/p: denied [] fits 1 writes []", "keeps this pod on pool \"fast\""},
		{"pool without nodes", []string{fast, all, n2, pod("p", "")}, "Pod/p: unplaceable [fast] fits 0 writes [spec.nodeSelector]", "0 of 1 nodes take it: disk = ssd"},
		{"contradiction", []string{n1, pod("p", "nodeSelector: {disk: ssd}, affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: disk, operator: DoesNotExist}]}]}}}")}, "Pod/p: unplaceable [] fits 0 writes []", "no node could ever take it: disk = ssd (Pod/p spec.nodeSelector[disk]) contradicts disk DoesNotExist"},
		{"running pods are not judged", []string{n2, pod("p", "nodeName: gone, nodeSelector: {disk: ssd}") + "\nstatus: {phase: Running}"}, "Pod/p: ok [] fits 0 writes []", "it runs already"},
		{"DaemonSet", []string{fast, all, n1, n2, daemonSet}, "DaemonSet/p: daemonset [] fits 2 writes []", ""},
		{"DaemonSet on a cordoned node", []string{node("n1", "", "unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]"), daemonSet}, "DaemonSet/p: daemonset [] fits 1 writes []", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := build(t, load(t, tc.texts...))
			if len(p.Rows) != 1 {
				t.Fatalf("%d rows", len(p.Rows))
			}
			if got := rowText(p.Rows[0]); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
			if reason := p.Rows[0].Reason; !strings.Contains(reason, tc.reason) || tc.reason == "" && reason != "" {
				t.Errorf("reason %q, want %q", reason, tc.reason)
			}
		})
	}
}

// TestOwners: what a controller made counts for the topmost owner that is there.
func TestOwners(t *testing.T) {
	owned := func(kind, name, owner, spec string) string {
		version := "v1"
		if kind == "ReplicaSet" {
			version, spec = "apps/v1", "template: {spec: {}}"
		}
		ownerKind, ownerName, _ := strings.Cut(owner, "/")
		return fmt.Sprintf("apiVersion: %s\nkind: %s\nmetadata: {name: %s, ownerReferences: [{kind: %s, name: %s, controller: true}]}\nspec: {%s}",
			version, kind, name, ownerKind, ownerName, spec)
	}
	web := "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5, template: {spec: {}}}"
	rs := owned("ReplicaSet", "web-1", "Deployment/web", "")
	pods := []string{owned("Pod", "web-1-a", "ReplicaSet/web-1", ""), owned("Pod", "web-1-b", "ReplicaSet/web-1", "")}
	database := "apiVersion: example.com/v1\nkind: Database\nmetadata: {name: db}\nspec: {podTemplate: {}}"
	for _, tc := range []struct {
		name  string
		texts []string
		want  []string // workload and pods
	}{
		{"a Deployment alone counts what it asks for", []string{web}, []string{"Deployment/web 5"}},
		{"its ReplicaSet is no workload of its own", []string{web, rs}, []string{"Deployment/web 5"}},
		{"pods that are there are counted", []string{web, rs, pods[0], pods[1]}, []string{"Deployment/web 2"}},
		{"the order does not matter", []string{pods[1], rs, pods[0], web}, []string{"Deployment/web 2"}},
		{"the topmost that is there", []string{rs, pods[0]}, []string{"ReplicaSet/web-1 1"}},
		{"an owner is missing in between", []string{web, pods[0]}, []string{"Deployment/web 5", "Pod/web-1-a 1"}},
		{"none of them is there", pods, []string{"Pod/web-1-a 1", "Pod/web-1-b 1"}},
		{"a custom resource that is not understood covers nothing", []string{database, owned("Pod", "db-1", "Database/db", "")}, []string{"Database/db 0", "Pod/db-1 1"}},
		{"a circle", []string{owned("Pod", "a", "Pod/b", ""), owned("Pod", "b", "Pod/a", "")}, []string{"Pod/a 1", "Pod/b 1"}},
		{"its own owner", []string{owned("Pod", "a", "Pod/a", "")}, []string{"Pod/a 1"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, r := range build(t, load(t, tc.texts...)).Rows {
				got = append(got, fmt.Sprintf("%s %d", r.Workload, r.Workload.Pods))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCompare(t *testing.T) {
	rest := []string{pool("fast", "disk: ssd", ""), pool("slow", "disk: hdd", ""), node("n1", "disk: ssd", ""), pod("free", ""), pod("own", "nodeSelector: {disk: hdd}")}
	for _, tc := range []struct {
		name          string
		before, after string
		want          []string // workload and whether it moves
	}{
		{"nothing", policy("a", "placement: {pools: [fast]}"), policy("a", "placement: {pools: [fast]}"), nil},
		{"other pool", policy("a", "placement: {pools: [slow]}"), policy("a", "placement: {pools: [fast]}"), []string{"Pod/free true"}},
		{"other name", policy("a", "placement: {pools: [fast]}"), policy("b", "placement: {pools: [fast]}"), []string{"Pod/free false"}},
		{"a wish becomes a condition", policy("a", "placement: {pools: [fast], strength: Preferred}"), policy("a", "placement: {pools: [fast]}"), []string{"Pod/free true"}},
		{"a default becomes a rule", policy("a", "placement: {pools: [fast]}"), policy("a", "tier: Admin, placement: {pools: [fast]}"), []string{"Pod/free false", "Pod/own true"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			before, after := load(t, append(rest, tc.before)...), load(t, append(rest, tc.after)...)
			var got []string
			for _, c := range plan.Compare(build(t, after.WithPolicies(before)), build(t, after)) {
				got = append(got, fmt.Sprintf("%s %t", c.After.Workload, c.Moves))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPoolFindings(t *testing.T) {
	tainted := pool("db", "pool: db", ", taints: [{key: db, effect: NoSchedule}]")
	for _, tc := range []struct {
		name  string
		texts []string
		want  []string
	}{
		{"no nodes are given", []string{tainted}, nil},
		{"all is as declared", []string{tainted, node("n1", "pool: db", "taints: [{key: db, effect: NoSchedule}]")}, nil},
		{"no node of it", []string{tainted, node("n1", "pool: web", "")}, []string{"no node carries pool=db"}},
		{"a taint is missing", []string{tainted, node("n1", "pool: db", ""), node("n2", "pool: db", "taints: [{key: db, effect: NoSchedule}]")}, []string{"the pool declares the taint db:NoSchedule, which 1 of its nodes do not carry"}},
		{"a taint is not declared", []string{tainted, node("n1", "pool: db", "taints: [{key: db, effect: NoSchedule}, {key: gpu, value: a, effect: NoExecute}]")}, []string{"1 of its nodes carry the taint gpu=a:NoExecute, which the pool does not declare: pods placed on the pool do not tolerate it"}},
		{"what Kubernetes itself or a wish adds", []string{tainted, node("n1", "pool: db", "taints: [{key: db, effect: NoSchedule}, {key: node.kubernetes.io/not-ready, effect: NoExecute}, {key: x, effect: PreferNoSchedule}]")}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, build(t, load(t, tc.texts...)).Pools[0].Findings); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
