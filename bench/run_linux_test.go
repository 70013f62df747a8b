package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// minimalConfig is the smallest configuration that runs every operation.
var minimalConfig = config{users: 8, recipes: 30, large: 40, connections: 2, rounds: 1, seconds: 0.02, starts: 1, sizes: "10,20", active: 8}

// TestRun runs every kind of measurement with tiny numbers. A run returns an error if a response has an unexpected status, and a
// comparison also if the bodies of the two sides differ.
func TestRun(t *testing.T) {
	t.Parallel()
	server, err := build(t.Context(), t.TempDir(), "server", "github.com/ocipe/ocipe")
	require.NoError(t, err)
	measure := func(t *testing.T, c config) string {
		t.Helper()
		c.server, c.dir = server, pgtest.DataDir(t)
		require.NoError(t, os.MkdirAll(c.dir, 0o755))
		var out bytes.Buffer
		require.NoError(t, run(t.Context(), c, &out, io.Discard))
		left, err := os.ReadDir(c.dir)
		require.NoError(t, err)
		require.Empty(t, left, "the data is deleted")
		return out.String()
	}

	t.Run("ComparesTheServerWithTheFloor", func(t *testing.T) {
		t.Parallel()
		c := minimalConfig
		c.out = t.TempDir()
		text := measure(t, c)
		for _, title := range []string{"GET one recipe", "GET recipes, unchanged", "PATCH state", "POST token/refresh/", "POST token/ (argon2id)"} {
			require.Contains(t, text, title)
		}
		require.Regexp(t, `The server alone: [1-9][\d.]+ MiB \(PSS\)`, text)
		chart, err := os.ReadFile(filepath.Join(c.out, "results.svg"))
		require.NoError(t, err)
		require.Equal(t, 1, bytes.Count(chart, []byte("</svg>")))
		require.FileExists(t, filepath.Join(c.out, "results.md"))
	})

	t.Run("ComparesTheServerWithAnOldOne", func(t *testing.T) {
		t.Parallel()
		c := minimalConfig
		c.old, c.only = server, "get,create,unchanged,refresh"
		require.Regexp(t, `GET one recipe +[\d.]+( !)? +≤ 1\.04`, measure(t, c))
	})

	t.Run("MeasuresAtGrowingSizes", func(t *testing.T) {
		t.Parallel()
		c := minimalConfig
		c.scale, c.only = "16,8", "get,unchanged,plan"
		text := measure(t, c)
		require.Contains(t, text, "| 8 users: CPU µs | own | PG | 16 users: CPU µs | own | PG |")
		require.Regexp(t, `\| GET one recipe \| [\d.]+`, text)
		require.Regexp(t, `\| GET recipes, all, per recipe \| [\d.]+`, text)
	})

	t.Run("PutsTheServerUnderMixedLoad", func(t *testing.T) {
		t.Parallel()
		c := minimalConfig
		c.soak = 2 * time.Second
		text := measure(t, c)
		require.Regexp(t, `\* [1-9][\d,]* requests, 0 of them with an unexpected response\.`, text)
		for _, figure := range monitored {
			require.Regexp(t, `\| `+figure.title[:7]+`[^|]*\| [1-9][\d.]+ \| [1-9][\d.]+ \|`, text)
		}
	})

	t.Run("OffersMoreThanTheServerCanServe", func(t *testing.T) {
		t.Parallel()
		c := minimalConfig
		c.overload, c.out = 300*time.Millisecond, t.TempDir()
		text := measure(t, c)
		require.Regexp(t, `\| 3 × \| [1-9]\d* \| [1-9]\d* \|`, text)
		require.NotRegexp(t, `\| 3 × (\|[^|]*){8}\| [1-9]`, text, "each response is right, or 503 with Retry-After")
		for _, s := range storms {
			require.Contains(t, text, "| "+s.title+" | ")
		}
		chart, err := os.ReadFile(filepath.Join(c.out, "overload.svg"))
		require.NoError(t, err)
		require.Equal(t, 2, bytes.Count(chart, []byte("<polyline")))
		require.FileExists(t, filepath.Join(c.out, "overload.md"))
	})

	t.Run("ProfilesOneOperation", func(t *testing.T) {
		t.Parallel()
		c := minimalConfig
		c.profile, c.only, c.seconds, c.out = true, "get one recipe", 0.5, t.TempDir()
		text := measure(t, c)
		require.Contains(t, text, "Type: cpu")
		require.Contains(t, text, "Type: alloc_objects")
		// Don't check for names of functions: such a short run has too few samples.
		require.Regexp(t, `GET one recipe, [1-9]\d* requests`, text, "the profiles were taken under load")
		require.FileExists(t, filepath.Join(c.out, "allocs.pprof"))
	})
}

func TestConfigurationsThatCannotBeMeasuredAreRejected(t *testing.T) {
	t.Parallel()
	for complaint, change := range map[string]func(*config){
		`"" is not a positive number`:          func(c *config) { c.scale = "1000," },
		`"1e6" is not a positive number`:       func(c *config) { c.scale = "1e6" },
		"must be at least 4 × -connections: 8": func(c *config) { c.scale = "7,100" },
		"-users must be at least 4":            func(c *config) { c.users = 7 },
		"-recipes at least 5":                  func(c *config) { c.recipes = 4 },
	} {
		c := minimalConfig
		c.server = "none"
		change(&c)
		require.ErrorContains(t, run(t.Context(), c, io.Discard, io.Discard), complaint)
	}
}

func TestProcessCPUGrowsWithTheWork(t *testing.T) {
	t.Parallel()
	const work = 100 * time.Millisecond
	used := func() time.Duration {
		var u syscall.Rusage
		require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before, err := processCPU(os.Getpid())
	require.NoError(t, err)

	for end := used() + work; used() < end; {
	}

	after, err := processCPU(os.Getpid())
	require.NoError(t, err)
	require.Greater(t, after-before, work/2, "Linux counts what runs just now at its next tick only")
}

func TestChildrenThatHaveEndedCount(t *testing.T) {
	t.Parallel()
	took := time.Duration(0)
	for count := 300_000; took <= 5*tick; count *= 2 { // a fast machine counts far within a tick
		before, err := readStat(os.Getpid())
		require.NoError(t, err)
		child := exec.Command("sh", "-c", fmt.Sprintf("i=0; while [ $i -lt %d ]; do i=$((i+1)); done", count))

		require.NoError(t, child.Run())

		after, err := readStat(os.Getpid())
		require.NoError(t, err)
		took = child.ProcessState.UserTime() + child.ProcessState.SystemTime()
		require.GreaterOrEqual(t, after.ended-before.ended, took-2*tick, "%v of the child's, rounded", took)
		require.Equal(t, os.Getppid(), after.parent)
	}
}

// TestProportionalMemoryGrowsWithWhatIsTouched runs alone, because memory that other tests return meanwhile would count.
func TestProportionalMemoryGrowsWithWhatIsTouched(t *testing.T) {
	const size = 64 << 20
	before, err := proportionalMemory(os.Getpid())
	require.NoError(t, err)
	touched, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	require.NoError(t, err) // mapped directly: Go's own memory may have pages that were touched before
	t.Cleanup(func() { require.NoError(t, syscall.Munmap(touched)) })
	for i := range touched {
		touched[i] = 1
	}

	after, err := proportionalMemory(os.Getpid())

	require.NoError(t, err)
	require.Greater(t, after-before, int64(size*3/4), "the collector may give some back meanwhile")
}
