package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ocipe/ocipe/internal/freeport"
)

// soakTurn is how long the load runs before everything that it has written is deleted. So the database stays the same, and only the
// server can grow.
const soakTurn = 5 * time.Second

// soak is a server under mixed load for a long time.
type soak struct {
	testbed  *testbed
	server   *process
	loads    []*load
	samples  []sample
	requests int
	took     time.Duration
}

// runSoak runs the server under mixed load for a long time, and reports growth and unexpected responses.
func runSoak(ctx context.Context, c config, out, progress io.Writer) (err error) {
	if c.profileAddr, err = freeport.Address(ctx); err != nil {
		return err
	}
	b, err := newTestbed(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close(context.WithoutCancel(ctx))) }()
	p, err := b.start(ctx, c.server)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	s := &soak{testbed: b, server: p}
	if err := s.run(ctx, progress); err != nil {
		return err
	}
	text := s.report(ctx).markdown()
	if _, err := io.WriteString(out, text); err != nil || c.out == "" {
		return err
	}
	return writeFile(c.out, "soak.md", text)
}

func (s *soak) run(ctx context.Context, progress io.Writer) error {
	all, err := s.testbed.operations(ctx)
	if err != nil {
		return err
	}
	if s.loads, err = s.testbed.newMixedLoads(ctx, s.server, all); err != nil {
		return err
	}
	for _, l := range s.loads {
		defer l.close()
		l.tolerant = true
	}
	duration := s.testbed.soak
	for begin := time.Now(); s.took < duration; s.took = time.Since(begin) {
		if err := s.turn(ctx, min(soakTurn, duration)); err != nil {
			return err
		}
		fmt.Fprintf(progress, "%s of %s …\n", time.Since(begin).Round(time.Second), duration)
	}
	return nil
}

func (s *soak) report(ctx context.Context) soakReport {
	r := soakReport{machine: describeMachine(ctx, s.testbed), config: s.testbed.config, took: s.took, samples: s.samples, requests: s.requests}
	for _, l := range s.loads {
		r.operations = append(r.operations, l.op.Title)
		if wrong := l.wrong.Load(); wrong > 0 {
			r.wrong += wrong
			r.firstWrong = *l.firstWrong.Load()
		}
	}
	return r
}

// turn runs all loads at once and takes samples. Then it resets the database.
func (s *soak) turn(ctx context.Context, d time.Duration) error {
	for _, l := range s.loads {
		if l.op.once {
			l.next.Store(0)
		}
		if err := s.testbed.updateTags(ctx, l.op, s.server.addr); err != nil {
			return err
		}
	}
	group, loading := errgroup.WithContext(ctx)
	var count sync.Mutex
	for _, l := range s.loads {
		group.Go(func() error {
			took, _, err := l.run(loading, d)
			count.Lock()
			defer count.Unlock()
			s.requests += len(took)
			return err
		})
	}
	loaded := make(chan error, 1)
	go func() { loaded <- group.Wait() }()
	ticker := time.NewTicker(min(time.Second, d/2))
	defer ticker.Stop()
	var sampling error
	for {
		select {
		case err := <-loaded:
			for _, l := range s.loads {
				err = errors.Join(err, s.testbed.exec(ctx, l.op.reset...))
			}
			return errors.Join(err, sampling)
		case <-ticker.C:
			now, err := s.sample(ctx)
			s.samples, sampling = append(s.samples, now), errors.Join(sampling, err)
		}
	}
}
