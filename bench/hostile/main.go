// Command hostile starts a server, and attacks it in ways that made servers run out of memory or connections. For each attack it prints
// the maximum memory of the server, and how long the reads of another user take meanwhile. It reads /proc, so it needs Linux.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// config describes the server and the attackers.
type config struct {
	server      string // the binary
	connections int    // without a login
	users       int    // connections with a login
	accounts    int    // of the attackers
	duration    time.Duration
	only        string // names of attacks, separated by commas; empty: all
}

func main() {
	var c config
	flag.StringVar(&c.server, "server", "bin/ocipe", "the server binary to attack")
	flag.IntVar(&c.connections, "connections", 300, "hostile connections without a login")
	flag.IntVar(&c.users, "users", 50, "hostile connections with a login")
	flag.IntVar(&c.accounts, "accounts", 5, "accounts of the attackers")
	flag.DurationVar(&c.duration, "for", 10*time.Second, "how long each attack lasts")
	flag.StringVar(&c.only, "only", "", "names of attacks, separated by commas; empty: all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	results, err := run(ctx, c, os.Stderr)
	stop()
	print(os.Stdout, results)
	if err != nil {
		fmt.Fprintln(os.Stderr, "hostile:", err)
		os.Exit(1)
	}
}

// result is the result of an attack.
type result struct {
	name           string
	peakPSS        int // KiB of memory (PSS)
	reads          []time.Duration
	readStatuses   map[int]int // of the other user's reads
	attackStatuses map[int]int // statuses that the attackers got
}

// p99 returns the 99th percentile of the times of the other user's reads.
func (r result) p99() time.Duration {
	if len(r.reads) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(r.reads))
	return sorted[len(sorted)*99/100]
}

func print(out io.Writer, results []result) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "attack\tPSS at most\tother's reads\tp99\ttheir statuses\tthe attackers' statuses")
	for _, r := range results {
		fmt.Fprintf(w, "%s\t%d MiB\t%d\t%v\t%v\t%v\n", r.name, r.peakPSS>>10, len(r.reads), r.p99().Round(time.Millisecond), r.readStatuses, r.attackStatuses)
	}
	_ = w.Flush()
}

// run starts a server, runs every attack, and stops the server. It returns an error if the server ended during an attack.
func run(ctx context.Context, c config, progress io.Writer) (results []result, err error) {
	s, err := start(ctx, c.server)
	if err != nil {
		return nil, err
	}
	defer s.stop()
	t, err := prepare(ctx, s.addr, c)
	if err != nil {
		return nil, err
	}
	for _, a := range attacks {
		if c.only != "" && !slices.Contains(strings.Split(c.only, ","), a.name) {
			continue
		}
		fmt.Fprintln(progress, a.name, "…")
		r, err := t.runAttack(ctx, s, a)
		if err != nil {
			return results, fmt.Errorf("%s: %w", a.name, err)
		}
		results = append(results, r)
	}
	return results, nil
}
