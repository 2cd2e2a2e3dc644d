package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/manifest"
	"github.com/stowage-dev/stowage/internal/render"
	"github.com/stowage-dev/stowage/internal/snapshot"
)

type renderCommand struct {
	input
	streams IO
	diff    bool
}

func newRender(streams IO) *cobra.Command {
	r := &renderCommand{streams: streams}
	cmd := &cobra.Command{
		Use:   "render -f FILENAME",
		Short: "Write the placement into manifests, every other byte unchanged",
		Long: `Print the manifests of -f with the placement written into pod templates, bare pods
and custom resources of known kinds. Every other byte stays as it is: comments, key order, quoting, anchors,
document markers, line ends. Rendering the result again changes nothing.

Without -f it reads standard input, so that it works as a Helm post-renderer and
as a KRM function: a ResourceList in is a ResourceList out, with pools and
policies among its items or, as text, in the data of a ConfigMap given as
functionConfig.

Nothing is printed if any workload is denied or a manifest cannot be read.`,
		Example: `  # Into a file, or look first
  stowage render -f policies/ -f rendered/ > placed.yaml
  stowage render -f policies/ -f rendered/ --diff

  # As a Helm post-renderer: pools and policies are read, but not printed
  helm template my-chart | stowage render --policies policies/ -n monitoring`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.run(cmd.Context()) },
	}
	r.bind(cmd, "namespace of objects that name none")
	cmd.Flags().BoolVar(&r.diff, "diff", false, "print a unified diff instead; exit code 1 says that there is a difference")
	return cmd
}

func (r *renderCommand) run(ctx context.Context) error {
	if len(r.files) == 0 {
		r.files = []string{"-"}
	}
	s, err := r.load(ctx, r.streams)
	if err != nil {
		return err
	}
	r.passedOver(s)
	docs, err := render.Render(s)
	if onlyDenials(err) {
		return deniedError{err}
	}
	if err != nil {
		return err
	}
	if !r.diff {
		return write(r.streams, render.Join(docs, func(d render.Document) []byte { return d.After }))
	}
	diff := diffOf(docs)
	if err := write(r.streams, diff); err != nil {
		return err
	}
	if len(diff) > 0 {
		return errNo
	}
	return nil
}

// onlyDenials tells whether an error of Render says no, and nothing else.
func onlyDenials(err error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	return !slices.ContainsFunc(joined.Unwrap(), func(e error) bool {
		denied := (*render.DeniedError)(nil)
		return !errors.As(e, &denied)
	})
}

// passedOver says which custom resources are not written to.
func (r *renderCommand) passedOver(s *snapshot.Snapshot) {
	for i := range s.Workloads {
		if w := &s.Workloads[i]; w.NotUnderstood != "" {
			warn(r.streams, []string{fmt.Sprintf("%s: %s is not written to: %s", w.Place(), w, w.NotUnderstood)})
		}
	}
}

// diffOf is a unified diff, file by file.
func diffOf(docs []render.Document) []byte {
	var out bytes.Buffer
	for len(docs) > 0 {
		n := 1
		for n < len(docs) && docs[n].Source == docs[0].Source {
			n++
		}
		file := docs[:n]
		before := render.Join(file, func(d render.Document) []byte { return d.Before })
		after := render.Join(file, func(d render.Document) []byte { return d.After })
		out.Write(manifest.Diff(file[0].Source, file[0].Source+" (placed)", before, after))
		docs = docs[n:]
	}
	return out.Bytes()
}
