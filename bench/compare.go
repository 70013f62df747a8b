package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// side is one of the two programs that are compared.
type side struct {
	name    string
	binary  string
	testbed *testbed
	ops     []*operation
	running *process
}

// comparison is the server and the other side: the floor, on the same database, or an older server, on a separate database because its
// schema may differ.
type comparison struct {
	config
	server, other *side
}

// runCompare compares the server with another program and reports the ratios.
func runCompare(ctx context.Context, c config, name, binary string, out, progress io.Writer) (err error) {
	x, err := newComparison(ctx, c, name, binary)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.close(context.WithoutCancel(ctx))) }()
	fmt.Fprintln(progress, "comparing responses …")
	if err := x.compareResponses(ctx); err != nil {
		return err
	}
	r := report{machine: describeMachine(ctx, x.server.testbed), config: c, other: name}
	if c.old == "" {
		fmt.Fprintln(progress, "measuring memory and starts of the server alone …")
		if r.footprint, err = measureFootprint(ctx, x.server); err != nil {
			return err
		}
	}
	if err := x.measureRounds(ctx, progress); err != nil {
		return err
	}
	for i, o := range x.server.ops {
		r.pairs = append(r.pairs, pair{o, x.other.ops[i], c.old != ""})
	}
	if err := r.writeText(out); err != nil || c.out == "" {
		return err
	}
	return r.writeFiles(c.out)
}

func newComparison(ctx context.Context, c config, name, binary string) (_ *comparison, err error) {
	bed, err := newTestbed(ctx, c)
	if err != nil {
		return nil, err
	}
	x := &comparison{config: c, server: &side{name: "server", binary: c.server, testbed: bed}, other: &side{name: name, binary: binary, testbed: bed}}
	defer func() {
		if err != nil {
			err = errors.Join(err, x.close(context.WithoutCancel(ctx)))
		}
	}()
	if c.old != "" {
		c.server = c.old
		if x.other.testbed, err = newTestbed(ctx, c); err != nil {
			x.other.testbed = bed
			return nil, err
		}
	}
	for _, s := range []*side{x.server, x.other} {
		if s.ops, err = s.testbed.operations(ctx); err != nil {
			return nil, err
		}
	}
	return x, nil
}

func (x *comparison) close(ctx context.Context) error {
	err := x.server.testbed.close(ctx)
	if x.other.testbed != x.server.testbed {
		err = errors.Join(err, x.other.testbed.close(ctx))
	}
	return err
}

// start runs the program of a side until stop is called.
func (s *side) start(ctx context.Context) (stop func() error, err error) {
	s.running, err = s.testbed.start(ctx, s.binary)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	return s.running.stop, nil
}

// measureRounds runs both sides, and in each round loads one after the other with each operation. The sides take turns in beginning.
func (x *comparison) measureRounds(ctx context.Context, progress io.Writer) (err error) {
	sides := []*side{x.server, x.other}
	for _, s := range sides {
		stop, err := s.start(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	for round := range x.rounds {
		fmt.Fprintf(progress, "round %d of %d …\n", round+1, x.rounds)
		for i := range x.server.ops {
			for turn := range sides {
				if err := sides[(round+turn)%len(sides)].measure(ctx, i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// quietTime is a bit longer than the time without other requests after which the server hashes passwords on all processors. The
// target of logins is about logins alone.
const quietTime = 1200 * time.Millisecond

// measure runs the operation at index i, and adds the result to its runs.
func (s *side) measure(ctx context.Context, i int) error {
	o := s.ops[i]
	if err := s.testbed.updateTags(ctx, o, s.running.addr); err != nil {
		return err
	}
	if o.ByRate {
		time.Sleep(quietTime)
	}
	f, err := s.testbed.measure(ctx, o, s.running)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	o.runs = append(o.runs, f)
	return nil
}
