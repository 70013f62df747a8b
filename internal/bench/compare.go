package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"time"
)

// How many requests of an operation are sent before the counted ones, so that statements are prepared, and how many count.
// What counts is the least of them: both sides ask PostgreSQL now and then by themselves, and see whether connections that
// were idle for a second still work.
const (
	counted = 9
	before  = 4
)

// compareAll makes the operations, and sends some requests of each to both sides: the answers must be the same, or the
// floor would be none. What the sides say to PostgreSQL meanwhile is counted.
func compareAll(ctx context.Context, w *world) (all []*operation, err error) {
	if all, err = w.operations(ctx); err != nil {
		return nil, err
	}
	first := map[*operation][sides]answer{}
	for side := range sides {
		err := w.counting(ctx, side, func(c *counter, p *process) error {
			for _, o := range all {
				if o.Name == "unchanged" && side == server {
					if err := w.findTags(ctx, o, p.addr); err != nil {
						return err
					}
				}
				a, err := w.count(ctx, o, side, c, p)
				if err != nil {
					return fmt.Errorf("%s of the %s: %w", o.Name, sideNames[side], err)
				}
				both := first[o]
				both[side] = a
				first[o] = both
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, o := range all {
		o.Bytes = len(first[o][floor].body)
		if err := o.same(first[o][server], first[o][floor]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// counting runs one side through a counter.
func (w *world) counting(ctx context.Context, side int, do func(*counter, *process) error) (err error) {
	c, err := newCounter(ctx, filepath.Join(w.dir, sideNames[side]+".sockets"), w.cluster.URL())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	p, err := w.start(ctx, side, c.url)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	return do(c, p)
}

// count returns the first answer.
func (w *world) count(ctx context.Context, o *operation, side int, to *counter, p *process) (first answer, err error) {
	if o.missing && side == server {
		return answer{}, nil
	}
	c, err := dial(ctx, p.addr)
	if err != nil {
		return answer{}, err
	}
	defer c.conn.Close() //nolint:errcheck // nothing is pending
	var statements, trips []int64
	for i := range before + counted {
		statements0, trips0 := to.statements.Load(), to.trips.Load()
		next, ok := o.at(i)
		if !ok {
			return answer{}, errors.New("too few requests: give it more -users or -recipes")
		}
		a, err := c.ask(next)
		if err != nil {
			return answer{}, err
		}
		if a.status != o.status {
			return answer{}, fmt.Errorf("answered %d instead of %d: %s", a.status, o.status, a.body)
		}
		if i == 0 {
			first = a
			if err := w.checkTokens(a); err != nil {
				return answer{}, err
			}
		}
		if i >= before {
			statements, trips = append(statements, to.statements.Load()-statements0), append(trips, to.trips.Load()-trips0)
		}
	}
	o.Statements[side], o.RoundTrips[side] = slices.Min(statements), slices.Min(trips)
	return first, w.exec(ctx, o.reset...)
}

// changing are the members that differ from answer to answer.
var changing = regexp.MustCompile(`("id":)\d+|("added_date":)"[^"]*"|("access":)"[^"]*"`)

// same tells whether both sides answered the same bytes, or at least the same JSON.
func (o *operation) same(ofServer, ofFloor answer) error {
	a, b := ofServer.body, ofFloor.body
	if o.volatile {
		a, b = changing.ReplaceAll(a, []byte("$1$2${3}0")), changing.ReplaceAll(b, []byte("$1$2${3}0"))
	}
	if o.missing || bytes.Equal(a, b) {
		return nil
	}
	var valueA, valueB any
	if err := errors.Join(json.Unmarshal(a, &valueA), json.Unmarshal(b, &valueB)); err != nil {
		return fmt.Errorf("%s: %w", o.Name, err)
	}
	if !reflect.DeepEqual(valueA, valueB) {
		return fmt.Errorf("%s: server and floor don't answer the same:\n%.2000s\n%.2000s", o.Name, a, b)
	}
	return nil
}

// checkTokens fails if an answer has tokens that the other side wouldn't take.
func (w *world) checkTokens(a answer) error {
	cookies := (&http.Response{Header: a.header}).Cookies()
	if len(cookies) == 0 {
		return nil
	}
	var body struct{ Access string }
	if err := json.Unmarshal(a.body, &body); err != nil {
		return err
	}
	_, err := w.tokens.VerifyAccess(body.Access, time.Now())
	_, refreshErr := w.tokens.VerifyRefresh(cookies[0].Value, time.Now())
	return errors.Join(err, refreshErr)
}
