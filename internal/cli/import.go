package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/stowage-dev/stowage/internal/importer"
)

func newImport(streams IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Make pools and policies out of what a platform says elsewhere",
	}
	group(cmd, newImportOtomi(streams))
	return cmd
}

func newImportOtomi(streams IO) *cobra.Command {
	var platform []string
	cmd := &cobra.Command{
		Use:   "otomi DIR",
		Short: "Make pools and policies out of a values repository of Otomi or App Platform",
		Long: `Read a values repository of Otomi 2.8 or of App Platform 4.5 and later and print
pools and policies with comments that say where each comes from. DIR may also be a
single file into which all values are merged.

otomi.nodeSelector becomes an exclusive Pool and a Baseline policy for every
namespace but those of teams and Kubernetes' own, so that the platform runs on the
pool and teams stay off it. Selectors hidden in the values of charts are reported
on standard error with file and path: they are the workloads' own word.`,
		Example: `  stowage import otomi examples/otomi/values > policies.yaml
  stowage import otomi ../values/env --platform-namespaces argocd,monitoring,kube-system`,
		Args: oneArgument("the folder of one values repository"),
		RunE: func(_ *cobra.Command, args []string) error { return importOtomi(streams, args[0], platform) },
	}
	cmd.Flags().StringSliceVar(&platform, "platform-namespaces", nil, "namespaces of the platform, separated by commas, with * and ?; every namespace but those of teams and Kubernetes' own if not given")
	return cmd
}

func importOtomi(streams IO, dir string, platform []string) error {
	info, err := os.Stat(dir)
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			err = pathErr.Err
		}
		return fmt.Errorf("reading %q: %w", dir, err)
	}
	opts := importer.OtomiOptions{PlatformNamespaces: platform}
	if !info.IsDir() { // values merged into one file
		dir, opts.File = filepath.Split(filepath.Clean(dir))
		dir = filepath.Clean(dir)
	}
	result, err := importer.Otomi(os.DirFS(dir), opts)
	if err != nil {
		return err
	}
	text, err := result.YAML()
	if err != nil {
		return err
	}
	for _, f := range result.Findings {
		warn(streams, []string{f.String()})
	}
	return write(streams, text)
}
