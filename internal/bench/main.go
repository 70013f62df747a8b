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
	users       int   // with recipes, a fridge, a checklist, plans and sessions each
	recipes     int   // of a user, 8 ingredients each
	large       int   // recipes of one more user
	libraries   []int // recipes of the users after those
	active      int   // users of the first kind that send requests; 0: all
	portions    portions
	scale       string        // numbers of users to compare, separated by commas; empty: the server is compared with the floor
	sizes       string        // of libraries to compare
	soak        time.Duration // of mixed load; 0: the server is compared with the floor
	alone       bool          // without the floor
	dir         string        // where data goes; empty: the system's temporary folder
	connections int
	rounds      int     // in each, every operation runs once on the server and once on the floor
	seconds     float64 // of one run
	starts      int     // of the server, of which the median counts
	only        string  // names of operations, separated by commas; empty: all
	server      string  // the binary to measure; empty: built from this module
	out         string  // folder for the results; empty: none is written
	profile     bool    // profile one operation instead of measuring
	profileAddr string  // where the server then serves profiles; empty: nowhere
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
	flag.BoolVar(&c.profile, "profile", false, "measure nothing, and profile the server under the load of the one operation of -only, as long as all rounds take")
	flag.StringVar(&c.dir, "dir", "", "folder for the data, which is gone afterwards; empty: the system's for temporary files")
	flag.StringVar(&c.scale, "scale", "", "compare the server's cost at these numbers of users, separated by commas, instead of server and floor; "+
		"1,000,000 users with 10 recipes take 25 GiB in -dir")
	flag.StringVar(&c.sizes, "libraries", "50,500,5000,10000", "with -scale: compare users with these numbers of recipes")
	flag.IntVar(&c.active, "active", 1000, "with -scale: how many users send requests, at every size")
	flag.DurationVar(&c.soak, "soak", 0, "put the server alone under mixed load for so long, and see whether anything grows")
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
	case c.users < 1 || c.recipes < planned || c.large < 1 || c.connections < 1 || c.rounds < 1 || c.seconds <= 0 || c.starts < 1 || c.active < 0 || c.soak < 0:
		return fmt.Errorf("-users, -large, -connections, -rounds, -seconds and -starts must be positive, -recipes at least %d, -active and -soak not negative", planned)
	}
	if least := 4 * c.connections; c.scale == "" && c.soak == 0 && c.only == "" && c.users < least { // else one session is refreshed twice at once
		return fmt.Errorf("-users must be at least 4 × -connections: %d", least)
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
	switch {
	case c.scale != "":
		return runScale(ctx, c, out, progress)
	case c.soak > 0:
		return runSoak(ctx, c, out, progress)
	}
	c.libraries, c.portions, c.active = []int{c.large}, usual, 0
	fmt.Fprintln(progress, "building, starting PostgreSQL, seeding …")
	w, err := newWorld(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close(context.WithoutCancel(ctx))) }()
	if c.profile {
		return profile(ctx, w, out, progress)
	}
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
		"%d connections; medians of %d alternations of %gs each", c.users, c.recipes, lines, c.portions.fridge, c.portions.checklist, c.large,
		c.connections, c.rounds, c.seconds)
}
