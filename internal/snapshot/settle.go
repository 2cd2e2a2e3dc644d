package snapshot

import (
	"fmt"
	"strings"

	"github.com/stowage-dev/stowage/internal/placement"
)

// checkPolicies reports what is wrong among pools and policies.
func (r *reader) checkPolicies() {
	s := r.snapshot
	for _, p := range placement.Check(s.Pools, s.Cluster, s.Namespaced) {
		at := s.places["stowage.dev/"+p.Kind+"/"+p.Namespace+"/"+p.Name]
		if p.Warning {
			s.Warnings = append(s.Warnings, fmt.Sprintf("%s: %s %q: %s: %s", at, p.Kind, p.Name, p.Field, p.Message))
			continue
		}
		r.fail(fmt.Errorf("reading %s: %s %q: %s: %s", at, p.Kind, p.Name, p.Field, p.Message))
	}
}

// settleOwners counts pods and templates under the workload that controls them,
// however far up, and takes them out of the list where that workload is there.
func (s *Snapshot) settleOwners() {
	at := map[string]int{}
	for i, w := range s.Workloads {
		at[w.Namespace+"/"+w.String()] = i
	}
	counted := map[int]bool{} // owners whose pods are listed one by one
	for i := range s.Workloads {
		w := &s.Workloads[i]
		owner, found := at[w.Namespace+"/"+w.Owner]
		if w.Owner == "" || !found || owner == i {
			continue
		}
		w.Covered = true
		if w.Kind != "Pod" {
			continue
		}
		for range 3 { // pod, ReplicaSet or Job, Deployment or CronJob
			up, more := at[s.Workloads[owner].Namespace+"/"+s.Workloads[owner].Owner]
			if s.Workloads[owner].Owner == "" || !more || up == owner {
				break
			}
			owner = up
		}
		if !counted[owner] {
			counted[owner] = true
			s.Workloads[owner].Pods = 0
		}
		s.Workloads[owner].Pods++
	}
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
