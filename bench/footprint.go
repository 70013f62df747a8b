package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// footprint is the memory, time and space that the server needs.
type footprint struct {
	idle   int64         // PSS in bytes after its start
	loaded int64         // maximum PSS in bytes under mixed load of [mixedConnections], without logins
	start  time.Duration // from the start to the first response, on an existing database; the median
	binary int64         // bytes
}

const mixedConnections = 64

func measureFootprint(ctx context.Context, s *side) (f footprint, err error) {
	info, err := os.Stat(s.binary)
	if err != nil {
		return f, err
	}
	f.binary = info.Size()
	took := make([]time.Duration, 0, s.testbed.starts)
	for range s.testbed.starts {
		p, err := s.testbed.start(ctx, s.binary)
		if err != nil {
			return f, err
		}
		took = append(took, p.ready)
		if err := p.stop(); err != nil {
			return f, err
		}
	}
	f.start = quantile(took, 0.5)

	p, err := s.testbed.start(ctx, s.binary)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if f.idle, err = proportionalMemory(p.cmd.Process.Pid); err != nil {
		return f, err
	}
	f.loaded, err = s.testbed.mixedLoad(ctx, s.ops, p)
	return f, err
}

// mixedLoad runs all operations at once, and returns the maximum PSS of the server in bytes.
func (b *testbed) mixedLoad(ctx context.Context, all []*operation, p *process) (maxPSS int64, err error) {
	loads, err := b.newMixedLoads(ctx, p, all)
	if err != nil {
		return 0, err
	}
	group, loading := errgroup.WithContext(ctx)
	for _, l := range loads {
		defer l.close()
		group.Go(func() error {
			_, _, err := l.run(loading, 5*b.duration())
			return err
		})
	}
	loaded := make(chan error, 1)
	go func() { loaded <- group.Wait() }()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for done := false; !done; {
		select {
		case err = <-loaded:
			done = true
		case <-ticker.C:
		}
		now, e := proportionalMemory(p.cmd.Process.Pid)
		maxPSS, err = max(maxPSS, now), errors.Join(err, e)
	}
	for _, l := range loads {
		err = errors.Join(err, b.exec(ctx, l.op.reset...))
	}
	return maxPSS, err
}

// newMixedLoads divides [mixedConnections] evenly among all operations except logins, which only wait for the processor.
func (b *testbed) newMixedLoads(ctx context.Context, p *process, all []*operation) ([]*load, error) {
	of := slices.DeleteFunc(slices.Clone(all), func(o *operation) bool { return o.Name == "login" })
	var loads []*load
	for i, o := range of {
		if o.Name == "refresh" {
			o = o.refreshOnce()
		}
		if err := b.updateTags(ctx, o, p.addr); err != nil {
			return nil, err
		}
		l, err := newLoad(ctx, p.addr, mixedConnections*(i+1)/len(of)-mixedConnections*i/len(of), o)
		if err != nil {
			return nil, err
		}
		l.mixed = true
		loads = append(loads, l)
	}
	return loads, nil
}
