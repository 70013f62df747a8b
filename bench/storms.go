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
	without []string // operations that the everyday load leaves out
}

var storms = []storm{
	{title: "nothing else"},
	{title: "64 connections search in 10,000 recipes of one user", op: "search-large"},
	{title: "64 connections log in", op: "login"},
	{title: "64 connections read a locked table", op: "fridge", lock: "fridge_items", without: []string{"fridge"}},
}

// disturbed has the outcomes of the everyday load during a storm, and of the storm.
type disturbed struct {
	storm
	others measured
	own    outcome
}

// disturb runs the everyday load during a storm.
func (o *overload) disturb(ctx context.Context, s storm, rate float64) (d disturbed, err error) {
	d.storm = s
	if s.lock != "" {
		locker, err := pgx.Connect(ctx, o.bed.cluster.URL())
		if err != nil {
			return d, err
		}
		defer locker.Close(context.WithoutCancel(ctx)) //nolint:errcheck // PostgreSQL unlocks the table
		if _, err := locker.Exec(ctx, "begin; lock table "+s.lock); err != nil {
			return d, err
		}
	}
	group, storming := errgroup.WithContext(ctx)
	if s.op != "" {
		own := &openLoop{mix: []*operation{o.ops[s.op]}}
		if own.clients, err = dialAll(ctx, o.server.addr, stormConnections); err != nil {
			return d, err
		}
		defer own.close()
		group.Go(func() (err error) { d.own, err = own.run(storming, o.bed.overload); return err })
	}
	d.others, err = o.run(ctx, &openLoop{mix: o.mix(s.without...), rate: rate}, overloadConnections)
	return d, errors.Join(err, group.Wait())
}

func (o *overload) measureStorms(ctx context.Context, progress io.Writer) error {
	r := &o.report
	for _, s := range storms {
		fmt.Fprintln(progress, s.title, "…")
		got, err := o.disturb(ctx, s, calm*r.maximum.goodput())
		if err != nil {
			return err
		}
		r.storms = append(r.storms, got)
	}
	return nil
}
