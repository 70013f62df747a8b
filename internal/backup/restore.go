package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/postgres"
)

// idGap is the number that a restore adds to the last used ids and generations. It must be larger than the number of ids that can have
// been used since the backup, so that none is used again.
const idGap = 1_000_000_000

// RestoreOptions are the choices for a restore. All fields are optional.
type RestoreOptions struct {
	Progress    Progress     // reports the second half: Verify reports the first one
	EndSessions bool         // users must log in again
	Commit      func() error // called before the commit; if it returns an error, nothing is restored
}

// Restored is the result of [Finish].
type Restored struct {
	At        time.Time // access tokens issued before this time are rejected
	Continued int64     // sessions that continue
	Ended     int64     // sessions that RestoreOptions.EndSessions has ended
}

// NotEmptyError is returned for a database that isn't empty.
type NotEmptyError struct {
	Content string // a description of the content
}

// Error returns a text that describes the content.
func (e *NotEmptyError) Error() string { return "the database is not empty: it has " + e.Content }

// Verify reads a backup of size bytes to its end. If it returns no error, the backup is complete and undamaged, and this program can
// restore it. It returns [ErrNotBackup], [ErrIncomplete], [ErrDamaged], [ErrNewer], or the error of src.
func Verify(src io.Reader, size int64, progress Progress) (Summary, error) {
	var s Summary
	err := walk(&progressReader{from: src, onRead: func(bytes int64) {
		s.Bytes = bytes
		report(progress, "verifying", bytes, 2*size)
	}}, visitor{
		begin: func(h header) error {
			s.Description, s.Keys = h.Description, h.keys
			return checkVersion(h.Description)
		},
		table: func(t Table, text io.Reader) (int64, error) {
			n, err := countRows(t, text)
			s.Rows += n
			return n, err
		},
	})
	return s, err
}

func report(progress Progress, step string, done, total int64) {
	if progress != nil {
		progress(step, done, total)
	}
}

// checkVersion returns [ErrNewer] unless this program has the migrations of the backup.
func checkVersion(d Description) error {
	if newest := postgres.SchemaVersion(); d.Schema > newest {
		return fmt.Errorf("%w (%s): its schema is version %d, this program knows versions up to %d", ErrNewer, d.Program, d.Schema, newest)
	}
	if d.Schema < 1 {
		return fmt.Errorf("%w: it has no schema version", ErrDamaged)
	}
	return nil
}

// Restore fills an empty database with a backup of size bytes that [Verify] has accepted. In one transaction it creates the schema of
// the backup, fills and migrates it, and calls [Finish], so that tokens and ids issued since the backup are never valid for something
// else. It checks the checksums again before it commits.
//
// It returns the errors of Verify, a [*NotEmptyError], the error of o.Commit, or that of the database. After an error, nothing has
// changed.
func Restore(ctx context.Context, conn *pgx.Conn, src io.Reader, size int64, o RestoreOptions) (done Restored, err error) {
	from := &progressReader{from: src, onRead: func(bytes int64) { report(o.Progress, "restoring", size+bytes, 2*size) }}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		d, err := (&restore{tx}).run(ctx, from)
		if err != nil {
			return err
		}
		if done, err = Finish(ctx, tx, &d.CreatedAt, o.EndSessions); err != nil || o.Commit == nil {
			return err
		}
		return o.Commit()
	})
	return done, err
}

// restore is a restore in progress.
type restore struct{ tx pgx.Tx }

// run restores the data and migrates it.
func (r *restore) run(ctx context.Context, src io.Reader) (d Description, err error) {
	if err := r.lock(ctx); err != nil {
		return d, err
	}
	if err := setTextFormat(ctx, r.tx); err != nil {
		return d, err
	}
	err = walk(src, visitor{
		begin: func(h header) error {
			d = h.Description
			return r.begin(ctx, h)
		},
		table: func(t Table, text io.Reader) (int64, error) { return r.fill(ctx, t, text) },
	})
	if err != nil {
		return d, err
	}
	for _, s := range d.Sequences {
		if err := setSequence(ctx, r.tx, s); err != nil {
			return d, err
		}
	}
	return d, postgres.MigrateIn(ctx, r.tx, d.Schema, postgres.SchemaVersion())
}

// lock keeps servers from creating the schema, and checks that the database is empty and has the right encoding.
func (r *restore) lock(ctx context.Context) error {
	var locked bool
	if err := r.tx.QueryRow(ctx, "select pg_try_advisory_xact_lock($1)", postgres.MigrationLock).Scan(&locked); err != nil {
		return fmt.Errorf("lock the schema: %w", err)
	}
	if !locked {
		return errors.New("a server is creating or migrating the schema of this database: stop it first")
	}
	if err := postgres.CheckEncoding(ctx, r.tx.Conn()); err != nil {
		return err
	}
	return checkEmpty(ctx, r.tx)
}

// begin creates the schema of the backup.
func (r *restore) begin(ctx context.Context, h header) error {
	if err := checkVersion(h.Description); err != nil {
		return err
	}
	if err := postgres.MigrateIn(ctx, r.tx, 0, h.Schema); err != nil {
		return err
	}
	existing, err := tables(ctx, r.tx)
	if err != nil {
		return err
	}
	sameTable := func(a, b Table) bool { return a.Name == b.Name && sameColumns(a, b) }
	for _, t := range h.Tables { // the names of unknown tables must not reach COPY
		if !slices.ContainsFunc(existing, func(e Table) bool { return sameTable(e, t) }) {
			return fmt.Errorf("the backup has the table %s, which schema version %d doesn't have in this form", t.Name, h.Schema)
		}
	}
	for _, e := range existing {
		if !slices.ContainsFunc(h.Tables, func(t Table) bool { return sameTable(e, t) }) {
			return fmt.Errorf("the backup lacks the table %s of schema version %d", e.Name, h.Schema)
		}
	}
	return nil
}

// sameColumns reports whether two tables have the same columns, in any order.
func sameColumns(a, b Table) bool {
	return slices.Equal(slices.Sorted(slices.Values(a.Columns)), slices.Sorted(slices.Values(b.Columns)))
}

// fill copies the text of a table into the database, without the table's own triggers.
func (r *restore) fill(ctx context.Context, t Table, text io.Reader) (int64, error) {
	name := pgx.Identifier{t.Name}.Sanitize()
	if _, err := r.tx.Exec(ctx, "alter table "+name+" disable trigger user"); err != nil {
		return 0, fmt.Errorf("disable the triggers of %s: %w", t.Name, err)
	}
	tag, err := r.tx.Conn().PgConn().CopyFrom(ctx, text, copyStatement(t, copyIn))
	if err != nil {
		return 0, fmt.Errorf("fill the table %s: %w", t.Name, err)
	}
	if _, err := r.tx.Exec(ctx, "alter table "+name+" enable trigger user"); err != nil {
		return 0, fmt.Errorf("enable the triggers of %s: %w", t.Name, err)
	}
	return tag.RowsAffected(), nil
}
