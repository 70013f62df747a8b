// Ocipe is the server behind a personal cookbook with a grocery planner.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/ocipe/ocipe/internal/cli"
)

//go:embed openapi.yaml
var contract []byte

func main() {
	runtime.MemProfileRate = 0 // sampling costs every request time; the profiles of package cli turn it on
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// A second Ctrl-C ends the program at once. A second SIGTERM doesn't: some supervisors signal the group and
	// each of its processes.
	context.AfterFunc(ctx, func() { signal.Reset(syscall.SIGINT) })
	err := cli.Run(ctx, cli.Process{
		Args: os.Args[1:], Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Clock: time.Now, Contract: contract,
	})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "ocipe:", err)
		os.Exit(1)
	}
}
