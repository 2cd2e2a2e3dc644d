package snapshot

import (
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/manifest"
	"github.com/stowage-dev/stowage/internal/placement"
)

// Snapshot is everything a plan is made from. The objects stand in the order
// they were read in.
type Snapshot struct {
	Pools      []v1alpha1.Pool
	Cluster    []v1alpha1.ClusterPlacementPolicy
	Namespaced []v1alpha1.PlacementPolicy
	Nodes      []corev1.Node
	// Definitions of custom resources, as they were read; only with
	// Options.Definitions.
	Definitions []map[string]any
	Workloads   []Workload
	// Documents that were read, of all files in order, and of each the
	// workloads in it as indexes into Workloads.
	Documents []Document
	// Warnings are for the reader of standard error: what was passed over.
	Warnings []string

	namespaces map[string]map[string]string
	places     map[string]place
}

// Document is a document of a file and the workloads that stand in it.
type Document struct {
	manifest.Document
	Workloads []int
}

// Ref names an object.
type Ref struct {
	Group, Kind, Namespace, Name string
}

// String is the object as kubectl names it: Kind/name.
func (r Ref) String() string { return r.Kind + "/" + r.Name }

// Workload is an object that makes pods, or a pod.
type Workload struct {
	Ref
	// Source names the file, Index its document from 1, Line the document's line.
	Source string
	Index  int
	Line   int
	// Path from the document to the object, empty unless it stands in a list.
	Path []string
	// Subject of the decision. Its Path tells where the pod spec stands.
	Subject placement.Subject
	// NotUnderstood says why nothing can be told of the workload, empty if it can.
	NotUnderstood string
	// Custom is what is known of a custom resource that is understood; nil for any
	// other workload.
	Custom *Custom
	// SpecPath from the object to the pod spec.
	SpecPath []string
	// Pods is the number of pods the workload asks for, or has.
	Pods int
	// Owner that controls the object, as Kind/name; empty if none does.
	Owner string
	// Covered says that the owner is in the snapshot and speaks for the object.
	Covered bool
	// DaemonSetPods says that the pods come from a DaemonSet, whose controller
	// adds tolerations of its own.
	DaemonSetPods bool
}

// Namespace is a namespace as policies see it. The API server labels every
// namespace with its own name (KEP-2161), so that this label is there for
// namespaces that no manifest declares.
func (s *Snapshot) Namespace(name string) placement.Namespace {
	labels := map[string]string{corev1.LabelMetadataName: name}
	maps.Copy(labels, s.namespaces[name])
	return placement.Namespace{Name: name, Labels: labels}
}

// Namespaces lists, in order, the namespaces that are declared or that a workload
// or policy stands in.
func (s *Snapshot) Namespaces() []string {
	names := slices.Collect(maps.Keys(s.namespaces))
	for _, w := range s.Workloads {
		names = append(names, w.Namespace)
	}
	for _, p := range s.Namespaced {
		names = append(names, p.Namespace)
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(n string) bool { return n == "" })
}

// WithPolicies is a snapshot with the workloads and nodes of this one and the
// pools and policies of another.
func (s *Snapshot) WithPolicies(o *Snapshot) *Snapshot {
	merged := *s
	merged.Pools, merged.Cluster, merged.Namespaced = o.Pools, o.Cluster, o.Namespaced
	return &merged
}

// defaultNamespace is where an object goes that names none.
const defaultNamespace = metav1.NamespaceDefault
