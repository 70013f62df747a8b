// Command bench measures the server against the floor: the least that could answer the same requests (internal/bench/floor).
// Both run as processes of their own on the same database, in turn, under the same load; what counts is the CPU time that a
// request costs both the server and PostgreSQL. It needs Linux, whose /proc it reads.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// config says how much is measured, and for how long.
type config struct {
	users       int // with recipes, a fridge, a checklist, plans and sessions each
	recipes     int // of a user, 8 ingredients each
	large       int // recipes of one more user
	connections int
	rounds      int     // in each, every operation runs once on the server and once on the floor
	seconds     float64 // of one run
	starts      int     // of the server, of which the median counts
	only        string  // names of operations, separated by commas; empty: all
	server      string  // the binary to measure; empty: built from this module
	out         string  // folder for the results; empty: none is written
}

func main() {
	var c config
	flag.IntVar(&c.users, "users", 1000, "users with a kitchen")
	flag.IntVar(&c.recipes, "recipes", 50, "recipes of each user, with 8 ingredients each; 5 at least")
	flag.IntVar(&c.large, "large", 10_000, "recipes of one more user")
	flag.IntVar(&c.connections, "connections", 16, "keep-alive connections of the load")
	flag.IntVar(&c.rounds, "rounds", 11, "how often server and floor take turns: many short turns share what disturbs the machine")
	flag.Float64Var(&c.seconds, "seconds", 0.4, "duration of one run")
	flag.IntVar(&c.starts, "starts", 10, "how often the server is started to see how long it takes")
	flag.StringVar(&c.only, "only", "", "operations to measure, separated by commas; empty: all")
	flag.StringVar(&c.server, "server", "", "the binary to measure, to compare versions; empty: build this one")
	flag.StringVar(&c.out, "out", "", "folder for results.md, results.svg and results.json; empty: none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, c, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (c config) check() error {
	switch {
	case runtime.GOOS != "linux":
		return errors.New("CPU times are read from /proc: run this on Linux")
	case c.users < 1 || c.recipes < planned || c.large < 1 || c.connections < 1 || c.rounds < 1 || c.seconds <= 0 || c.starts < 1:
		return fmt.Errorf("-users, -large, -connections, -rounds, -seconds and -starts must be positive, -recipes at least %d", planned)
	}
	return nil
}

func (c config) duration() time.Duration { return time.Duration(c.seconds * float64(time.Second)) }

// selected tells whether an operation is to be measured.
func (c config) selected(name string) bool {
	return c.only == "" || slices.Contains(strings.Split(c.only, ","), name)
}

// run measures, and prints the results to out and what goes on to progress.
func run(ctx context.Context, c config, out, progress io.Writer) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	fmt.Fprintln(progress, "building, starting PostgreSQL, seeding …")
	w, err := newWorld(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close(context.WithoutCancel(ctx))) }()
	fmt.Fprintln(progress, "comparing answers, counting statements …")
	all, err := compareAll(ctx, w)
	if err != nil {
		return err
	}
	fmt.Fprintln(progress, "measuring memory and starts of the server alone …")
	alone, err := measureFootprint(ctx, w, all)
	if err != nil {
		return err
	}
	if err := measureAll(ctx, w, all, progress); err != nil {
		return err
	}
	r := report{Machine: describeMachine(ctx, w), Config: c.String(), Footprint: alone, Operations: all}
	if err := r.writeText(out); err != nil || c.out == "" {
		return err
	}
	return r.writeFiles(c.out)
}

// String says what was measured, for the report.
func (c config) String() string {
	return fmt.Sprintf("%d users with %d recipes of %d lines, fridges of %d, checklists of %d; one more user with %d recipes; "+
		"%d connections; medians of %d alternations of %gs each", c.users, c.recipes, lines, fridgeItems, checklistItems, c.large,
		c.connections, c.rounds, c.seconds)
}
