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

	mixed    bool                   // others write meanwhile
	tolerant bool                   // an answer of another status than the operation's is counted, and the load goes on
	wrong    atomic.Int64           // such answers
	first    atomic.Pointer[string] // what the first of them was
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

// run sends requests until the time is over or, where each may be sent only once, none is left. It returns how long each
// took, ascending, and fails with the first answer of another status than the operation's.
func (l *load) run(ctx context.Context, d time.Duration) (took []time.Duration, elapsed time.Duration, err error) {
	begin := time.Now()
	end := begin.Add(d)
	each := make([][]time.Duration, len(l.clients))
	group, ctx := errgroup.WithContext(ctx)
	for i, c := range l.clients {
		if err := c.conn.SetDeadline(end.Add(patience)); err != nil {
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
	for last := time.Now(); last.Before(end) && ctx.Err() == nil; {
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

// check fails if a status is not the operation's, or counts it where the load is tolerant.
func (l *load) check(status int) error {
	if status == l.op.status || l.mixed && status == l.op.also {
		return nil
	}
	err := fmt.Errorf("%s: answered %d instead of %d", l.op.Name, status, l.op.status)
	if !l.tolerant {
		return err
	}
	text := " One: " + err.Error() + "."
	l.first.CompareAndSwap(nil, &text)
	l.wrong.Add(1)
	return nil
}

// percentile of ascending durations; none: 0.
func percentile(took []time.Duration, p int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	return took[(len(took)-1)*p/100]
}
