package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ratio returns the CPU time at the largest size as a multiple of that at the smallest: the median of the rounds. For responses with a
// whole library, it compares the CPU time per recipe.
func (o scaled) ratio(sizes []int) float64 {
	first, last := o.runs[0], o.runs[len(o.runs)-1]
	ratios := make([]float64, 0, len(first))
	for i := range first {
		r := float64(last[i].cpu()) / float64(max(first[i].cpu(), 1))
		if o.wholeLibrary {
			r *= float64(sizes[0]) / float64(sizes[len(sizes)-1])
		}
		ratios = append(ratios, r)
	}
	return quantile(ratios, 0.5)
}

func (o scaled) cells(sizes []int) []string {
	ratio := o.ratio(sizes)
	row := []string{o.title, fmt.Sprintf("%.2f", ratio)}
	if ratio > scaleLimit {
		row[1] += " !"
	}
	for i, runs := range o.runs {
		micros := func(of func(figures) time.Duration) float64 {
			d := float64(median(runs, of)) / float64(time.Microsecond)
			if o.wholeLibrary {
				d /= float64(sizes[i])
			}
			return d
		}
		format := "%.0f"
		if o.wholeLibrary {
			format = "%.2f"
		}
		row = append(row, fmt.Sprintf(format, micros(figures.cpu)),
			fmt.Sprintf(format, micros(func(f figures) time.Duration { return f.program })),
			fmt.Sprintf(format, micros(func(f figures) time.Duration { return f.postgres })))
	}
	return row
}

// table returns a Markdown table with three columns for each size.
func table(sizes []int, unit string, all []scaled) string {
	head := []string{"operation", "ratio"}
	for _, n := range sizes {
		head = append(head, fmt.Sprintf("%s %s: CPU µs", grouped(n), unit), "own", "PG")
	}
	var b strings.Builder
	b.WriteString("| " + strings.Join(head, " | ") + " |\n|---" + strings.Repeat("|---:", len(head)-1) + "|\n")
	for _, o := range all {
		if o.wholeLibrary {
			o.title += ", per recipe"
		}
		b.WriteString("| " + strings.Join(o.cells(sizes), " | ") + " |\n")
	}
	return b.String()
}

// grouped formats a number with commas between thousands.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func (r scaleReport) markdown() string {
	var users []int
	var b strings.Builder
	b.WriteString("# Results of make scale\n\n* " + r.machine.String() + "\n")
	for _, s := range r.sizes {
		users = append(users, s.users)
		fmt.Fprintf(&b, "* %s users with %d recipes, loaded and indexed in %s: %.1f GiB.\n", grouped(s.users), r.config.recipes,
			s.loaded.Round(time.Second), float64(s.bytes)/(1<<30))
	}
	fmt.Fprintf(&b, "* Requests come from %s users, spread evenly over all, over %d connections, with their pages in memory; medians of %d turns of %gs at each size. "+
		"PostgreSQL has the settings of the private one.\n", grouped(r.config.sendersOf(users[0])), r.config.connections, r.config.rounds, r.config.seconds)
	fmt.Fprintf(&b, "* To save space, notes end after %d characters, fridges and checklists have %d items. The rows of a user lie together on disk, "+
		"as they do if they were written at once.\n", smallPortions.note, smallPortions.fridge)
	fmt.Fprintf(&b, "* CPU is user and system time for a request, of the server (own) and of all of PostgreSQL (PG). The ratio is that of the largest size "+
		"to the smallest; more than %.1f is marked with !.\n\n## Many users\n\n", scaleLimit)
	b.WriteString(table(users, "users", r.users))
	fmt.Fprintf(&b, "\n## Many recipes of one user\n\n%d users for each size, as many connections. The whole list is counted per recipe.\n\n", ownersPerSize)
	b.WriteString(table(r.recipes, "recipes", r.libraries))
	return b.String()
}
