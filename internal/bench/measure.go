package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
)

// figures are what one run of an operation on one side came to.
type figures struct {
	Requests int
	Rate     float64       // requests a second
	P50, P99 time.Duration // from sending to the answer's end
	Own      time.Duration // CPU of the side itself for a request
	Postgres time.Duration // CPU of PostgreSQL for a request
}

func (f figures) cpu() time.Duration { return f.Own + f.Postgres }

// measureAll lets both sides run, and each operation load one after the other, round by round. Which of them begins
// changes with the round.
func measureAll(ctx context.Context, w *world, all []*operation, progress io.Writer) (err error) {
	var running [sides]*process
	for side := range sides {
		if running[side], err = w.start(ctx, side, w.cluster.URL()); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, running[side].stop()) }()
	}
	for round := range w.rounds {
		fmt.Fprintf(progress, "round %d of %d …\n", round+1, w.rounds)
		if err := w.measureRound(ctx, all, running, round); err != nil {
			return err
		}
	}
	return nil
}

func (w *world) measureRound(ctx context.Context, all []*operation, running [sides]*process, round int) error {
	for _, o := range all { // first of all, for it puts the server alone to work
		if o.Name == "unchanged" && !o.missing {
			if err := w.findTags(ctx, o, running[server].addr); err != nil {
				return err
			}
		}
	}
	for _, o := range all {
		for turn := range sides {
			side := (round + turn) % sides
			if o.missing && side == server {
				continue
			}
			f, err := w.measure(ctx, o, running[side])
			if err != nil {
				return fmt.Errorf("%s: %w", sideNames[side], err)
			}
			o.Runs[side] = append(o.Runs[side], f)
		}
	}
	return nil
}

// warmUp is the load before a run, as a part of its duration: the side was idle while the other ran, and its memory and the
// caches are cold.
const warmUp = 0.5

func (w *world) measure(ctx context.Context, o *operation, p *process) (figures, error) {
	connections := w.connections
	if o.few {
		connections = min(connections, 2*runtime.NumCPU())
	}
	l, err := newLoad(ctx, p.addr, connections, o)
	if err != nil {
		return figures{}, err
	}
	defer l.close()
	if _, _, err := l.run(ctx, time.Duration(warmUp*float64(w.duration()))); err != nil {
		return figures{}, err
	}
	before, err := w.cpuOf(p)
	if err != nil {
		return figures{}, err
	}
	took, elapsed, err := l.run(ctx, w.duration())
	if err != nil {
		return figures{}, err
	}
	after, err := w.cpuOf(p)
	if err != nil {
		return figures{}, err
	}
	n := len(took)
	if n == 0 {
		return figures{}, fmt.Errorf("%s: no request was left to be timed: give it more -users, or fewer -seconds", o.Name)
	}
	return figures{
		Requests: n, Rate: float64(n) / elapsed.Seconds(), P50: percentile(took, 50), P99: percentile(took, 99),
		Own: (after.own - before.own) / time.Duration(n), Postgres: (after.postgres - before.postgres) / time.Duration(n),
	}, w.exec(ctx, o.reset...)
}

// times are CPU times so far.
type times struct{ own, postgres time.Duration }

func (w *world) cpuOf(p *process) (t times, err error) {
	if t.own, err = processCPU(p.cmd.Process.Pid); err != nil {
		return t, err
	}
	t.postgres, err = postgresCPU(w.postmaster)
	return t, err
}

// median of what a run came to, over the rounds; none: zero.
func median[T cmp.Ordered](runs []figures, of func(figures) T) T {
	var zero T
	if len(runs) == 0 {
		return zero
	}
	values := make([]T, 0, len(runs))
	for _, f := range runs {
		values = append(values, of(f))
	}
	return middle(values)
}

// middle is the median of at least one value, which it sorts.
func middle[T cmp.Ordered](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

// ratio is how many times the floor's CPU, or share of its rate, the server has: the median of the rounds, whose runs had
// the most in common. false: there is none.
func (o *operation) ratio() (float64, bool) {
	ratios := make([]float64, 0, len(o.Runs[server]))
	for i, s := range o.Runs[server] {
		f := o.Runs[floor][i]
		switch {
		case o.ByRate && f.Rate > 0:
			ratios = append(ratios, s.Rate/f.Rate)
		case !o.ByRate && f.cpu() > 0:
			ratios = append(ratios, float64(s.cpu())/float64(f.cpu()))
		}
	}
	if len(ratios) == 0 {
		return 0, false
	}
	return middle(ratios), true
}

// met tells whether the target is.
func (o *operation) met(ratio float64) bool {
	if o.ByRate {
		return ratio >= o.Limit
	}
	return ratio <= o.Limit
}
