package cli_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stowage-dev/stowage/internal/cli"
)

// update makes the scripts write down what the commands print:
//
//	go test ./internal/cli -run TestScript -update
var update = flag.Bool("update", false, "write the output of commands into the scripts")

// TestMain lets the scripts run the command line: "stowage" is this test binary,
// started again under that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"stowage": func() {
		os.Exit(cli.Run(context.Background(), os.Args, cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}})
}

// TestScript runs every file of testdata/script: a story in comments, the
// commands and, below them, the files they read and the output they print.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// exits is the script command "exits CODE PROGRAM [ARGS]": it runs a program that
// must end with exactly this exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	failed := (*exec.ExitError)(nil)
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}
