package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// profile puts the server alone under the load of the operation that -only names, takes a profile of its CPU time and one of
// its allocations, and prints the top of both, for a request. They stay in the folder of -out, or in a new one.
func profile(ctx context.Context, w *world, out, progress io.Writer) (err error) {
	o, err := w.operationCalled(ctx, w.only)
	if err != nil {
		return err
	}
	dir := w.out
	if dir == "" {
		if dir, err = os.MkdirTemp("", "ocipe-profile-"); err != nil {
			return err
		}
	}
	cpu, allocs := filepath.Join(dir, "cpu.pprof"), filepath.Join(dir, "allocs.pprof")
	fmt.Fprintf(progress, "profiling %s for %.0f s …\n", o.Title, w.profileSeconds())
	requests, err := w.profileServer(ctx, o, cpu, allocs)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s, %d requests. All figures are for one request.\n\n", o.Title, requests)
	if err := top(ctx, out, cpu, requests, "-unit=us"); err != nil {
		return err
	}
	fmt.Fprintln(out)
	if err := top(ctx, out, allocs, requests, "-sample_index=alloc_objects"); err != nil {
		return err
	}
	const open = "go tool pprof -http=127.0.0.1:0 -source_path=. -trim_path=github.com/ocipe/ocipe"
	fmt.Fprintf(out, "\nTo look around in a browser, with the source:\n  %s %s\n  %s %s\n", open, cpu, open, allocs)
	return nil
}

// profileServer starts the server, warms it up and takes its profiles. It returns how many requests they are of.
func (w *world) profileServer(ctx context.Context, o *operation, cpu, allocs string) (requests int, err error) {
	if w.profileAddr, err = freeAddress(ctx); err != nil {
		return 0, err
	}
	p, err := w.start(ctx, server, w.cluster.URL())
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if o.Name == "unchanged" {
		if err := w.findTags(ctx, o, p.addr); err != nil {
			return 0, err
		}
		if o.missing {
			return 0, fmt.Errorf("%s: %s", o.Title, o.Note)
		}
	}
	if _, err := w.measure(ctx, o, p); err != nil { // so that statements are prepared, and buffers there
		return 0, err
	}
	return w.takeProfiles(ctx, o, p, cpu, allocs)
}

// operationCalled makes the operation of this name or title, and fails with all names if there is none.
func (w *world) operationCalled(ctx context.Context, called string) (*operation, error) {
	w.only = ""
	all, err := w.operations(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range all {
		if o.Name == called || strings.EqualFold(o.Title, called) {
			return o, nil
		}
		names = append(names, o.Name)
	}
	return nil, fmt.Errorf("-profile needs one operation: give -only one of %s", strings.Join(names, ", "))
}

// profileSeconds is how long all rounds would take, in whole seconds, of which profiles are made.
func (w *world) profileSeconds() float64 { return math.Ceil(w.seconds * float64(w.rounds)) }

// takeProfiles keeps the load up until both profiles are written, and returns how many requests it was.
func (w *world) takeProfiles(ctx context.Context, o *operation, p *process, cpu, allocs string) (requests int, err error) {
	var missing atomic.Int32
	missing.Store(2)
	group, ctx := errgroup.WithContext(ctx)
	for name, file := range map[string]string{"profile": cpu, "allocs": allocs} {
		group.Go(func() error {
			defer missing.Add(-1)
			return download(ctx, fmt.Sprintf("http://%s/debug/pprof/%s?seconds=%.0f", w.profileAddr, name, w.profileSeconds()), file)
		})
	}
	group.Go(func() error {
		for missing.Load() > 0 {
			f, err := w.measure(ctx, o, p)
			if err != nil {
				return err
			}
			requests += f.Requests + int(float64(f.Requests)*warmUp)
		}
		return nil
	})
	err = group.Wait()
	return requests, err
}

// download writes what a URL answers to a file.
func download(ctx context.Context, url, file string) (err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // read whole
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(f, res.Body)
	return err
}

// top prints what most of a profile is in itself, for one request.
func top(ctx context.Context, out io.Writer, file string, requests int, options ...string) error {
	args := append([]string{"tool", "pprof", "-top", "-nodecount=30", "-divide_by=" + strconv.Itoa(requests)}, options...)
	text, err := exec.CommandContext(ctx, "go", append(args, file)...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go tool pprof %s: %w\n%s", file, err, text)
	}
	_, err = out.Write(text)
	return err
}
