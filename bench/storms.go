package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// storm is a load or a lock that must not take the resources that other requests need.
type storm struct {
	title   string
	op      string   // an operation that is sent without a pause; empty: none
	lock    string   // a table that is locked during the storm; empty: none
	without []string // operations that the normal load leaves out
}

var storms = []storm{
	{title: "nothing else"},
	{title: "64 connections search in 10,000 recipes of one user", op: "search-large"},
	{title: "64 connections log in", op: "login"},
	{title: "64 connections read a locked table", op: "fridge", lock: "fridge_items", without: []string{"fridge"}},
}

// stormResult has the outcomes of the normal load during a storm, and of the storm.
type stormResult struct {
	storm
	normalOutcome measuredOutcome
	stormOutcome  outcome
}

// runStorm runs the normal load during a storm.
func (o *overload) runStorm(ctx context.Context, s storm, rate float64) (d stormResult, err error) {
	d.storm = s
	if s.lock != "" {
		locker, err := pgx.Connect(ctx, o.testbed.cluster.URL())
		if err != nil {
			return d, err
		}
		defer locker.Close(context.WithoutCancel(ctx)) //nolint:errcheck // PostgreSQL unlocks the table
		if _, err := locker.Exec(ctx, "begin; lock table "+s.lock); err != nil {
			return d, err
		}
	}
	group, stormCtx := errgroup.WithContext(ctx)
	if s.op != "" {
		stormLoop := &openLoop{mix: []*operation{o.ops[s.op]}}
		if stormLoop.clients, err = dialAll(ctx, o.server.addr, stormConnections); err != nil {
			return d, err
		}
		defer stormLoop.close()
		group.Go(func() (err error) { d.stormOutcome, err = stormLoop.run(stormCtx, o.testbed.overload); return err })
	}
	d.normalOutcome, err = o.run(ctx, &openLoop{mix: o.mix(s.without...), rate: rate}, overloadConnections)
	return d, errors.Join(err, group.Wait())
}

func (o *overload) measureStorms(ctx context.Context, progress io.Writer) error {
	r := &o.report
	for _, s := range storms {
		fmt.Fprintln(progress, s.title, "…")
		got, err := o.runStorm(ctx, s, normalLoadShare*r.maximum.goodput())
		if err != nil {
			return err
		}
		r.storms = append(r.storms, got)
	}
	return nil
}
