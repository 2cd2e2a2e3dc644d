package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(streams IO) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArguments,
		Example: "  stowage version",
		RunE: func(*cobra.Command, []string) error {
			return write(streams, []byte(fmt.Sprintf("stowage %s\n", version())))
		},
	}
}

// version is that of the module the program was built from, as Go recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	return info.Main.Version
}
