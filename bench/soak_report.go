package main

import (
	"fmt"
	"strings"
	"time"
)

// soakReport is the result of a soak.
type soakReport struct {
	machine    machine
	config     config
	took       time.Duration
	operations []string
	samples    []sample
	requests   int
	wrong      int64  // responses with an unexpected status
	firstWrong string // one of them
}

// A figure has grown if its median at the end is more than growthFactor times that at the beginning, plus growthTolerance.
const (
	growthFactor    = 1.1
	growthTolerance = 3
)

// monitored are the figures that must not grow.
var monitored = []struct {
	title string
	of    func(sample) float64
}{
	{"memory (PSS), MiB", func(s sample) float64 { return s.memory }},
	{"goroutines", func(s sample) float64 { return s.goroutines }},
	{"threads", func(s sample) float64 { return s.threads }},
	{"open files and connections", func(s sample) float64 { return s.files }},
	{"connections to PostgreSQL", func(s sample) float64 { return s.connections }},
}

// firstAndLast returns the samples of the first and the last minute, or of the first and the last fifth if the soak is short.
func (r soakReport) firstAndLast() (first, last []sample) {
	n := max(1, min(len(r.samples)/5, 60))
	return r.samples[:n], r.samples[len(r.samples)-n:]
}

// medianOf returns the median of one figure of the samples.
func medianOf(all []sample, of func(sample) float64) float64 {
	values := make([]float64, 0, len(all))
	for _, s := range all {
		values = append(values, of(s))
	}
	return quantile(values, 0.5)
}

// hasGrown reports whether a figure has grown.
func hasGrown(first, last float64) bool { return last > first*growthFactor+growthTolerance }

func (r soakReport) markdown() string {
	var b strings.Builder
	b.WriteString("# Results of make soak\n\n* " + r.machine.String() + "\n")
	fmt.Fprintf(&b, "* %d connections for %s, shared evenly by these operations: %s.\n", mixedConnections, r.took.Round(time.Second), strings.Join(r.operations, "; "))
	fmt.Fprintf(&b, "* %d users with %d recipes, one more with %d. Every %s, all that was written is deleted.\n", r.config.users, r.config.recipes, r.config.large, soakTurn)
	fmt.Fprintf(&b, "* %s requests, %d of them with an unexpected response.%s\n\n", grouped(r.requests), r.wrong, r.firstWrong)
	if len(r.samples) == 0 {
		return b.String() + "No sample was taken: use a longer time.\n"
	}
	first, last := r.firstAndLast()
	fmt.Fprintf(&b, "| used by the server | first %d samples | last | maximum | grew |\n|---|---:|---:|---:|---|\n", len(first))
	for _, h := range monitored {
		maximum := 0.0
		for _, s := range r.samples {
			maximum = max(maximum, h.of(s))
		}
		begin, end, growth := medianOf(first, h.of), medianOf(last, h.of), "no"
		if hasGrown(begin, end) {
			growth = "**yes**"
		}
		fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.1f | %s |\n", h.title, begin, end, maximum, growth)
	}
	fmt.Fprintf(&b, "\nSamples are taken every second; the figures are medians. More than %.0f %% and %d counts as growth.\n", (growthFactor-1)*100, growthTolerance)
	return b.String()
}
