package snapshot

import (
	"fmt"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/placement"
)

// checkPolicies reports what is wrong among pools and policies.
func (r *reader) checkPolicies() {
	s := r.snapshot
	for _, p := range placement.Check(s.Pools, s.Cluster, s.Namespaced) {
		at, read := s.places[v1alpha1.GroupName+"/"+p.Kind+"/"+p.Namespace+"/"+p.Name]
		if !read { // a pool of Options.PoolsOf, which has been reported there
			continue
		}
		if p.Warning {
			s.Warnings = append(s.Warnings, fmt.Sprintf("%s: %s %q: %s: %s", at, p.Kind, p.Name, p.Field, p.Message))
			continue
		}
		r.fail(fmt.Errorf("reading %s: %s %q: %s: %s", at, p.Kind, p.Name, p.Field, p.Message))
	}
}

// settleOwners counts pods and templates under the workload that controls them,
// however far up, and takes them out of the list where that workload is there. A
// custom resource speaks for nobody, since its fields need not reach all of its
// pods: what it owns stays in the list.
func (s *Snapshot) settleOwners() {
	at := map[string]int{}
	for i, w := range s.Workloads {
		if w.NotUnderstood == "" && w.Custom == nil {
			at[w.Namespace+"/"+w.String()] = i
		}
	}
	counted := map[int]bool{} // owners whose pods are listed one by one
	for i := range s.Workloads {
		w := &s.Workloads[i]
		root := s.root(i, at)
		if root == i {
			continue
		}
		w.Covered = true
		if w.Kind != "Pod" {
			continue
		}
		if !counted[root] {
			counted[root] = true
			s.Workloads[root].Pods = 0
		}
		s.Workloads[root].Pods++
	}
}

// maxOwners bounds the way up from a workload. The longest that Kubernetes itself
// makes has two steps: pod, ReplicaSet or Job, Deployment or CronJob.
const maxOwners = 8

// root is the topmost owner of a workload among those given by name; the workload
// itself if none is there, or if the owners own one another in a circle.
func (s *Snapshot) root(of int, at map[string]int) int {
	top := of
	for range maxOwners {
		w := &s.Workloads[top]
		up, found := at[w.Namespace+"/"+w.Owner]
		if w.Owner == "" || !found {
			return top
		}
		if top = up; top == of {
			return of
		}
	}
	return of
}

// Place is where the workload was read, as messages name it.
func (w *Workload) Place() string { return place{w.Source, w.Index, w.Line}.String() }

// Find lists the workloads that a name such as deployment/web means in a
// namespace. The kind is matched without regard to case, also as its plural or
// one of kubectl's short names.
func (s *Snapshot) Find(kind, name, namespace string) []*Workload {
	var found []*Workload
	for i := range s.Workloads {
		w := &s.Workloads[i]
		if w.Name == name && w.Namespace == namespace && kindIs(w.Kind, kind) {
			found = append(found, w)
		}
	}
	return found
}

func kindIs(kind, asked string) bool {
	kind, asked = strings.ToLower(kind), strings.ToLower(asked)
	if i := strings.IndexByte(asked, '.'); i >= 0 { // deployment.apps
		asked = asked[:i]
	}
	short := map[string]string{
		"po": "pod", "deploy": "deployment", "sts": "statefulset", "rs": "replicaset", "ds": "daemonset",
		"cj": "cronjob", "rc": "replicationcontroller",
	}
	if long, found := short[asked]; found {
		asked = long
	}
	return asked == kind || asked == kind+"s" || asked == kind+"es"
}
