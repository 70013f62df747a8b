package main

import (
	"fmt"
	"time"
)

// maxSlowdown is the maximum CPU time of a request, as a multiple of that of an older server.
const maxSlowdown = 1.04

// pair is an operation of the server and the same operation of the other side.
type pair struct {
	*operation
	other *operation
	old   bool // the other side is an older server
}

// byRate reports whether rates are compared instead of CPU times.
func (p pair) byRate() bool { return p.ByRate && !p.old }

func (p pair) limit() float64 {
	if p.old {
		return maxSlowdown
	}
	return p.Limit
}

// ratio returns a quantile of the ratios of the rounds. It compares runs of the same round, because their conditions were most similar.
func (p pair) ratio(share float64) float64 {
	ratios := make([]float64, len(p.runs))
	for i, s := range p.runs {
		o := p.other.runs[i]
		if p.byRate() {
			ratios[i] = s.rate / o.rate
		} else {
			ratios[i] = float64(s.cpu()) / float64(max(o.cpu(), 1))
		}
	}
	return quantile(ratios, share)
}

func (p pair) meetsTarget() bool {
	if p.byRate() {
		return p.ratio(0.5) >= p.limit()
	}
	return p.ratio(0.5) <= p.limit()
}

func (p pair) target() string {
	if p.byRate() {
		return fmt.Sprintf("≥ %.2f of the rate", p.limit())
	}
	return fmt.Sprintf("≤ %.2f", p.limit())
}

// row returns a line of the table, with the ratio, the target, the middle half of the ratios, and the medians of both sides.
func (p pair) row() []string {
	ratio := fmt.Sprintf("%.2f", p.ratio(0.5))
	if !p.meetsTarget() {
		ratio += " !"
	}
	row := []string{p.Title, ratio, p.target(), fmt.Sprintf("%.2f–%.2f", p.ratio(0.25), p.ratio(0.75))}
	row = append(row, cells(p.runs)...)
	row = append(row, cells(p.other.runs)...)
	return append(row, fmt.Sprint(p.bytes))
}

func cells(runs []figures) []string {
	micros := func(of func(figures) time.Duration) string {
		return fmt.Sprintf("%.0f", float64(median(runs, of))/float64(time.Microsecond))
	}
	millis := func(of func(figures) time.Duration) string {
		return fmt.Sprintf("%.2f", float64(median(runs, of))/float64(time.Millisecond))
	}
	return []string{
		micros(figures.cpu),
		micros(func(f figures) time.Duration { return f.program }),
		micros(func(f figures) time.Duration { return f.postgres }),
		fmt.Sprintf("%.0f", median(runs, func(f figures) float64 { return f.rate })),
		millis(func(f figures) time.Duration { return f.p50 }),
		millis(func(f figures) time.Duration { return f.p99 }),
	}
}
