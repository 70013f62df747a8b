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

// scaleLimit is how much more a request may cost at the largest size than at the smallest.
const scaleLimit = 1.3

// scaleReport is what came of the same requests at several sizes.
type scaleReport struct {
	machine   machine
	config    config
	sizes     []size
	users     []scaled // at each number of users
	recipes   []int    // of the libraries
	libraries []scaled // at each number of recipes of one user
}

// size is a database of a number of users.
type size struct {
	users  int
	loaded time.Duration // how long it took to fill
	bytes  int64         // what it takes on the disk
}

// scaled is an operation with its runs at each size, the smallest first.
type scaled struct {
	title string
	whole bool // it answers all recipes of a library, and costs as many times as much
	runs  [][]figures
}

// runScale measures the server at several numbers of users, each with its own PostgreSQL, in turn; and for users with small
// and large libraries.
func runScale(ctx context.Context, c config, out, progress io.Writer) (err error) {
	users, err := numbers(c.scale)
	if err != nil {
		return fmt.Errorf("-scale: %w", err)
	}
	libraries, err := numbers(c.sizes)
	if err != nil {
		return fmt.Errorf("-libraries: %w", err)
	}
	if least := 4 * c.connections; c.cooksAt(users[0]) < least { // else one session is refreshed twice at once
		return fmt.Errorf("-scale and -active must be at least 4 × -connections: %d", least)
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

// numbers reads positive numbers separated by commas and puts them in ascending order.
func numbers(text string) ([]int, error) {
	var all []int
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(word))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is no positive number: write them like 1000,1000000", word)
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return all, nil
}

// scale is one world for each number of users, with a server on it. The first also has the libraries.
type scale struct {
	config
	libraries []int
	sizes     []size
	worlds    []*world
	servers   []*process
	perUsers  [][]*operation // for each world
	perSize   [][]*operation // for each size of a library
}

func (s *scale) add(ctx context.Context, users int) error {
	c := s.config
	c.users, c.portions, c.alone = users, small, true
	if len(s.worlds) > 0 {
		c.server = s.worlds[0].binaries[server]
	} else {
		for _, recipes := range s.libraries {
			c.libraries = append(c.libraries, slices.Repeat([]int{recipes}, owners)...)
		}
	}
	begin := time.Now()
	w, err := newWorld(ctx, c)
	if err != nil {
		return err
	}
	s.worlds = append(s.worlds, w)
	done := size{users: users, loaded: time.Since(begin)}
	if err := w.admin.QueryRow(ctx, `select pg_database_size(current_database())`).Scan(&done.bytes); err != nil {
		return err
	}
	s.sizes = append(s.sizes, done)
	return nil
}

// prepare starts the servers, makes the requests, and sends each of them once.
func (s *scale) prepare(ctx context.Context) error {
	for i, w := range s.worlds {
		p, err := w.start(ctx, server, w.cluster.URL())
		if err != nil {
			return err
		}
		s.servers = append(s.servers, p)
		all, err := w.operations(ctx)
		if err != nil {
			return err
		}
		all = slices.DeleteFunc(all, func(o *operation) bool { return o.Name == "search-large" }) // here, libraries are apart
		for _, o := range all {
			if o.Name == "unchanged" {
				if err := w.findTags(ctx, o, p.addr); err != nil {
					return err
				}
			}
			if err := w.warm(ctx, o, p); err != nil {
				return err
			}
		}
		s.perUsers = append(s.perUsers, slices.DeleteFunc(all, func(o *operation) bool { return o.missing }))
		if i > 0 {
			continue
		}
		if s.perSize, err = w.libraryOperations(ctx, s.libraries); err != nil {
			return err
		}
		for _, o := range slices.Concat(s.perSize...) {
			if err := w.warm(ctx, o, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// warm sends every request once, except where caches make no difference.
func (w *world) warm(ctx context.Context, o *operation, p *process) error {
	if o.Name == "login" || o.missing {
		return nil
	}
	once := &operation{Name: o.Name, status: o.status, requests: o.requests, once: true}
	l, err := newLoad(ctx, p.addr, w.connections, once)
	if err != nil {
		return err
	}
	defer l.close()
	if _, _, err := l.run(ctx, patience/2); err != nil {
		return err
	}
	return w.exec(ctx, o.reset...)
}

// round runs every operation at every size; which begins changes with the round.
func (s *scale) round(ctx context.Context, round int) error {
	for i := range s.perUsers[0] {
		for turn := range s.worlds {
			at := (round + turn) % len(s.worlds)
			if err := s.measure(ctx, at, s.perUsers[at][i]); err != nil {
				return err
			}
		}
	}
	for i := range s.perSize[0] {
		for turn := range s.perSize {
			if err := s.measure(ctx, 0, s.perSize[(round+turn)%len(s.perSize)][i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *scale) measure(ctx context.Context, at int, o *operation) error {
	if o.Name == "unchanged" {
		if err := s.worlds[at].findTags(ctx, o, s.servers[at].addr); err != nil {
			return err
		}
	}
	f, err := s.worlds[at].measure(ctx, o, s.servers[at])
	o.Runs[server] = append(o.Runs[server], f)
	return err
}

func (s *scale) report(ctx context.Context) scaleReport {
	return scaleReport{
		machine: describeMachine(ctx, s.worlds[0]), config: s.config, sizes: s.sizes, recipes: s.libraries,
		users: together(s.perUsers), libraries: together(s.perSize),
	}
}

// together puts the runs of an operation at all sizes side by side.
func together(at [][]*operation) []scaled {
	all := make([]scaled, 0, len(at[0]))
	for i, o := range at[0] {
		one := scaled{title: o.Title, whole: o.whole}
		for _, ops := range at {
			one.runs = append(one.runs, ops[i].Runs[server])
		}
		all = append(all, one)
	}
	return all
}

func (s *scale) close(ctx context.Context) (err error) {
	for _, p := range s.servers {
		err = errors.Join(err, p.stop())
	}
	for _, w := range s.worlds {
		err = errors.Join(err, w.close(ctx))
	}
	return err
}
