package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// openLoop sends requests at scheduled times, even if earlier ones have no response yet. Times are measured from the schedule, so a
// request that waits for a connection counts as slow (no coordinated omission).
type openLoop struct {
	clients []*client
	mix     []*operation // request n belongs to the operation at n modulo the length
	rate    float64      // per second; 0: each connection sends its next request after a response (a closed loop)
	next    atomic.Int64
}

func (l *openLoop) close() {
	for _, c := range l.clients {
		_ = c.conn.Close() // nothing is pending
	}
}

// outcome is the result of a run.
type outcome struct {
	elapsed      time.Duration
	served       []time.Duration // ascending
	rejected     []time.Duration // 503 with Retry-After, ascending
	wrong        int             // all other responses
	wrongExample string
	unsent       int // requests that were due but not sent when the time was over
}

// goodput returns the number of served requests per second.
func (o *outcome) goodput() float64 { return float64(len(o.served)) / o.elapsed.Seconds() }

func (o *outcome) add(other outcome) {
	o.served, o.rejected = append(o.served, other.served...), append(o.rejected, other.rejected...)
	o.wrong += other.wrong
	if other.wrongExample != "" {
		o.wrongExample = other.wrongExample
	}
}

// tickOfLoad is the resolution of the schedule. All requests of a tick are due at the same time.
const tickOfLoad = time.Millisecond

// run sends requests for a time.
func (l *openLoop) run(ctx context.Context, d time.Duration) (all outcome, err error) {
	begin := time.Now()
	end := begin.Add(d)
	l.next.Store(0)
	each := make([]outcome, len(l.clients))
	group, ctx := errgroup.WithContext(ctx)
	for i, c := range l.clients {
		if err := c.conn.SetDeadline(end.Add(ioTimeout)); err != nil {
			return all, err
		}
		group.Go(func() error { return l.work(ctx, c, begin, end, &each[i]) })
	}
	err = group.Wait()
	all.elapsed = time.Since(begin)
	for _, one := range each {
		all.add(one)
	}
	slices.Sort(all.served)
	slices.Sort(all.rejected)
	if l.rate > 0 {
		all.unsent = max(0, int(l.rate*d.Seconds())-len(all.served)-len(all.rejected)-all.wrong)
	}
	return all, err
}

// due returns the time at which a request is due.
func (l *openLoop) due(begin time.Time, n int64) time.Time {
	if l.rate == 0 {
		return time.Now()
	}
	return begin.Add(time.Duration(float64(n) / l.rate * float64(time.Second)).Truncate(tickOfLoad))
}

func (l *openLoop) work(ctx context.Context, c *client, begin, end time.Time, o *outcome) error {
	for ctx.Err() == nil {
		n := l.next.Add(1) - 1
		due := l.due(begin, n)
		if due.After(end) || time.Now().After(end) {
			return nil
		}
		time.Sleep(time.Until(due))
		op, request := l.request(n)
		status, err := c.do(request, nil, io.Discard)
		if err != nil {
			return fmt.Errorf("%s: %w", op.Name, err)
		}
		took := time.Since(due)
		switch {
		case status == op.status, status == op.otherStatus:
			o.served = append(o.served, took)
		case status == http.StatusServiceUnavailable && c.retryAfter:
			o.rejected = append(o.rejected, took)
		default:
			o.wrong++
			o.wrongExample = fmt.Sprintf("%s: status %d instead of %d", op.Name, status, op.status)
		}
	}
	return ctx.Err()
}

// request returns request n, or the next one that can be sent: some can be sent only once.
func (l *openLoop) request(n int64) (*operation, []byte) {
	for ; ; n++ {
		op := l.mix[n%int64(len(l.mix))]
		if request, ok := op.at(int(op.sent.Add(1) - 1)); ok {
			return op, request
		}
	}
}
