package snapshot

import (
	"runtime"
	"sync"

	"github.com/stowage-dev/stowage/internal/manifest"
)

// decoded is a document read, or why it could not be.
type decoded struct {
	manifest.Document
	object map[string]any
	err    error
	// definition says that the document holds a definition, which is read only
	// if a custom resource asks for it.
	definition bool
}

// passedOver tells whether a document with the apiVersion and kind can hold
// nothing that a snapshot wants, so that it need not be read in full.
func passedOver(apiVersion, kind string, opts Options) bool {
	group := groupOf(apiVersion)
	if apiVersion == "" || kind == "" || !builtIn(group) || podSpecPath(group, kind) != nil {
		return false
	}
	switch kind {
	case "Node", "Namespace":
		return false
	case definitionKind:
		return !opts.Definitions
	}
	return len(kind) < 4 || kind[len(kind)-4:] != "List"
}

// decodeAll reads documents on all processors and keeps their order.
func decodeAll(docs []manifest.Document, opts Options) []decoded {
	out := make([]decoded, len(docs))
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(docs))
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(docs); i += workers {
				out[i] = decodeOne(docs[i], opts)
			}
		})
	}
	wg.Wait()
	return out
}

func decodeOne(d manifest.Document, opts Options) decoded {
	definition := false
	obj, err := d.DecodeUnless(func(apiVersion, kind string) bool {
		unread := passedOver(apiVersion, kind, opts)
		definition = unread && kind == definitionKind
		return unread
	})
	return decoded{Document: d, object: obj, err: err, definition: definition}
}
