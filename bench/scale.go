package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// scaleLimit is the maximum cost of a request at the largest size, as a multiple of that at the smallest.
const scaleLimit = 1.3

// scaleReport is the result of the same requests at several sizes.
type scaleReport struct {
	machine   machine
	config    config
	sizes     []size
	users     []scaled // results for each number of users
	recipes   []int    // the sizes of the libraries
	libraries []scaled // results for each number of recipes of one user
}

// size describes a database with a number of users.
type size struct {
	users  int
	loaded time.Duration // the time to fill it
	bytes  int64         // on disk
}

// scaled is an operation with its runs at each size, the smallest first.
type scaled struct {
	title        string
	wholeLibrary bool // it responds with all recipes of a library, so its cost grows with their number
	runs         [][]figures
}

// runScale measures the server in turn at several numbers of users, each with its own PostgreSQL, and for users with small and large
// libraries.
func runScale(ctx context.Context, c config, out, progress io.Writer) (err error) {
	users, err := numbers(c.scale)
	if err != nil {
		return fmt.Errorf("-scale: %w", err)
	}
	libraries, err := numbers(c.sizes)
	if err != nil {
		return fmt.Errorf("-libraries: %w", err)
	}
	if minimum := 4 * c.connections; c.sendersOf(users[0]) < minimum { // otherwise a session would be refreshed twice at once
		return fmt.Errorf("-scale and -active must be at least 4 × -connections: %d", minimum)
	}
	s := &scale{config: c, libraries: libraries}
	defer func() { err = errors.Join(err, s.close(context.WithoutCancel(ctx))) }()
	for _, n := range users {
		fmt.Fprintf(progress, "loading %d users …\n", n)
		if err := s.add(ctx, n); err != nil {
			return err
		}
		fmt.Fprintf(progress, "loaded in %s\n", s.sizes[len(s.sizes)-1].loaded.Round(time.Second))
	}
	fmt.Fprintln(progress, "filling caches …")
	if err := s.prepare(ctx); err != nil {
		return err
	}
	for round := range c.rounds {
		fmt.Fprintf(progress, "round %d of %d …\n", round+1, c.rounds)
		if err := s.round(ctx, round); err != nil {
			return err
		}
	}
	r := s.report(ctx)
	if _, err := io.WriteString(out, r.markdown()); err != nil || c.out == "" {
		return err
	}
	return writeFile(c.out, "scale.md", r.markdown())
}

// numbers parses positive numbers separated by commas, and returns them in ascending order.
func numbers(text string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not a positive number: write them like 1000,1000000", word)
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return all, nil
}

// scale has a testbed with a server for each number of users. The first one also has the libraries.
type scale struct {
	config
	libraries      []int
	sizes          []size
	testbeds       []*testbed
	servers        []*process
	perUsers       [][]*operation // for each testbed
	perLibrarySize [][]*operation // for each size of a library
}

func (s *scale) add(ctx context.Context, users int) error {
	c := s.config
	c.users, c.portions = users, smallPortions
	if len(s.testbeds) == 0 {
		for _, recipes := range s.libraries {
			c.libraries = append(c.libraries, slices.Repeat([]int{recipes}, ownersPerSize)...)
		}
	}
	begin := time.Now()
	b, err := newTestbed(ctx, c)
	if err != nil {
		return err
	}
	s.testbeds = append(s.testbeds, b)
	done := size{users: users, loaded: time.Since(begin)}
	if err := b.admin.QueryRow(ctx, `select pg_database_size(current_database())`).Scan(&done.bytes); err != nil {
		return err
	}
	s.sizes = append(s.sizes, done)
	return nil
}

// prepare starts the servers, creates the requests, and sends each of them once.
func (s *scale) prepare(ctx context.Context) error {
	for i, b := range s.testbeds {
		p, err := b.start(ctx, s.server)
		if err != nil {
			return err
		}
		s.servers = append(s.servers, p)
		all, err := b.operations(ctx)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(o *operation) bool { return o.Name == "search-large" }) // libraries have a separate table
		if err := b.warmUpCaches(ctx, all, p); err != nil {
			return err
		}
		s.perUsers = append(s.perUsers, all)
		if i > 0 {
			continue
		}
		if s.perLibrarySize, err = b.libraryOperations(ctx, s.libraries); err != nil {
			return err
		}
		if err := b.warmUpCaches(ctx, slices.Concat(s.perLibrarySize...), p); err != nil {
			return err
		}
	}
	return nil
}

// warmUpCaches sends every request once, except logins, which don't get faster with caches.
func (b *testbed) warmUpCaches(ctx context.Context, all []*operation, p *process) error {
	for _, o := range all {
		if o.Name == "login" {
			continue
		}
		if err := b.updateTags(ctx, o, p.addr); err != nil {
			return err
		}
		once := &operation{Name: o.Name, status: o.status, requests: o.requests, once: true}
		l, err := newLoad(ctx, p.addr, b.connections, once)
		if err != nil {
			return err
		}
		_, _, err = l.run(ctx, ioTimeout/2)
		l.close()
		if err := errors.Join(err, b.exec(ctx, o.reset...)); err != nil {
			return err
		}
	}
	return nil
}

// round runs every operation at every size. Each round begins with another size.
func (s *scale) round(ctx context.Context, round int) error {
	for i := range s.perUsers[0] {
		for turn := range s.testbeds {
			at := (round + turn) % len(s.testbeds)
			if err := s.measure(ctx, at, s.perUsers[at][i]); err != nil {
				return err
			}
		}
	}
	for i := range s.perLibrarySize[0] {
		for turn := range s.perLibrarySize {
			if err := s.measure(ctx, 0, s.perLibrarySize[(round+turn)%len(s.perLibrarySize)][i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scale) measure(ctx context.Context, at int, o *operation) error {
	if err := s.testbeds[at].updateTags(ctx, o, s.servers[at].addr); err != nil {
		return err
	}
	f, err := s.testbeds[at].measure(ctx, o, s.servers[at])
	o.runs = append(o.runs, f)
	return err
}

func (s *scale) report(ctx context.Context) scaleReport {
	return scaleReport{
		machine: describeMachine(ctx, s.testbeds[0]), config: s.config, sizes: s.sizes, recipes: s.libraries,
		users: byOperation(s.perUsers), libraries: byOperation(s.perLibrarySize),
	}
}

// byOperation groups the runs of each operation at all sizes.
func byOperation(at [][]*operation) []scaled {
	all := make([]scaled, 0, len(at[0]))
	for i, o := range at[0] {
		one := scaled{title: o.Title, wholeLibrary: o.wholeLibrary}
		for _, ops := range at {
			one.runs = append(one.runs, ops[i].runs)
		}
		all = append(all, one)
	}
	return all
}

func (s *scale) close(ctx context.Context) (err error) {
	for _, p := range s.servers {
		err = errors.Join(err, p.stop())
	}
	for _, b := range s.testbeds {
		err = errors.Join(err, b.close(ctx))
	}
	return err
}
