package snapshot

import (
	"bytes"
	"fmt"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/stowage-dev/stowage/internal/manifest"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/profile"
	"github.com/stowage-dev/stowage/internal/resource"
	"github.com/stowage-dev/stowage/internal/schema"
)

// Custom is what is known of a custom resource that is understood.
type Custom struct {
	// Object as it was read. Nobody changes it.
	Object map[string]any
	Kind   *profile.Kind
	// Units of fields that place the same pods; none if the kind has no place
	// where anything may be written.
	Units []resource.Unit
	// Closed says why nothing may be written at all; empty if it may.
	Closed string
}

// customResource takes in an object of a kind the API server does not serve
// itself. Whether it makes pods is settled when all profiles and definitions are
// read.
func (r *reader) customResource(o object) {
	w := r.newWorkload(o)
	w.Custom = &Custom{Object: o.Object}
	r.customVersions = append(r.customVersions, strings.TrimPrefix(o.APIVersion, w.Group+"/"))
	for _, ref := range o.meta.OwnerReferences {
		if ref.Controller != nil && *ref.Controller {
			w.Owner, w.Subject.Skip = ref.Kind+"/"+ref.Name, placement.SkipOwned
		}
	}
	r.snapshot.Workloads = append(r.snapshot.Workloads, w)
}

// understand settles what the custom resources are, and drops those that make no
// pods.
func (r *reader) understand() error {
	if len(r.customVersions) == 0 {
		return nil
	}
	catalogue, err := r.catalogue()
	if err != nil {
		return err
	}
	kinds := map[string]*profile.Kind{}
	next := 0
	r.snapshot.keepWorkloads(func(w *Workload) bool {
		if w.Custom == nil {
			return true
		}
		version := r.customVersions[next]
		next++
		id := w.Group + "/" + version + "/" + w.Kind
		if _, asked := kinds[id]; !asked {
			kinds[id] = catalogue.Kind(w.Group, version, w.Kind)
		}
		return w.understand(kinds[id])
	})
	return nil
}

// understand settles what one custom resource is, and tells whether it makes
// pods at all.
func (w *Workload) understand(kind *profile.Kind) bool {
	object := w.Custom.Object
	w.Custom.Kind = kind
	field := podField(object)
	if kind == nil || kind.ClusterScoped {
		w.Custom = nil
		if field == "" {
			return false
		}
		w.NotUnderstood = fmt.Sprintf("custom resource with %s: its operator makes the pods", field)
		if kind == nil {
			w.NotUnderstood += fmt.Sprintf("; to have it understood, add the CustomResourceDefinition of %s.%s", w.Kind, w.Group)
		} else {
			w.NotUnderstood += "; it belongs to no namespace, so that only the pods show which policies are for them"
		}
		return true
	}
	w.Custom.Units = resource.Units(kind, object, w.String())
	if len(w.Custom.Units) == 0 {
		if field == "" {
			return false
		}
		w.Custom.Closed = closed(kind, field)
		w.Custom.Units = []resource.Unit{{Path: "spec", Subject: placement.Subject{Object: w.String(), Path: "spec", Labels: kind.PodLabels}, LabelsKnown: len(kind.PodLabels) > 0}}
	}
	for i := range w.Custom.Units {
		w.Custom.Units[i].Subject.Skip = w.Subject.Skip
	}
	w.Subject = w.Custom.Units[0].Subject
	return true
}

// closed says why nothing of a kind is written to.
func closed(kind *profile.Kind, field string) string {
	if len(kind.Points) == 0 && len(kind.Never) > 0 {
		why := kind.Never[0].Path + " is left alone"
		if note := kind.Never[0].Note; note != "" {
			why += ": " + note
		}
		return why
	}
	return fmt.Sprintf("none of the places known for %s is there, only %s", kind.Name, field)
}

// catalogue is what is known of kinds: shipped profiles, those of the input, and
// its definitions as far as they are of kinds that occur.
func (r *reader) catalogue() (*profile.Catalogue, error) {
	shipped, err := profile.Shipped()
	if err != nil {
		return nil, err
	}
	var definitions []*apiextensions.CustomResourceDefinition
	for _, object := range r.definitions {
		definitions = append(definitions, schema.FromMap(object))
	}
	for _, doc := range r.unread {
		if !r.mayDefine(doc) {
			continue
		}
		object, err := doc.Decode()
		if err != nil {
			return nil, err
		}
		definitions = append(definitions, schema.FromMap(object))
	}
	return profile.NewCatalogue(shipped, r.profiles, definitions), nil
}

// mayDefine tells whether a definition can be one of a kind that occurs.
// Definitions are large, and most input holds many that nothing asks for.
func (r *reader) mayDefine(doc manifest.Document) bool {
	for i := range r.snapshot.Workloads {
		w := &r.snapshot.Workloads[i]
		if w.Custom != nil && bytes.Contains(doc.Raw, []byte(w.Group)) && bytes.Contains(doc.Raw, []byte(w.Kind)) {
			return true
		}
	}
	return false
}

// keepWorkloads drops the workloads for which keep says no, also from the
// documents they stand in.
func (s *Snapshot) keepWorkloads(keep func(*Workload) bool) {
	index := make([]int, len(s.Workloads)) // where each goes; -1 if it is dropped
	kept := s.Workloads[:0]
	for i := range s.Workloads {
		index[i] = -1
		if keep(&s.Workloads[i]) {
			index[i] = len(kept)
			kept = append(kept, s.Workloads[i])
		}
	}
	s.Workloads = kept
	for d := range s.Documents {
		doc := &s.Documents[d]
		var left []int
		for _, i := range doc.Workloads {
			if index[i] >= 0 {
				left = append(left, index[i])
			}
		}
		doc.Workloads = left
	}
}
