// Package render writes placement into manifests and leaves every other byte as
// it is.
package render

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/stowage-dev/stowage/internal/patch"
	"github.com/stowage-dev/stowage/internal/placement"
	"github.com/stowage-dev/stowage/internal/resource"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

// Document is a document with the placement written in.
type Document struct {
	// Source names the file, Index its document from 1.
	Source string
	Index  int
	// Before and After are its bytes; the same slice if nothing is written.
	Before, After []byte
	// Errs says why nothing could be written.
	Errs []error
}

// DeniedError says that a policy or an exclusive pool refuses a workload.
type DeniedError struct {
	// Workload that is refused, and why.
	Workload *snapshot.Workload
	Denial   string
}

// Error is one line that names the document and the workload.
func (e *DeniedError) Error() string {
	w := e.Workload
	return fmt.Sprintf("writing %s: %s in namespace %q is denied: %s", w.Place(), w, w.Namespace, e.Denial)
}

// Render writes the placement of every workload of the snapshot into the
// documents it was read from. The error joins all that is denied, each a
// *DeniedError, and all that cannot be written, and no document is returned with
// it: a manifest is written whole or not at all.
func Render(s *snapshot.Snapshot) ([]Document, error) {
	rules, err := rulesOf(s)
	if err != nil {
		return nil, err
	}
	customs, err := customRulesOf(s)
	if err != nil {
		return nil, err
	}
	out := make([]Document, len(s.Documents))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(out); i += workers {
				out[i] = document(s, s.Documents[i], rules, customs)
			}
		})
	}
	wg.Wait()
	var errs []error
	for _, d := range out {
		errs = append(errs, d.Errs...)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return out, nil
}

func rulesOf(s *snapshot.Snapshot) (map[string]*placement.Rules, error) {
	compiler := placement.NewCompiler(s.Pools, s.Cluster, s.Namespaced)
	rules := map[string]*placement.Rules{}
	for _, w := range s.Workloads {
		if rules[w.Namespace] != nil {
			continue
		}
		r, err := compiler.Rules(s.Namespace(w.Namespace))
		if err != nil {
			return nil, err
		}
		rules[w.Namespace] = r
	}
	return rules, nil
}

func document(s *snapshot.Snapshot, doc snapshot.Document, rules map[string]*placement.Rules, customs map[string]*resource.Rules) Document {
	out := Document{Source: doc.Source, Index: doc.Index, Before: doc.Raw, After: doc.Raw}
	var ops []patch.Op
	for _, at := range doc.Workloads {
		w := &s.Workloads[at]
		if w.NotUnderstood != "" {
			continue
		}
		if w.Custom != nil {
			more, denied := custom(w, customs[w.Namespace])
			ops, out.Errs = append(ops, more...), append(out.Errs, denied...)
			continue
		}
		d := rules[w.Namespace].Decide(w.Subject)
		if d.Outcome == placement.OutcomeDenied {
			out.Errs = append(out.Errs, &DeniedError{w, d.Denial})
		}
		for _, op := range d.Ops {
			op.Path = slices.Concat(w.Path, w.SpecPath, op.Path)
			ops = append(ops, op)
		}
	}
	if len(ops) == 0 || len(out.Errs) > 0 {
		return out
	}
	after, err := doc.Edit(ops)
	if err != nil {
		out.Errs = append(out.Errs, err)
		return out
	}
	out.After = after
	return out
}
