// Package cli is the command line of Stowage: one file per command. Commands
// read, ask the packages below and print; they decide nothing.
//
// Results go to standard output, everything else to standard error. The exit
// code is 0 for yes, 1 if the answer is no, 2 for wrong usage or input and 3 if
// the answer could not be found out.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// IO are the streams a command uses.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exit codes of the program.
const (
	// ExitYes: the answer is yes; nothing was found.
	ExitYes = 0
	// ExitNo: the answer is no: a finding, or a difference.
	ExitNo = 1
	// ExitUsage: the command or its input is wrong.
	ExitUsage = 2
	// ExitUnknown: the answer could not be found out.
	ExitUnknown = 3
)

// errNo ends a command whose answer is no; its result is printed already.
var errNo = errors.New("the answer is no")

// unknownError is a failure that is nobody's input: a stream that cannot be
// written to, say.
type unknownError struct{ error }

func (e unknownError) Unwrap() error { return e.error }

// Run runs the command line and returns the exit code. args[0] is the name the
// program was called by: kubectl-stowage makes it speak of itself as
// "kubectl stowage".
func Run(ctx context.Context, args []string, streams IO) int {
	root := New(streams) //nolint:contextcheck // cobra hands the context to the commands
	if strings.HasPrefix(filepath.Base(args[0]), "kubectl-") {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl stowage"}
	}
	root.SetArgs(args[1:])
	err := root.ExecuteContext(ctx)
	unknown, denied := unknownError{}, deniedError{}
	switch {
	case err == nil:
		return ExitYes
	case errors.Is(err, errNo):
		return ExitNo
	case errors.As(err, &unknown), ctx.Err() != nil:
		report(streams.Err, err)
		return ExitUnknown
	case errors.As(err, &denied):
		report(streams.Err, err)
		return ExitNo
	}
	report(streams.Err, err)
	return ExitUsage
}

// report prints an error, each line of a joined one by itself.
func report(w io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(w, "error: %s\n", strings.TrimSuffix(line, "\n")) //nolint:errcheck // there is nowhere left to say it
	}
}

// New is the root command.
func New(streams IO) *cobra.Command {
	root := &cobra.Command{
		Use:   "stowage",
		Short: "Say once which node pool each part of a platform belongs to",
		Long: `Stowage places pods on node pools: say once which pool each part of a platform
belongs to, and see, write and explain where every pod lands.

Commands read manifests and contact no cluster. Results go to standard output,
all else to standard error. Exit codes: 0 yes, 1 the answer is no (a finding, a
difference), 2 wrong usage or input, 3 could not find out.`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 { // the flag may well be that command's
			return unknownCommand(cmd, args[0])
		}
		return fmt.Errorf("%w; see %q", err, cmd.CommandPath()+" --help")
	})
	group(root, newPlan(streams), newRender(streams), newExplain(streams), newDiscover(streams), newCompile(streams), newImport(streams), newVersion(streams))
	return root
}

// group makes a command of commands: alone it shows its help, and it refuses
// names that it does not have.
func group(cmd *cobra.Command, commands ...*cobra.Command) {
	cmd.AddCommand(commands...)
	cmd.SuggestionsMinimumDistance = 2
	cmd.Args = cobra.ArbitraryArgs
	cmd.DisableFlagsInUseLine = true
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			return cmd.Help()
		}
		return unknownCommand(cmd, args[0])
	}
}

func unknownCommand(cmd *cobra.Command, name string) error {
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return fmt.Errorf("unknown command %q; did you mean %q?", name, cmd.CommandPath()+" "+near[0])
	}
	return fmt.Errorf("unknown command %q; see %q", name, cmd.CommandPath()+" --help")
}

// oneArgument refuses any other number of arguments than one; what says what it
// is.
func oneArgument(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		return fmt.Errorf("%q takes %s, but got %d arguments; see %q", cmd.CommandPath(), what, len(args), cmd.CommandPath()+" --help")
	}
}

// noArguments refuses arguments, files without -f above all.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.Flags().Lookup("filename") == nil {
		return fmt.Errorf("%q takes no arguments, but got %q", cmd.CommandPath(), args[0])
	}
	return fmt.Errorf("%q takes no arguments, but got %q; fix: if it is a file, write -f %s", cmd.CommandPath(), args[0], quoted(args[0]))
}

// hint says on standard error which command helps further.
func hint(streams IO, format string, args ...any) {
	fmt.Fprintf(streams.Err, "hint: "+format+"\n", args...) //nolint:errcheck // a hint that is lost does no harm
}

// warn says on standard error what was passed over.
func warn(streams IO, messages []string) {
	for _, m := range messages {
		fmt.Fprintf(streams.Err, "warning: %s\n", m) //nolint:errcheck // the result is not affected
	}
}

// write puts a finished result on standard output, all or, if the stream fails,
// an error.
func write(streams IO, result []byte) error {
	if _, err := streams.Out.Write(result); err != nil {
		return unknownError{fmt.Errorf("writing the result: %w", err)}
	}
	return nil
}

// deniedError is an error that answers no, rather than one about the input.
type deniedError struct{ error }

func (e deniedError) Unwrap() error { return e.error }
