package main

import (
	"context"
	"errors"
	"os"
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
	loads, err := w.mixed(ctx, p, all)
	if err != nil {
		return 0, err
	}
	group, loading := errgroup.WithContext(ctx)
	for _, l := range loads {
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
	for _, l := range loads {
		err = errors.Join(err, w.exec(ctx, l.op.reset...))
	}
	return most, err
}

// mixed shares [mixedConnections] among all operations but logins, which only wait for the processor.
func (w *world) mixed(ctx context.Context, p *process, all []*operation) ([]*load, error) {
	var of []*operation
	for _, o := range all {
		if o.Name == "unchanged" {
			if err := w.findTags(ctx, o, p.addr); err != nil {
				return nil, err
			}
		}
		if o.Name != "login" && !o.missing {
			of = append(of, o)
		}
	}
	var loads []*load
	for i, o := range of {
		l, err := newLoad(ctx, p.addr, mixedConnections*(i+1)/len(of)-mixedConnections*i/len(of), o)
		if err != nil {
			return nil, err
		}
		l.mixed = true
		loads = append(loads, l)
	}
	return loads, nil
}
