package snapshot

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/crd"
	"github.com/stowage-dev/stowage/internal/manifest"
)

// place is where an object was read, for messages.
type place struct {
	source string
	index  int
	line   int
}

func (p place) String() string {
	return fmt.Sprintf("%q document %d (line %d)", p.source, p.index, p.line)
}

// object is one object of a document on its way into the snapshot.
type object struct {
	manifest.Item
	place
	meta metav1.ObjectMeta
}

func (o object) ref() Ref {
	return Ref{groupOf(o.APIVersion), o.Kind, o.meta.Namespace, o.meta.Name}
}

// errorf is an error about the object.
func (o object) errorf(format string, args ...any) error {
	name := o.meta.Name
	if name == "" {
		name = o.meta.GenerateName
	}
	if name == "" {
		return fmt.Errorf("reading %s: %s: %w", o.place, o.Kind, fmt.Errorf(format, args...))
	}
	return fmt.Errorf("reading %s: %s %q: %w", o.place, o.Kind, name, fmt.Errorf(format, args...))
}

func groupOf(apiVersion string) string {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		return ""
	}
	return group
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

// document takes in the objects of a document.
func (r *reader) document(d decoded) {
	at := len(r.snapshot.Documents)
	if !r.policiesOnly {
		r.snapshot.Documents = append(r.snapshot.Documents, Document{Document: d.Document})
	}
	if d.err != nil {
		r.fail(d.err)
		return
	}
	if d.definition {
		r.unread = append(r.unread, d.Document)
	}
	r.functionConfig(d)
	for _, item := range manifest.Items(d.object) {
		o := object{Item: item, place: place{d.Source, d.Index, d.firstLine()}}
		if o.APIVersion == "" || o.Kind == "" {
			r.warn(o, "no apiVersion and kind: not a Kubernetes object, passed over")
			continue
		}
		if r.policiesOnly && groupOf(o.APIVersion) != v1alpha1.GroupName {
			if o.Kind == definitionKind {
				r.definitions = append(r.definitions, o.Object)
			}
			continue
		}
		if err := o.readMeta(); err != nil {
			r.fail(err)
			continue
		}
		before := len(r.snapshot.Workloads)
		if err := r.object(o); err != nil {
			r.fail(err)
		}
		if len(r.snapshot.Workloads) > before {
			doc := &r.snapshot.Documents[at]
			doc.Workloads = append(doc.Workloads, before)
		}
	}
}

// firstLine is the line on which the document's own text begins.
func (d decoded) firstLine() int {
	line := d.Line
	for text := range bytes.Lines(d.Raw) {
		text = bytes.TrimSpace(text)
		if len(text) > 0 && text[0] != '#' && text[0] != '%' && !bytes.HasPrefix(text, []byte("---")) {
			return line
		}
		line++
	}
	return d.Line
}

func (r *reader) warn(o object, format string, args ...any) {
	r.snapshot.Warnings = append(r.snapshot.Warnings, fmt.Sprintf("%s: %s", o.place, fmt.Sprintf(format, args...)))
}

func (o *object) readMeta() error {
	meta, _ := o.Object["metadata"].(map[string]any)
	if err := convert("metadata", meta, &o.meta); err != nil {
		return o.errorf("%w", err)
	}
	if o.wanted() && o.meta.Name == "" && o.meta.GenerateName == "" {
		return o.errorf("it has no name; fix: give it metadata.name")
	}
	return nil
}

// wanted tells whether the object is of a kind that a snapshot holds. Others,
// such as a Kustomization, need not even have a name.
func (o *object) wanted() bool {
	group := groupOf(o.APIVersion)
	return group == v1alpha1.GroupName || podSpecPath(group, o.Kind) != nil || group == "" && (o.Kind == "Node" || o.Kind == "Namespace")
}

// object takes in one object.
func (r *reader) object(o object) error {
	group := groupOf(o.APIVersion)
	if group == v1alpha1.GroupName {
		return r.own(o)
	}
	if r.policiesOnly {
		return nil
	}
	switch group + "/" + o.Kind {
	case "/Node":
		return r.node(o)
	case "apiextensions.k8s.io/" + definitionKind:
		r.definitions = append(r.definitions, o.Object)
		if r.opts.Definitions {
			r.snapshot.Definitions = append(r.snapshot.Definitions, o.Object)
		}
		return nil
	case "/Namespace":
		r.snapshot.namespaces[o.meta.Name] = o.meta.Labels
		return nil
	}
	if path := podSpecPath(group, o.Kind); path != nil {
		return r.workload(o, path)
	}
	if !builtIn(group) {
		r.customResource(o)
	}
	return nil
}

func (r *reader) node(o object) error {
	var node corev1.Node
	if err := convert("", o.Object, &node); err != nil {
		return o.errorf("%w", err)
	}
	if err := r.once(o); err != nil {
		return err
	}
	r.snapshot.Nodes = append(r.snapshot.Nodes, node)
	return nil
}

// own takes in an object of Stowage's own API group.
func (r *reader) own(o object) error {
	defaulted, errs := r.validator.Validate(r.ctx, o.Object)
	if len(errs) > 0 {
		var first error
		for i, e := range errs {
			err := o.errorf("%w", e)
			if i == 0 {
				first = err
				continue
			}
			r.fail(err)
		}
		return first
	}
	if !crd.Owns(o.Object) {
		return nil
	}
	if o.Kind == v1alpha1.KindPlacementPolicy && o.meta.Namespace == "" {
		o.meta.Namespace = r.opts.Namespace
	}
	if err := r.once(o); err != nil {
		return err
	}
	switch o.Kind {
	case v1alpha1.KindPool:
		return take(o, defaulted, &r.snapshot.Pools)
	case v1alpha1.KindClusterPlacementPolicy:
		return take(o, defaulted, &r.snapshot.Cluster)
	case v1alpha1.KindPlacementProfile:
		return take(o, defaulted, &r.profiles)
	case v1alpha1.KindPlacementPolicy:
		if err := take(o, defaulted, &r.snapshot.Namespaced); err != nil {
			return err
		}
		r.snapshot.Namespaced[len(r.snapshot.Namespaced)-1].Namespace = o.meta.Namespace
	}
	return nil
}

func take[T any](o object, from map[string]any, list *[]T) error {
	var value T
	if err := convert("", from, &value); err != nil {
		return o.errorf("%w", err)
	}
	*list = append(*list, value)
	return nil
}

// once refuses a second object of the same kind and name.
func (r *reader) once(o object) error {
	key := o.ref()
	id := key.Group + "/" + key.Kind + "/" + key.Namespace + "/" + key.Name
	if first, found := r.snapshot.places[id]; found {
		return o.errorf("it stands in %s already; fix: remove one of the two", first)
	}
	r.snapshot.places[id] = o.place
	return nil
}
