package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// load is a number of connections that send the requests of an operation in turn.
type load struct {
	clients []*client
	op      *operation
	next    atomic.Int64 // index of the next request
	end     int64        // index at which a run ends; 0: none

	mixed      bool                   // other loads write at the same time
	tolerant   bool                   // responses with an unexpected status are counted and don't end the load
	wrong      atomic.Int64           // the number of these responses
	firstWrong atomic.Pointer[string] // the first of them
}

func newLoad(ctx context.Context, addr string, connections int, op *operation) (*load, error) {
	l := &load{op: op}
	for range connections {
		c, err := dial(ctx, addr)
		if err != nil {
			l.close()
			return nil, err
		}
		l.clients = append(l.clients, c)
	}
	return l, nil
}

func (l *load) close() {
	for _, c := range l.clients {
		_ = c.conn.Close() // nothing is pending
	}
}

// run sends requests until the time is over, at least one on each connection. If each request may be sent only once, it also ends when
// no request is left. It returns the time of each request, in ascending order.
//
// It returns an error at the first unexpected status, unless the load is tolerant.
func (l *load) run(ctx context.Context, d time.Duration) (took []time.Duration, elapsed time.Duration, err error) {
	begin := time.Now()
	end := begin.Add(d)
	each := make([][]time.Duration, len(l.clients))
	group, ctx := errgroup.WithContext(ctx)
	for i, c := range l.clients {
		if err := c.conn.SetDeadline(end.Add(ioTimeout)); err != nil {
			return nil, 0, err
		}
		group.Go(func() (err error) {
			each[i], err = l.work(ctx, c, end)
			return err
		})
	}
	err = group.Wait()
	elapsed = time.Since(begin)
	took = slices.Concat(each...)
	slices.Sort(took)
	return took, elapsed, err
}

func (l *load) work(ctx context.Context, c *client, end time.Time) (took []time.Duration, err error) {
	for last := time.Now(); (len(took) == 0 || last.Before(end)) && ctx.Err() == nil; {
		if l.end > 0 && l.next.Load() >= l.end {
			break
		}
		next, ok := l.op.at(int(l.next.Add(1)) - 1)
		if !ok {
			break
		}
		status, err := c.do(next, nil, io.Discard)
		if err != nil {
			return took, fmt.Errorf("%s: %w", l.op.Name, err)
		}
		if err := l.check(status); err != nil {
			return took, err
		}
		now := time.Now()
		took, last = append(took, now.Sub(last)), now
	}
	return took, ctx.Err()
}

// check returns an error for an unexpected status, or counts it if the load is tolerant.
func (l *load) check(status int) error {
	if status == l.op.status || l.mixed && status == l.op.otherStatus {
		return nil
	}
	err := fmt.Errorf("%s: status %d instead of %d", l.op.Name, status, l.op.status)
	if !l.tolerant {
		return err
	}
	text := " One: " + err.Error() + "."
	l.firstWrong.CompareAndSwap(nil, &text)
	l.wrong.Add(1)
	return nil
}

// percentile returns a percentile of ascending durations, or 0 if there are none.
func percentile(took []time.Duration, p int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	return took[(len(took)-1)*p/100]
}
