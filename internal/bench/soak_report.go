package main

import (
	"fmt"
	"strings"
	"time"
)

// soakReport is what came of a soak.
type soakReport struct {
	machine    machine
	config     config
	took       time.Duration
	operations []string
	samples    []sample
	requests   int
	wrong      int64  // answers of another status than the one to expect
	firstWrong string // what one of them was
}

// grownBy is how much more than in the beginning counts as growth; a few more may be chance.
const (
	grownBy = 1.1
	chance  = 3
)

var held = []struct {
	title string
	of    func(sample) float64
}{
	{"memory (PSS), MiB", func(s sample) float64 { return s.memory }},
	{"goroutines", func(s sample) float64 { return s.goroutines }},
	{"threads", func(s sample) float64 { return s.threads }},
	{"open files and connections", func(s sample) float64 { return s.files }},
	{"connections to PostgreSQL", func(s sample) float64 { return s.connections }},
}

// ends are the samples of the first and the last minute, or of the first and last fifth of a shorter soak.
func (r soakReport) ends() (first, last []sample) {
	n := max(1, min(len(r.samples)/5, 60))
	return r.samples[:n], r.samples[len(r.samples)-n:]
}

// middleOf is the median of one measure.
func middleOf(all []sample, of func(sample) float64) float64 {
	values := make([]float64, 0, len(all))
	for _, s := range all {
		values = append(values, of(s))
	}
	return middle(values)
}

// grew tells whether what is held has become more.
func grew(first, last float64) bool { return last > first*grownBy+chance }

func (r soakReport) markdown() string {
	var b strings.Builder
	b.WriteString("# Results of make soak\n\n* " + r.machine.String() + "\n")
	fmt.Fprintf(&b, "* %d connections for %s, which share these operations evenly: %s.\n", mixedConnections, r.took.Round(time.Second), strings.Join(r.operations, "; "))
	fmt.Fprintf(&b, "* %d users with %d recipes, one more with %d. Every %s what was written is deleted.\n", r.config.users, r.config.recipes, r.config.large, soakTurn)
	fmt.Fprintf(&b, "* %s requests, %d of them with an answer that was not to be expected.%s\n\n", grouped(r.requests), r.wrong, r.firstWrong)
	if len(r.samples) == 0 {
		return b.String() + "No sample was taken: make it longer.\n"
	}
	first, last := r.ends()
	fmt.Fprintf(&b, "| held by the server | first %d samples | last | most | grew |\n|---|---:|---:|---:|---|\n", len(first))
	for _, h := range held {
		most := 0.0
		for _, s := range r.samples {
			most = max(most, h.of(s))
		}
		begin, end, answer := middleOf(first, h.of), middleOf(last, h.of), "no"
		if grew(begin, end) {
			answer = "**yes**"
		}
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.1f | %s |\n", h.title, begin, end, most, answer)
	}
	fmt.Fprintf(&b, "\nThere is a sample each second, the figures are medians. More than %.0f %% and %d counts as growth.\n", (grownBy-1)*100, chance)
	return b.String()
}
