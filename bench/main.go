// Command bench measures the CPU time of the server and PostgreSQL for a request: compared to the floor (bench/floor), a minimal handler
// of the same requests; compared to an older binary (-old); at growing sizes (-scale); over a long time (-soak); and under more load
// than the server can serve (-overload).
//
// Programs that are compared run in turn under the same load. It reads /proc, so it needs Linux.
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

// config describes a measurement.
type config struct {
	users       int           // with recipes, a fridge, a checklist, plans and sessions each
	recipes     int           // of a user, with 8 ingredients each
	large       int           // recipes of one more user
	libraries   []int         // recipes of each additional user
	active      int           // the number of users that send requests, without those with libraries; 0: all
	portions    portions      // a user's data besides recipes
	scale       string        // numbers of users to compare, separated by commas
	sizes       string        // of libraries to compare
	soak        time.Duration // of mixed load
	overload    time.Duration // of each load that is offered
	dir         string        // for the data; empty: the system's temporary folder
	connections int
	rounds      int     // in each round, every operation runs once on both sides
	seconds     float64 // of one run
	starts      int     // of the server; the median counts
	only        string  // names of operations, separated by commas; empty: all
	server      string  // the binary to measure; empty: built from this module
	old         string  // the binary to compare it with; empty: the floor
	out         string  // folder for the results; empty: no files are written
	profile     bool    // profile one operation instead of measuring
	profileAddr string  // the address at which the server serves profiles; empty: none
}

func main() {
	var c config
	flag.IntVar(&c.users, "users", 1000, "number of users")
	flag.IntVar(&c.recipes, "recipes", 50, "recipes of each user, with 8 ingredients each; at least 5")
	flag.IntVar(&c.large, "large", 10_000, "recipes of one more user")
	flag.IntVar(&c.connections, "connections", 16, "keep-alive connections of the load")
	flag.IntVar(&c.rounds, "rounds", 11, "how often the two sides take turns: with many short turns, a busy machine disturbs both alike")
	flag.Float64Var(&c.seconds, "seconds", 0.4, "duration of one run")
	flag.IntVar(&c.starts, "starts", 10, "how often the server is started to measure how long it takes")
	flag.StringVar(&c.only, "only", "", "operations to measure, separated by commas; empty: all")
	flag.StringVar(&c.server, "server", "", "the server binary to measure; empty: build it from this module")
	flag.StringVar(&c.old, "old", "", "compare with this older server binary instead of the floor; each has its own database, seeded alike")
	flag.StringVar(&c.out, "out", "", "folder for the results; empty: print them only")
	flag.BoolVar(&c.profile, "profile", false, "profile the server under the load of the one operation of -only, for as long as all rounds take")
	flag.StringVar(&c.dir, "dir", "", "folder for the data, which is deleted afterwards; empty: the system's temporary folder")
	flag.StringVar(&c.scale, "scale", "", "compare the server's cost at these numbers of users, separated by commas; "+
		"1,000,000 users with 10 recipes take 25 GiB in -dir")
	flag.StringVar(&c.sizes, "libraries", "50,500,5000,10000", "with -scale: compare users with these numbers of recipes")
	flag.IntVar(&c.active, "active", 1000, "with -scale: how many users send requests, at every size")
	flag.DurationVar(&c.soak, "soak", 0, "put the server under mixed load for so long, and report what grows")
	flag.DurationVar(&c.overload, "overload", 0, "offer the server up to three times the load that it can serve, for so long each")
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
	case c.users < 1 || c.recipes < recipesPerPlan || c.large < 1 || c.connections < 1 || c.rounds < 1 || c.seconds <= 0 || c.starts < 1 || c.active < 0 || c.soak < 0 || c.overload < 0:
		return fmt.Errorf("-users, -large, -connections, -rounds, -seconds and -starts must be positive, -recipes at least %d, -active, -soak and -overload not negative", recipesPerPlan)
	}
	if minimum := 4 * c.connections; c.scale == "" && c.soak == 0 && c.overload == 0 && c.only == "" && c.users < minimum { // otherwise a session would be refreshed twice at once
		return fmt.Errorf("-users must be at least 4 × -connections: %d", minimum)
	}
	return nil
}

func (c config) duration() time.Duration { return time.Duration(c.seconds * float64(time.Second)) }

// selected reports whether -only includes an operation.
func (c config) selected(name string) bool {
	return c.only == "" || slices.Contains(strings.Split(c.only, ","), name)
}

// run runs the measurement. It prints the results to out and its progress to progress.
func run(ctx context.Context, c config, out, progress io.Writer) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	binaries, err := os.MkdirTemp("", "ocipe-bench-bin-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(binaries)) }()
	if c.server == "" {
		if c.server, err = build(ctx, binaries, "server", "github.com/ocipe/ocipe"); err != nil {
			return err
		}
	}
	if c.scale != "" {
		return runScale(ctx, c, out, progress)
	}
	c.libraries, c.portions, c.active = []int{c.large}, defaultPortions, 0
	fmt.Fprintln(progress, "starting PostgreSQL, seeding …")
	switch {
	case c.soak > 0:
		return runSoak(ctx, c, out, progress)
	case c.overload > 0:
		return runOverload(ctx, c, out, progress)
	case c.profile:
		return runProfile(ctx, c, out, progress)
	case c.old != "":
		return runCompare(ctx, c, "old", c.old, out, progress)
	}
	floor, err := build(ctx, binaries, "floor", "github.com/ocipe/ocipe/bench/floor")
	if err != nil {
		return err
	}
	return runCompare(ctx, c, "floor", floor, out, progress)
}

// String describes the data and the load, for the report.
func (c config) String() string {
	return fmt.Sprintf("%d users with %d recipes of %d lines, fridges of %d, checklists of %d; one more user with %d recipes; "+
		"%d connections; medians of %d alternations of %gs each", c.users, c.recipes, ingredientsPerRecipe, c.portions.fridge, c.portions.checklist, c.large,
		c.connections, c.rounds, c.seconds)
}
