package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"regexp"
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

// comparedResponses is how many responses of each operation are compared.
const comparedResponses = 5

// compareResponses returns an error unless both sides respond to every operation with the expected status and the same body.
func (x *comparison) compareResponses(ctx context.Context) error {
	ofServer, err := x.server.responses(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", x.server.name, err)
	}
	ofOther, err := x.other.responses(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", x.other.name, err)
	}
	for i, o := range x.server.ops {
		for n := range ofServer[i] {
			if err := o.compareBodies(ofServer[i][n].body, ofOther[i][n].body); err != nil {
				return err
			}
		}
		x.server.ops[i].bytes = len(ofServer[i][0].body)
	}
	return nil
}

// responses returns the first responses of every operation.
func (s *side) responses(ctx context.Context) (all [][]response, err error) {
	stop, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	c, err := dial(ctx, s.running.addr)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close() //nolint:errcheck // nothing is pending
	for _, o := range s.ops {
		if err := s.testbed.updateTags(ctx, o, s.running.addr); err != nil {
			return nil, err
		}
		var of []response
		for i := range comparedResponses {
			next, ok := o.at(i)
			if !ok {
				return nil, fmt.Errorf("%s: too few requests: use more -users or -recipes", o.Name)
			}
			r, err := c.roundTrip(next)
			if err == nil && r.status != o.status {
				err = fmt.Errorf("status %d instead of %d: %s", r.status, o.status, r.body)
			}
			if err = errors.Join(err, s.testbed.checkTokens(r)); err != nil {
				return nil, fmt.Errorf("%s: %w", o.Name, err)
			}
			of = append(of, r)
		}
		all = append(all, of)
		if err := s.testbed.exec(ctx, o.reset...); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// scaledMembers matches the members that only the server's responses have.
var scaledMembers = regexp.MustCompile(`,"scaled":\{"text":"(?:[^"\\]|\\.)*","amounts":\[[^\]]*\]\}|,"scaling":\{[^}]*\}`)

// volatileMembers matches the members that differ between responses.
var volatileMembers = regexp.MustCompile(`("id":)\d+|("added_date":)"[^"]*"|("access":)"[^"]*"`)

// compareBodies returns an error unless two bodies are the same bytes, or at least the same JSON.
func (o *operation) compareBodies(ofServer, ofOther []byte) error {
	a, b := ofServer, ofOther
	if o.scaled {
		b = scaledMembers.ReplaceAll(b, nil)
		a = scaledMembers.ReplaceAll(a, nil)
	}
	if o.volatile {
		a, b = volatileMembers.ReplaceAll(a, []byte("$1$2${3}0")), volatileMembers.ReplaceAll(b, []byte("$1$2${3}0"))
	}
	if bytes.Equal(a, b) {
		return nil
	}
	var valueA, valueB any
	if err := errors.Join(json.Unmarshal(a, &valueA), json.Unmarshal(b, &valueB)); err != nil {
		return fmt.Errorf("%s: %w", o.Name, err)
	}
	if !reflect.DeepEqual(valueA, valueB) {
		return fmt.Errorf("%s: the responses differ:\n%.2000s\n%.2000s", o.Name, a, b)
	}
	return nil
}

// checkTokens returns an error if a response has tokens that the other side would reject.
func (b *testbed) checkTokens(r response) error {
	cookies := (&http.Response{Header: r.header}).Cookies()
	if len(cookies) == 0 {
		return nil
	}
	var body struct{ Access string }
	if err := json.Unmarshal(r.body, &body); err != nil {
		return err
	}
	_, err := b.tokens.VerifyAccess(body.Access, time.Now())
	_, refreshErr := b.tokens.VerifyRefresh(cookies[0].Value, time.Now())
	return errors.Join(err, refreshErr)
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
