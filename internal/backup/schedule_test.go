package backup

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func newSchedule(t *testing.T, d database, dir string) (*Schedule, *pgtest.Logs) {
	t.Helper()
	log := &pgtest.Logs{}
	return &Schedule{
		DB: d.Open(t), Dir: dir, Every: 24 * time.Hour, Program: "1.2.3", Clock: time.Now, Log: slog.New(slog.NewJSONHandler(log, nil)),
	}, log
}

// work runs the schedule until the test ends.
func work(t *testing.T, s *Schedule) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { s.Work(ctx) })
	t.Cleanup(func() { cancel(); wg.Wait() })
}

func backups(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "ocipe-*.tar.zst"))
	require.NoError(t, err)
	return found
}

func TestServersThatShareAFolderMakeOneBackup(t *testing.T) {
	t.Parallel()
	d, dir := newFilled(t, newMigrated(t)), filepath.Join(t.TempDir(), "new", "backups")
	var all []*Schedule
	for range 3 {
		s, _ := newSchedule(t, d, dir)
		all = append(all, s)
		require.Zero(t, s.Last())
		work(t, s)
	}
	pgtest.Eventually(t, func() bool { return slices.ContainsFunc(all, func(s *Schedule) bool { return !s.Last().IsZero() }) })
	other, _ := newSchedule(t, d, dir)
	require.ErrorIs(t, other.Run(t.Context()), errNotDue)
	made := backups(t, dir)
	require.Len(t, made, 1)
	file, err := os.ReadFile(made[0])
	require.NoError(t, err)
	require.NoError(t, verify(file))
}

func TestAFailedScheduledBackupIsReported(t *testing.T) {
	t.Parallel()
	d := newFilled(t, newMigrated(t))
	failures := metrics.BackupFailures.Value()
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	s, log := newSchedule(t, d, filepath.Join(file, "backups"))
	work(t, s)
	pgtest.Eventually(t, func() bool {
		return strings.Contains(log.String(), `"level":"WARN","msg":"the scheduled backup failed"`)
	})
	require.Contains(t, log.String(), "not a directory")
	require.Contains(t, log.String(), `"last_backup":"none"`)
	require.Zero(t, s.Last())
	require.Greater(t, metrics.BackupFailures.Value(), failures)
}

func TestABackupIsMadeWhenItIsDue(t *testing.T) {
	t.Parallel()
	d, dir := newFilled(t, newMigrated(t)), t.TempDir()
	s, _ := newSchedule(t, d, dir)
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s.Clock = func() time.Time { return now }
	require.Zero(t, s.untilDue(), "there is none")
	require.NoError(t, s.Run(t.Context()))
	require.Equal(t, now, s.Last())
	now = now.Add(time.Hour)
	require.Equal(t, 23*time.Hour, s.untilDue())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ocipe-20990101T000000Z.tar.zst"), nil, 0o600))
	require.Equal(t, 23*time.Hour, s.untilDue(), "a time in the future holds off nothing")
	now = now.Add(48 * time.Hour)
	require.Zero(t, s.untilDue())
	restarted, _ := newSchedule(t, d, dir)
	restarted.untilDue()
	require.Equal(t, now.Add(-49*time.Hour), restarted.Last())
}

func TestOnlyOldBackupsAreDeleted(t *testing.T) {
	t.Parallel()
	d, dir := newFilled(t, newMigrated(t)), t.TempDir()
	s, _ := newSchedule(t, d, dir)
	s.Every = 2 * time.Second
	now := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	s.Clock = func() time.Time { return now }
	others := []string{"ocipe.tar.zst", "ocipe-20200101T000000Z.tar.zst.asc", "before-upgrade.tar.zst"}
	for _, name := range others {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	crashed := filepath.Join(dir, "ocipe-20200102T000000Z.tar.zst"+partialInfix+"123")
	require.NoError(t, os.WriteFile(crashed, nil, 0o600))
	require.NoError(t, os.Chtimes(crashed, now.AddDate(0, 0, -1), now.AddDate(0, 0, -1)))
	require.NoError(t, os.WriteFile(filepath.Join(dir, now.Add(-time.Hour).Format(nameLayout)), nil, 0o600))

	require.NoError(t, s.Run(t.Context()))

	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	require.ElementsMatch(t, append(others, now.Format(nameLayout)), names, "the one of an hour ago is of the same day")
}

func TestTheNewestOfSevenDaysAndFourWeeksAreKept(t *testing.T) {
	t.Parallel()
	var times []time.Time
	end := time.Date(2026, 3, 4, 23, 0, 0, 0, time.UTC) // a Wednesday
	for at := end.AddDate(0, 0, -60); !at.After(end); at = at.Add(6 * time.Hour) {
		times = append(times, at)
	}
	rest := superfluous(times)
	var kept []string
	for _, at := range times {
		if !slices.Contains(rest, at) {
			kept = append(kept, at.Format("01-02T15"))
		}
	}
	require.Equal(t, []string{
		"02-15T23", "02-22T23", // Sundays
		"02-26T23", "02-27T23", "02-28T23", "03-01T23", "03-02T23", "03-03T23", "03-04T23",
	}, kept)
	assert.Empty(t, superfluous(nil))
}
