package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/snapshot"
)

// input are the flags that say what a command reads.
type input struct {
	files, policies []string
	recursive       bool
	namespace       string
}

func (in *input) bind(cmd *cobra.Command, namespaceUsage string) {
	flags := cmd.Flags()
	flags.StringArrayVarP(&in.files, "filename", "f", nil, "file, folder or - (standard input) with manifests: workloads, pools, policies, namespaces, nodes in any mix; may be given several times")
	flags.StringArrayVar(&in.policies, "policies", nil, "file or folder with pools and policies that are kept apart from the manifests; may be given several times")
	flags.BoolVarP(&in.recursive, "recursive", "R", false, "read the folders within folders as well")
	flags.StringVarP(&in.namespace, "namespace", "n", "", namespaceUsage)
}

// load reads what the flags name and says what it passed over.
func (in *input) load(ctx context.Context, streams IO) (*snapshot.Snapshot, error) {
	if len(in.files) == 0 {
		return nil, fmt.Errorf("nothing to read: name manifests with -f FILE, -f FOLDER or -f - for standard input")
	}
	s, err := snapshot.Load(ctx, in.files, snapshot.Options{
		Stdin: streams.In, Recursive: in.recursive, Namespace: in.namespace, Policies: in.policies,
	})
	if err != nil {
		return nil, err
	}
	warn(streams, s.Warnings)
	return s, nil
}
