package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A soak goes on in turns, between which what was written is deleted: so the database stays as it is, and what grows is
// the server.
const soakTurn = 5 * time.Second

// runSoak puts the server under mixed load for a long time, and says whether anything grew or went wrong.
func runSoak(ctx context.Context, c config, out, progress io.Writer) (err error) {
	c.libraries, c.portions, c.active, c.alone = []int{c.large}, usual, 0, true
	if c.profileAddr, err = freeAddress(ctx); err != nil {
		return err
	}
	fmt.Fprintln(progress, "building, starting PostgreSQL, seeding …")
	w, err := newWorld(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close(context.WithoutCancel(ctx))) }()
	p, err := w.start(ctx, server, w.cluster.URL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	s := &soak{world: w, server: p}
	if err := s.run(ctx, progress); err != nil {
		return err
	}
	text := s.report(ctx).markdown()
	if _, err := io.WriteString(out, text); err != nil || c.out == "" {
		return err
	}
	return writeFile(c.out, "soak.md", text)
}

// soak is a server under mixed load.
type soak struct {
	*world
	server   *process
	loads    []*load
	samples  []sample
	requests int
	took     time.Duration
}

func (s *soak) run(ctx context.Context, progress io.Writer) error {
	all, err := s.operations(ctx)
	if err != nil {
		return err
	}
	if s.loads, err = s.mixed(ctx, s.server, all); err != nil {
		return err
	}
	for _, l := range s.loads {
		defer l.close()
		l.tolerant = true
	}
	for begin := time.Now(); s.took < s.soak; s.took = time.Since(begin) {
		if err := s.turn(ctx, min(soakTurn, s.soak)); err != nil {
			return err
		}
		fmt.Fprintf(progress, "%s of %s …\n", time.Since(begin).Round(time.Second), s.soak)
	}
	return nil
}

func (s *soak) report(ctx context.Context) soakReport {
	r := soakReport{machine: describeMachine(ctx, s.world), config: s.config, took: s.took, samples: s.samples, requests: s.requests}
	for _, l := range s.loads {
		r.operations = append(r.operations, l.op.Title)
		if wrong := l.wrong.Load(); wrong > 0 {
			r.wrong += wrong
			r.firstWrong = *l.first.Load()
		}
	}
	return r
}

// turn runs all loads at once for a while, takes samples meanwhile, and puts the database back to what it was.
func (s *soak) turn(ctx context.Context, d time.Duration) error {
	for _, l := range s.loads {
		if l.op.once {
			l.next.Store(0)
		}
		if l.op.Name == "unchanged" {
			if err := s.findTags(ctx, l.op, s.server.addr); err != nil {
				return err
			}
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
	again := time.NewTicker(min(time.Second, d/2))
	defer again.Stop()
	var sampling error
	for {
		select {
		case err := <-loaded:
			for _, l := range s.loads {
				err = errors.Join(err, s.exec(ctx, l.op.reset...))
			}
			return errors.Join(err, sampling)
		case <-again.C:
			now, err := s.sample(ctx)
			s.samples, sampling = append(s.samples, now), errors.Join(sampling, err)
		}
	}
}
