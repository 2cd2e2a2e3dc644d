// Command stowage places pods on node pools; see `stowage help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/stowage-dev/stowage/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Run(ctx, os.Args, cli.IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr})
	stop()
	os.Exit(code)
}
