package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"time"
)

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
