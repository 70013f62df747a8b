package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// footprint is what the server takes by itself.
type footprint struct {
	Idle   int64         // PSS in bytes after its start
	Loaded int64         // the most PSS in bytes under mixed load of [mixedConnections], logins excepted
	Start  time.Duration // from the start to the first answer, on an existing database; the median
	Binary int64         // bytes
}

const mixedConnections = 64

func measureFootprint(ctx context.Context, w *world, all []*operation) (f footprint, err error) {
	info, err := os.Stat(w.binaries[server])
	if err != nil {
		return f, err
	}
	f.Binary = info.Size()
	took := make([]time.Duration, 0, w.starts)
	for range w.starts {
		p, err := w.start(ctx, server, w.cluster.URL())
		if err != nil {
			return f, err
		}
		took = append(took, p.ready)
		if err := p.stop(); err != nil {
			return f, err
		}
	}
	f.Start = middle(took)

	p, err := w.start(ctx, server, w.cluster.URL())
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if f.Idle, err = proportionalMemory(p.cmd.Process.Pid); err != nil {
		return f, err
	}
	f.Loaded, err = w.mixedLoad(ctx, all, p)
	return f, err
}

// mixedLoad sends the operations all at once, each over as many connections as the others, and returns the most memory that
// the server took meanwhile.
func (w *world) mixedLoad(ctx context.Context, all []*operation, p *process) (most int64, err error) {
	mixed := slices.DeleteFunc(slices.Clone(all), func(o *operation) bool { return o.missing || o.Name == "login" })
	if len(mixed) == 0 {
		return 0, nil
	}
	group, loading := errgroup.WithContext(ctx)
	for i, o := range mixed {
		connections := mixedConnections * (i + 1) / len(mixed)
		l, err := newLoad(ctx, p.addr, connections-mixedConnections*i/len(mixed), o)
		if err != nil {
			return 0, err
		}
		defer l.close()
		group.Go(func() error {
			_, _, err := l.run(loading, 5*w.duration())
			return err
		})
	}
	loaded := make(chan error, 1)
	go func() { loaded <- group.Wait() }()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for over := false; !over; {
		select {
		case err = <-loaded:
			over = true
		case <-again.C:
		}
		now, e := proportionalMemory(p.cmd.Process.Pid)
		most, err = max(most, now), errors.Join(err, e)
	}
	for _, o := range mixed {
		err = errors.Join(err, w.exec(ctx, o.reset...))
	}
	return most, err
}
