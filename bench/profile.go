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

	"github.com/ocipe/ocipe/internal/freeport"
)

// runProfile loads the server with the operation that -only names, takes a profile of its CPU time and one of its allocations, and
// prints the top of both, per request. It keeps the profiles in the folder of -out, or in a new folder.
func runProfile(ctx context.Context, c config, out, progress io.Writer) (err error) {
	only := c.only
	c.only = ""
	if c.profileAddr, err = freeport.Address(ctx); err != nil {
		return err
	}
	b, err := newTestbed(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close(context.WithoutCancel(ctx))) }()
	o, err := b.operationNamed(ctx, only)
	if err != nil {
		return err
	}
	dir := c.out
	if dir == "" {
		if dir, err = os.MkdirTemp("", "ocipe-profile-"); err != nil {
			return err
		}
	}
	cpu, allocs := filepath.Join(dir, "cpu.pprof"), filepath.Join(dir, "allocs.pprof")
	fmt.Fprintf(progress, "profiling %s for %.0f s …\n", o.Title, b.profileSeconds())
	requests, err := b.profileServer(ctx, o, cpu, allocs)
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

// profileServer starts the server, warms it up and takes its profiles. It returns the number of requests in the profiles.
func (b *testbed) profileServer(ctx context.Context, o *operation, cpu, allocs string) (requests int, err error) {
	p, err := b.start(ctx, b.server)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := b.updateTags(ctx, o, p.addr); err != nil {
		return 0, err
	}
	if _, err := b.measure(ctx, o, p); err != nil { // prepares statements and fills pools of buffers
		return 0, err
	}
	return b.takeProfiles(ctx, o, p, cpu, allocs)
}

// operationNamed returns the operation with a name or title. If there is none, it returns an error with all names.
func (b *testbed) operationNamed(ctx context.Context, name string) (*operation, error) {
	all, err := b.operations(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range all {
		if o.Name == name || strings.EqualFold(o.Title, name) {
			return o, nil
		}
		names = append(names, o.Name)
	}
	return nil, fmt.Errorf("-profile needs one operation: use -only with one of %s", strings.Join(names, ", "))
}

// profileSeconds returns the duration of all rounds, rounded up to whole seconds, which profiles need.
func (b *testbed) profileSeconds() float64 { return math.Ceil(b.seconds * float64(b.rounds)) }

// takeProfiles loads the server until both profiles are written, and returns the number of requests.
func (b *testbed) takeProfiles(ctx context.Context, o *operation, p *process, cpu, allocs string) (requests int, err error) {
	var missing atomic.Int32
	missing.Store(2)
	group, ctx := errgroup.WithContext(ctx)
	for name, file := range map[string]string{"profile": cpu, "allocs": allocs} {
		group.Go(func() error {
			defer missing.Add(-1)
			return download(ctx, fmt.Sprintf("http://%s/debug/pprof/%s?seconds=%.0f", b.profileAddr, name, b.profileSeconds()), file)
		})
	}
	group.Go(func() error {
		for missing.Load() > 0 {
			f, err := b.measure(ctx, o, p)
			if err != nil {
				return err
			}
			requests += f.requests + int(float64(f.requests)*warmUp)
		}
		return nil
	})
	err = group.Wait()
	return requests, err
}

// download writes the response of a URL to a file.
func download(ctx context.Context, url, file string) (err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // the body is read to its end
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", url, res.Status)
	}
	f, err := os.Create(file) //nolint:gosec // a file of this program or of the system
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	_, err = io.Copy(f, res.Body)
	return err
}

// top prints the functions with the largest share of a profile, per request.
func top(ctx context.Context, out io.Writer, file string, requests int, options ...string) error {
	args := append([]string{"tool", "pprof", "-top", "-nodecount=30", "-divide_by=" + strconv.Itoa(requests)}, options...)
	text, err := exec.CommandContext(ctx, "go", append(args, file)...).CombinedOutput() //nolint:gosec // a file that this program has made
	if err != nil {
		return fmt.Errorf("go tool pprof %s: %w\n%s", file, err, text)
	}
	_, err = out.Write(text)
	return err
}
