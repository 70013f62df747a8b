package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"time"
)

// overload finds the load that saturates the server, and then offers less and more load.
type overload struct {
	testbed *testbed
	server  *process
	ops     map[string]*operation
	report  overloadReport
}

const (
	overloadConnections  = 1000 // more than may wait in the server
	saturatedConnections = 64   // for the closed loop that finds the maximum
	stormConnections     = 64   // for a storm
	saturatedRuns        = 3
	normalLoadShare      = 0.6 // the normal load during a storm, as a fraction of the maximum on half of the processors
)

// loadFactors are the loads, as multiples of the load that saturates the server.
var loadFactors = []float64{0.5, 0.75, 1, 1.5, 2, 3}

// normalMix has the number of requests of each operation in 20 requests.
var normalMix = []struct {
	name  string
	times int
}{{"get", 5}, {"unchanged", 3}, {"list", 2}, {"search", 2}, {"fridge", 2}, {"checklist", 2}, {"patch", 2}, {"create", 1}, {"refresh", 1}}

// runOverload measures how many requests the server serves under more load than it can serve.
func runOverload(ctx context.Context, c config, out, progress io.Writer) (err error) {
	b, err := newTestbed(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close(context.WithoutCancel(ctx))) }()
	o := &overload{testbed: b, ops: map[string]*operation{}, report: overloadReport{config: c, machine: describeMachine(ctx, b)}}
	if err := o.prepare(ctx); err != nil {
		return err
	}
	if err := o.onHalfOfCPUs(ctx, func() error { return o.measureSteps(ctx, progress) }); err != nil {
		return err
	}
	if err := o.withServer(ctx, func() error { return o.measureStorms(ctx, progress) }); err != nil {
		return err
	}
	text := o.report.markdown()
	if _, err := io.WriteString(out, text); err != nil || c.out == "" {
		return err
	}
	return errors.Join(writeFile(c.out, "overload.md", text), writeFile(c.out, "overload.svg", o.report.chart()))
}

// onHalfOfCPUs calls measure while the server and PostgreSQL run on half of the processors, and the load on the others. If they shared
// processors, more load would take more CPU time from the server.
func (o *overload) onHalfOfCPUs(ctx context.Context, measure func() error) (err error) {
	self, all := os.Getpid(), runtime.NumCPU()
	half := max(1, all/2)
	defer func() { err = errors.Join(err, pin(self, 0, all), pin(o.testbed.postmaster, 0, all)) }()
	if err := errors.Join(pin(self, 0, half), pin(o.testbed.postmaster, 0, half)); err != nil { // the server inherits it
		return err
	}
	return o.withServer(ctx, func() error { return errors.Join(pin(self, all-half, all), measure()) })
}

// withServer calls measure while the server runs.
func (o *overload) withServer(ctx context.Context, measure func() error) (err error) {
	if o.server, err = o.testbed.start(ctx, o.testbed.server); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.server.stop()) }()
	return measure()
}

func (o *overload) prepare(ctx context.Context) error {
	all, err := o.testbed.operations(ctx)
	if err != nil {
		return err
	}
	for _, op := range all {
		if op.Name == "refresh" {
			op = op.refreshOnce()
		}
		o.ops[op.Name] = op
	}
	return nil
}

// mix returns the normal operations, evenly mixed, without some of them.
func (o *overload) mix(without ...string) (mix []*operation) {
	for turn := range normalMix[0].times {
		for _, e := range normalMix {
			if turn < e.times && !slices.Contains(without, e.name) {
				mix = append(mix, o.ops[e.name])
			}
		}
	}
	return mix
}

func (o *overload) measureSteps(ctx context.Context, progress io.Writer) error {
	r := &o.report
	for range saturatedRuns {
		fmt.Fprintln(progress, "looking for the maximum …")
		full, err := o.run(ctx, &openLoop{mix: o.mix()}, saturatedConnections)
		if err != nil {
			return err
		}
		if r.maximum.elapsed == 0 || full.goodput() > r.maximum.goodput() {
			r.maximum = full
		}
	}
	for _, times := range loadFactors {
		fmt.Fprintf(progress, "%g times the maximum …\n", times)
		got, err := o.run(ctx, &openLoop{mix: o.mix(), rate: times * r.maximum.goodput()}, overloadConnections)
		if err != nil {
			return err
		}
		r.steps = append(r.steps, step{times, got})
	}
	return nil
}

// cpuUsage is the CPU time of each side.
type cpuUsage struct{ server, postgres, load time.Duration }

func (o *overload) cpuUsage() (u cpuUsage, err error) {
	t, err := o.testbed.cpuOf(o.server)
	if err != nil {
		return u, err
	}
	u.server, u.postgres = t.program, t.postgres
	u.load, err = processCPU(os.Getpid())
	return u, err
}

// measuredOutcome is an outcome and the CPU time that it used.
type measuredOutcome struct {
	outcome
	cpuUsage
}

// cores returns a CPU time as a number of processors.
func (m *measuredOutcome) cores(d time.Duration) float64 { return d.Seconds() / m.elapsed.Seconds() }

// run runs a load over a number of connections, and resets the database.
func (o *overload) run(ctx context.Context, l *openLoop, connections int) (m measuredOutcome, err error) {
	if err := o.testbed.updateTags(ctx, o.ops["unchanged"], o.server.addr); err != nil {
		return m, err
	}
	for _, op := range l.mix {
		op.sent.Store(0)
	}
	if l.clients, err = dialAll(ctx, o.server.addr, connections); err != nil {
		return m, err
	}
	defer l.close()
	before, err := o.cpuUsage()
	if err != nil {
		return m, err
	}
	if m.outcome, err = l.run(ctx, o.testbed.overload); err != nil {
		return m, err
	}
	after, err := o.cpuUsage()
	m.cpuUsage = cpuUsage{after.server - before.server, after.postgres - before.postgres, after.load - before.load}
	for _, op := range o.ops {
		err = errors.Join(err, o.testbed.exec(ctx, op.reset...))
	}
	return m, err
}

func dialAll(ctx context.Context, addr string, connections int) (all []*client, err error) {
	for range connections {
		c, err := dial(ctx, addr)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
