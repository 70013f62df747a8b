package main

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// figures are the result of one run of an operation.
type figures struct {
	requests int
	rate     float64       // requests per second
	p50, p99 time.Duration // from sending a request to the end of its response
	program  time.Duration // CPU time of the program for a request
	postgres time.Duration // CPU time of PostgreSQL for a request
}

func (f figures) cpu() time.Duration { return f.program + f.postgres }

// warmUp is the duration of the load before a run, as a fraction of the run. While the other side ran, this one was idle, so its caches
// are cold.
const warmUp = 0.5

// measure runs an operation once on a program of the testbed.
func (b *testbed) measure(ctx context.Context, o *operation, p *process) (figures, error) {
	connections := b.connections
	if o.fewConnections {
		connections = min(connections, 2*runtime.NumCPU())
	}
	l, err := newLoad(ctx, p.addr, connections, o)
	if err != nil {
		return figures{}, err
	}
	defer l.close()
	if o.once {
		l.end = int64(len(o.requests) / 3) // leaves enough requests for the measurement
	}
	if _, _, err := l.run(ctx, time.Duration(warmUp*float64(b.duration()))); err != nil {
		return figures{}, err
	}
	l.end = 0
	before, err := b.cpuOf(p)
	if err != nil {
		return figures{}, err
	}
	took, elapsed, err := l.run(ctx, b.duration())
	if err != nil {
		return figures{}, err
	}
	after, err := b.cpuOf(p)
	if err != nil {
		return figures{}, err
	}
	n := len(took)
	if n == 0 {
		return figures{}, fmt.Errorf("%s: no request was left to be timed: use more -users, or fewer -seconds", o.Name)
	}
	return figures{
		requests: n, rate: float64(n) / elapsed.Seconds(), p50: percentile(took, 50), p99: percentile(took, 99),
		program: (after.program - before.program) / time.Duration(n), postgres: (after.postgres - before.postgres) / time.Duration(n),
	}, b.exec(ctx, o.reset...)
}

// cpuTimes are CPU times so far.
type cpuTimes struct{ program, postgres time.Duration }

func (b *testbed) cpuOf(p *process) (t cpuTimes, err error) {
	if t.program, err = processCPU(p.cmd.Process.Pid); err != nil {
		return t, err
	}
	t.postgres, err = postgresCPU(b.postmaster)
	return t, err
}

// median returns the median of one figure over at least one run.
func median[T cmp.Ordered](runs []figures, of func(figures) T) T {
	values := make([]T, 0, len(runs))
	for _, f := range runs {
		values = append(values, of(f))
	}
	return quantile(values, 0.5)
}

// quantile returns a quantile (share is from 0 to 1) of at least one value. It sorts the values.
func quantile[T cmp.Ordered](values []T, share float64) T {
	slices.Sort(values)
	return values[int(share*float64(len(values)-1)+0.5)]
}
