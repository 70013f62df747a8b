package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// report is all that was found out.
type report struct {
	Machine    machine
	Config     string
	Footprint  footprint
	Operations []*operation
}

var columns = []string{
	"operation", "ratio", "target", "CPU µs", "own", "PG", "requests/s", "p50 ms", "p99 ms", "SQL", "trips",
	"floor CPU µs", "own", "PG", "requests/s", "p50 ms", "p99 ms", "SQL", "trips", "answer B",
}

// rows are the cells of the table.
func (r report) rows() [][]string {
	rows := make([][]string, 0, len(r.Operations))
	for _, o := range r.Operations {
		row := []string{o.Title, o.judgement(), o.target()}
		row = append(row, o.cells(server)...)
		row = append(row, o.cells(floor)...)
		rows = append(rows, append(row, strconv.Itoa(o.Bytes)))
	}
	return rows
}

func (o *operation) judgement() string {
	ratio, ok := o.ratio()
	switch {
	case !ok:
		return o.Note
	case o.met(ratio):
		return fmt.Sprintf("%.2f", ratio)
	}
	return fmt.Sprintf("%.2f !", ratio)
}

func (o *operation) target() string {
	if o.ByRate {
		return fmt.Sprintf("≥ %.2f of the rate", o.Limit)
	}
	return fmt.Sprintf("≤ %.2f", o.Limit)
}

func (o *operation) cells(side int) []string {
	runs := o.Runs[side]
	if len(runs) == 0 {
		return []string{"–", "–", "–", "–", "–", "–", "–", "–"}
	}
	micros := func(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d)/float64(time.Microsecond)) }
	millis := func(d time.Duration) string { return fmt.Sprintf("%.2f", float64(d)/float64(time.Millisecond)) }
	return []string{
		micros(median(runs, figures.cpu)),
		micros(median(runs, func(f figures) time.Duration { return f.Own })),
		micros(median(runs, func(f figures) time.Duration { return f.Postgres })),
		fmt.Sprintf("%.0f", median(runs, func(f figures) float64 { return f.Rate })),
		millis(median(runs, func(f figures) time.Duration { return f.P50 })),
		millis(median(runs, func(f figures) time.Duration { return f.P99 })),
		strconv.FormatInt(o.Statements[side], 10),
		strconv.FormatInt(o.RoundTrips[side], 10),
	}
}

// facts are what is said beside the table.
func (r report) facts() []string {
	f := r.Footprint
	mib := func(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }
	return []string{
		r.Machine.String(),
		r.Config + ".",
		fmt.Sprintf("The server alone: %s (PSS) after its start (target: under 30 MiB), %s at most under %d connections of mixed load without logins (under 64 MiB), "+
			"%.0f ms from its start to the first answer on an existing database (under 150 ms), a binary of %s (under 40 MiB).",
			mib(f.Idle), mib(f.Loaded), mixedConnections, f.Start.Seconds()*1000, mib(f.Binary)),
		"CPU is user and system time for a request, of the process itself (own) and of all of PostgreSQL (PG). The ratio is the server's " +
			"to the floor's, own and PG together; ! marks a target that is missed. SQL and trips: statements and round trips to PostgreSQL for a request. " +
			"The server logs to a file, at info. " +
			"The load comes from the same machine and shares its processors: requests/s would be more without it.",
	}
}

func (r report) writeText(out io.Writer) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(columns, "\t"))
	for _, row := range r.rows() {
		fmt.Fprintln(table, strings.Join(row, "\t"))
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
	b.WriteString("\n| " + strings.Join(columns, " | ") + " |\n|---" + strings.Repeat("|---:", len(columns)-1) + "|\n")
	for _, row := range r.rows() {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return b.String()
}

// writeFiles writes the results into a folder.
func (r report) writeFiles(folder string) error {
	raw, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return errors.Join(writeFile(folder, "results.md", r.markdown()), writeFile(folder, "results.svg", r.chart()),
		writeFile(folder, "results.json", string(raw)+"\n"))
}

// writeFile writes into a folder, which is made if there is none.
func writeFile(folder, name, text string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // results are for everybody
		return err
	}
	return os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644) //nolint:gosec // see above
}
