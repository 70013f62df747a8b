package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/postgres"
)

// The numbers of days and weeks for which [Schedule] keeps the newest backup.
const (
	keepDays  = 7
	keepWeeks = 4
)

// retryAfter is the maximum wait after a backup that failed. Incomplete files that are older are deleted.
const retryAfter = time.Hour

// nameLayout is the layout of the name of a scheduled backup, in UTC. Only files with such names are deleted.
const nameLayout = "ocipe-20060102T150405Z.tar.zst"

// errNotDue ends a backup that another server has made meanwhile.
var errNotDue = errors.New("another server has made the backup")

// Schedule makes backups in a folder at an interval, and deletes old ones. It keeps the newest backup of each of the last 7 days with
// backups, and of each of the last 4 weeks with backups. Several servers may share the folder: only one at a time makes a backup. All
// fields are required, except Keys.
type Schedule struct {
	DB      *postgres.DB
	Dir     string // created if it is missing
	Every   time.Duration
	Program string
	Keys    func() (sealed []byte, err error) // see [Seal]; nil: backups have no keys
	Clock   func() time.Time
	Log     *slog.Logger

	last atomic.Int64 // see Last
}

// Last returns the time of the newest backup in the folder. It is zero if there is none, or before Work has read the folder.
func (s *Schedule) Last() time.Time {
	if seconds := s.last.Load(); seconds != 0 {
		return time.Unix(seconds, 0).UTC()
	}
	return time.Time{}
}

func (s *Schedule) lastText() string {
	if last := s.Last(); !last.IsZero() {
		return last.Format(time.RFC3339)
	}
	return "none"
}

func (s *Schedule) setLast(at time.Time) {
	s.last.Store(at.Unix())
	metrics.RecordBackup(at)
}

// Work makes backups until ctx ends. If a backup fails, it logs a warning and tries again within an hour.
func (s *Schedule) Work(ctx context.Context) {
	pause := s.untilDue()
	for {
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
		err := s.Run(ctx)
		switch pause = s.untilDue(); {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrBusy), errors.Is(err, errNotDue):
			pause = max(pause, min(s.Every, time.Minute))
		case err != nil:
			pause = min(s.Every, retryAfter)
			metrics.BackupFailures.Inc()
			s.Log.WarnContext(ctx, "the scheduled backup failed", "error", err, "folder", s.Dir, "last_backup", s.lastText(), "next_try_s", pause.Seconds())
		}
	}
}

// untilDue returns the time until the next backup is due.
func (s *Schedule) untilDue() time.Duration {
	now := s.Clock()
	times, err := s.times()
	times = slices.DeleteFunc(times, now.Before) // ignore files from the future, when the clock was ahead: they would delay all backups
	if err != nil || len(times) == 0 {
		return 0
	}
	newest := slices.MaxFunc(times, time.Time.Compare)
	s.setLast(newest)
	return max(newest.Add(s.Every).Sub(now), 0)
}

// times returns the times of the backups in the folder.
func (s *Schedule) times() ([]time.Time, error) {
	entries, err := os.ReadDir(s.Dir)
	if err != nil {
		return nil, fmt.Errorf("list the backups: %w", err)
	}
	var times []time.Time
	for _, e := range entries {
		if at, err := time.Parse(nameLayout, e.Name()); err == nil {
			times = append(times, at)
		}
	}
	return times, nil
}

// Run makes a backup now and deletes old ones. It returns [ErrBusy] if another server is making one, and the errors of [Write] and
// [Create].
func (s *Schedule) Run(ctx context.Context) error {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return fmt.Errorf("create the folder for backups: %w", err)
	}
	options := Options{Program: s.Program, Exclusive: true, CheckDue: s.checkDue}
	if s.Keys != nil {
		var err error
		if options.Keys, err = s.Keys(); err != nil {
			return err
		}
	}
	return s.DB.WithDedicatedConn(ctx, func(conn *pgx.Conn) error { return s.backUp(ctx, conn, options) })
}

func (s *Schedule) backUp(ctx context.Context, conn *pgx.Conn, options Options) error {
	begun := s.Clock()
	path := filepath.Join(s.Dir, begun.UTC().Format(nameLayout))
	var made Summary
	err := Create(path, func(w io.Writer) (err error) {
		made, err = Write(ctx, conn, w, options)
		return err
	})
	if errors.Is(err, fs.ErrExist) {
		return errNotDue
	}
	if err != nil {
		return err
	}
	s.setLast(begun)
	s.Log.InfoContext(ctx, "backup made", "file", path, "rows", made.Rows, "bytes", made.Bytes, "duration_ms", s.Clock().Sub(begun).Milliseconds())
	return s.prune()
}

// checkDue returns errNotDue if a backup is younger than half of the interval. It also deletes incomplete files older than
// [retryAfter]: it is called while no other server makes a backup, so they are from killed servers.
func (s *Schedule) checkDue() error {
	leftovers, err := filepath.Glob(filepath.Join(s.Dir, "ocipe-*Z.tar.zst"+partialInfix+"*"))
	if err != nil {
		return fmt.Errorf("look for incomplete backups: %w", err)
	}
	for _, path := range leftovers {
		if info, err := os.Stat(path); err == nil && s.Clock().Sub(info.ModTime()) > retryAfter {
			_ = os.Remove(path) // if this fails, the next backup tries again
		}
	}
	times, err := s.times()
	if err != nil {
		return err
	}
	now := s.Clock()
	if slices.ContainsFunc(times, func(at time.Time) bool { return now.Sub(at) < s.Every/2 && !at.After(now) }) {
		return errNotDue
	}
	return nil
}

// prune deletes superfluous backups.
func (s *Schedule) prune() error {
	times, err := s.times()
	if err != nil {
		return err
	}
	for _, at := range superfluous(times) {
		if err := os.Remove(filepath.Join(s.Dir, at.Format(nameLayout))); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("delete an old backup: %w", err)
		}
	}
	return nil
}

// superfluous returns the times of the backups that [Schedule] doesn't keep.
func superfluous(times []time.Time) (rest []time.Time) {
	newest := slices.SortedFunc(slices.Values(times), func(a, b time.Time) int { return b.Compare(a) })
	days, weeks := map[string]bool{}, map[string]bool{}
	for _, at := range newest {
		year, week := at.ISOWeek()
		ofDay := addPeriod(days, at.Format(time.DateOnly), keepDays)
		ofWeek := addPeriod(weeks, fmt.Sprintf("%d-%d", year, week), keepWeeks)
		if !ofDay && !ofWeek {
			rest = append(rest, at)
		}
	}
	return rest
}

// addPeriod reports whether the period is new and there are fewer than limit. If so, it adds the period.
func addPeriod(periods map[string]bool, period string, limit int) bool {
	if periods[period] || len(periods) == limit {
		return false
	}
	periods[period] = true
	return true
}
