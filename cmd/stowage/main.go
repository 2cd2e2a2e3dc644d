// Command stowage places pods on node pools; see `stowage help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/stowage-dev/stowage/internal/cli"
)

// A command reads, prints and ends. Collecting garbage less often makes large
// inputs faster; past the limit, which is soft, it is collected as often as it
// takes.
const (
	garbagePercent = 400
	softMemory     = 3 << 29 // bytes
)

func main() {
	debug.SetGCPercent(garbagePercent)
	debug.SetMemoryLimit(softMemory)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args, cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
