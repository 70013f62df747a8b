package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// report is the result of a comparison.
type report struct {
	machine   machine
	config    config
	footprint footprint // zero in a comparison with an older server
	other     string    // the name of the other side
	pairs     []pair
}

func (r report) columns() []string {
	figures := []string{"CPU µs", "own", "PG", "requests/s", "p50 ms", "p99 ms"}
	all := append([]string{"operation", "ratio", "target", "middle half"}, figures...)
	figures[0] = r.other + " " + figures[0]
	return append(append(all, figures...), "body B")
}

// facts returns the sentences of the report besides the table.
func (r report) facts() []string {
	f := r.footprint
	mib := func(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
	facts := []string{r.machine.String(), r.config.String() + "."}
	if r.config.old == "" {
		facts = append(facts, fmt.Sprintf("The server alone: %s (PSS) after its start (target: under 30 MiB), at most %s under %d connections of mixed load "+
			"without logins (under 64 MiB), %.0f ms from its start to the first response on an existing database (under 150 ms), a binary of %s (under 40 MiB).",
			mib(f.idle), mib(f.loaded), mixedConnections, f.start.Seconds()*1000, mib(f.binary)))
	}
	return append(facts, "CPU is user and system time for a request, of the program itself (own) and of all of PostgreSQL (PG). The ratio is the server's CPU "+
		"to that of the "+r.other+", own and PG together: the median of the rounds, and the range of their middle half; ! marks a target that is missed. "+
		"Servers log to a file, at info. The load comes from the same machine and shares its processors: requests/s would be more without it.")
}

func (r report) writeText(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(r.columns(), "\t"))
	for _, p := range r.pairs {
		fmt.Fprintln(table, strings.Join(p.row(), "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(out, "\n"+strings.Join(r.facts(), "\n"))
	return err
}

func (r report) markdown() string {
	var b strings.Builder
	b.WriteString("# Results of make bench\n\n![Ratios](results.svg)\n\n")
	for _, fact := range r.facts() {
		b.WriteString("* " + fact + "\n")
	}
	columns := r.columns()
	b.WriteString("\n| " + strings.Join(columns, " | ") + " |\n|---" + strings.Repeat("|---:", len(columns)-1) + "|\n")
	for _, p := range r.pairs {
		b.WriteString("| " + strings.Join(p.row(), " | ") + " |\n")
	}
	return b.String()
}

func (r report) writeFiles(folder string) error {
	return errors.Join(writeFile(folder, "results.md", r.markdown()), writeFile(folder, "results.svg", r.chart()))
}

// writeFile writes a file in a folder, and creates the folder if it is missing.
func writeFile(folder, name, text string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // results may be read by all users
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644) //nolint:gosec // see above
}
