package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/snapshot"
)

// input are the flags that say what a command reads.
type input struct {
	files, policies []string
	recursive       bool
	namespace       string
	definitions     bool
}

func (in *input) bind(cmd *cobra.Command, namespaceUsage string) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&in.files, "filename", "f", nil, "file, folder or - (standard input) with manifests: workloads, pools, policies, profiles, definitions, namespaces, nodes in any mix; may be given several times")
	flags.StringArrayVar(&in.policies, "policies", nil, "file or folder with pools, policies, profiles and definitions that are kept apart from the manifests; may be given several times")
	flags.BoolVarP(&in.recursive, "recursive", "R", false, "read the folders within folders as well")
	flags.StringVarP(&in.namespace, "namespace", "n", "", namespaceUsage)
}

// load reads what the flags name and says what it passed over.
func (in *input) load(ctx context.Context, streams IO) (*snapshot.Snapshot, error) {
	if len(in.files) == 0 {
		return nil, errors.New("nothing to read: name manifests with -f FILE, -f FOLDER or -f - for standard input")
	}
	s, err := snapshot.Load(ctx, in.files, snapshot.Options{
		Stdin: streams.In, Recursive: in.recursive, Namespace: in.namespace, Policies: in.policies, Definitions: in.definitions,
	})
	if err != nil {
		return nil, err
	}
	warn(streams, s.Warnings)
	return s, nil
}

// loadSome is load for commands that answer: standard input without any document,
// as a pipe leaves it whose first half has failed, is nothing to say yes to.
func (in *input) loadSome(ctx context.Context, streams IO) (*snapshot.Snapshot, error) {
	s, err := in.load(ctx, streams)
	if err != nil || !slices.Contains(in.files, "-") {
		return s, err
	}
	if !slices.ContainsFunc(s.Documents, func(d snapshot.Document) bool { return d.Source == snapshot.StdinName }) {
		return nil, fmt.Errorf("reading %s: it is empty; fix: check the command before the pipe", snapshot.StdinName)
	}
	return s, nil
}

// flags are the flags that read the same input again.
func (in *input) flags() string {
	var parts []string
	for _, f := range in.files {
		parts = append(parts, "-f "+quoted(f))
	}
	for _, f := range in.policies {
		parts = append(parts, "--policies "+quoted(f))
	}
	if in.recursive {
		parts = append(parts, "-R")
	}
	return strings.Join(parts, " ")
}

// quoted is a word as a shell reads it.
func quoted(word string) string {
	odd := strings.ContainsFunc(word, func(c rune) bool {
		return !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune("-_./,:=@%+", c)
	})
	if !odd && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
