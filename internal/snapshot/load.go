package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stowage-dev/stowage/api/v1alpha1"
	"github.com/stowage-dev/stowage/internal/crd"
	"github.com/stowage-dev/stowage/internal/manifest"
)

// StdinName is how errors name standard input.
const StdinName = "standard input"

// Options say how to read.
type Options struct {
	// Stdin is read where a path is "-".
	Stdin io.Reader
	// Recursive reads the folders within folders as well.
	Recursive bool
	// Policies are paths of which only pools and policies are taken; their
	// documents do not belong to the snapshot's.
	Policies []string
	// Definitions keeps CustomResourceDefinitions as well.
	Definitions bool
	// PoolsOf gives its pools where none is read: policies can be looked at
	// without repeating the pools they name.
	PoolsOf *Snapshot
	// Namespace of the objects that name none; "default" if empty.
	Namespace string
}

// Load reads files, folders and, for "-", standard input. The error joins all
// that is wrong with the input, one line each.
func Load(ctx context.Context, paths []string, opts Options) (*Snapshot, error) {
	validator, err := crd.New()
	if err != nil {
		return nil, err
	}
	if opts.Namespace == "" {
		opts.Namespace = defaultNamespace
	}
	r := &reader{
		ctx: ctx, opts: opts, validator: validator,
		snapshot: &Snapshot{namespaces: map[string]map[string]string{}, places: map[string]place{}},
	}
	r.policiesOnly = true
	for _, path := range opts.Policies {
		r.path(path)
	}
	r.policiesOnly = false
	for _, path := range paths {
		r.path(path)
	}
	if len(r.snapshot.Pools) == 0 && opts.PoolsOf != nil {
		r.snapshot.Pools = opts.PoolsOf.Pools
	}
	if len(r.errs) == 0 {
		r.checkPolicies()
		if err := r.understand(); err != nil {
			r.fail(err)
		}
		r.snapshot.settleOwners()
	}
	return r.snapshot, errors.Join(r.errs...)
}

// reader is a Load on its way.
type reader struct {
	ctx       context.Context //nolint:containedctx // lives as long as one Load
	opts      Options
	validator *crd.Validator
	snapshot  *Snapshot
	errs      []error
	seenStdin bool
	// profiles, definitions and, not read yet, documents that hold some; and of
	// each custom resource its version.
	profiles       []v1alpha1.PlacementProfile
	definitions    []map[string]any
	unread         []manifest.Document
	customVersions []string
	// policiesOnly says that what is read now is for its pools and policies.
	policiesOnly bool
}

func (r *reader) fail(err error) { r.errs = append(r.errs, err) }

func (r *reader) path(path string) {
	if path == "-" {
		if r.seenStdin {
			r.fail(errors.New(`reading standard input: "-" is given twice; fix: give it once`))
			return
		}
		r.seenStdin = true
		r.file(StdinName, r.opts.Stdin)
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		r.fail(readError(path, err))
		return
	}
	if !info.IsDir() {
		r.open(path)
		return
	}
	files, err := manifestFiles(path, r.opts.Recursive)
	switch {
	case err != nil:
		r.fail(readError(path, err))
	case len(files) == 0 && r.opts.Recursive:
		r.fail(fmt.Errorf("reading folder %q: no manifest in it or below it (*.yaml, *.yml, *.json); fix: name a folder that has some", path))
	case len(files) == 0:
		r.fail(fmt.Errorf("reading folder %q: no manifest in it (*.yaml, *.yml, *.json); fix: name a folder that has some, or add -R to read the folders below it", path))
	}
	for _, f := range files {
		r.open(f)
	}
}

// readError says what the operating system had against a path, without naming
// the path twice.
func readError(path string, err error) error {
	if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	return fmt.Errorf("reading %q: %w", path, err)
}

func manifestFiles(dir string, recursive bool) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if path != dir && (!recursive || strings.HasPrefix(d.Name(), ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(path)) {
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

func (r *reader) open(path string) {
	f, err := os.Open(path)
	if err != nil {
		r.fail(readError(path, err))
		return
	}
	defer f.Close() //nolint:errcheck // nothing was written
	r.file(path, f)
}

func (r *reader) file(name string, from io.Reader) {
	data, err := manifest.ReadAll(name, from)
	if err != nil {
		r.fail(err)
		return
	}
	docs, err := manifest.Split(name, data)
	if err != nil {
		r.fail(err)
		return
	}
	for _, d := range decodeAll(docs, r.opts) {
		r.document(d)
	}
}
