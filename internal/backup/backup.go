// Package backup writes the content of a database to a file while servers use the database, and restores it. The file is a tar archive
// compressed with zstd (docs/adr/0017).
package backup

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
)

// format is the version of the file format that this package writes.
const format = 1

// Description describes a backup. It is at the beginning of the file.
type Description struct {
	Format    int        `json:"format"`
	Program   string     `json:"program"`    // the version of Ocipe that wrote it
	CreatedAt time.Time  `json:"created_at"` // the time of the snapshot, by the database's clock
	Schema    int64      `json:"schema"`     // the version of the newest migration
	Tables    []Table    `json:"tables"`     // each table is after those that it refers to
	Sequences []Sequence `json:"sequences"`
	HasKeys   bool       `json:"has_keys"`
}

// Table is a table of a backup.
type Table struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`

	size int64 // bytes on the disk
}

// Sequence is the sequence of an identity column.
type Sequence struct {
	Table  string `json:"table"`
	Column string `json:"column"`
	Last   int64  `json:"last"` // the last value that was used; 0: none
}

// Summary describes a backup that was written or verified.
type Summary struct {
	Description

	Rows   int64
	Bytes  int64  // of the file
	SHA256 string // of the file, in hexadecimal digits; empty after [Verify]
	Keys   []byte // the encrypted keys file; nil: none
}

// Progress is called with the current step and its position: done of total, in bytes.
type Progress func(step string, done, total int64)

// Options are the choices for a backup. All fields are optional.
type Options struct {
	Program  string
	Keys     []byte // an encrypted keys file; see [Seal]
	Progress Progress
	// Exclusive makes [Write] return [ErrBusy] if another backup with Exclusive is being written. CheckDue is called after this check; if
	// it returns an error, Write returns that error.
	Exclusive bool
	CheckDue  func() error

	silenceLimit time.Duration // 0: the default
}

// ErrBusy means that another server is writing a backup of the same database.
var ErrBusy = errors.New("another server is writing a backup")

// ErrNoSchema means that the database doesn't belong to Ocipe.
var ErrNoSchema = errors.New("the database doesn't have Ocipe's schema")

// lockKey is the key of the advisory lock of [Options.Exclusive].
const lockKey = 0x6f63697062 // ocipb

// Write writes a backup of one snapshot to w. Servers may use the database meanwhile. Its memory doesn't depend on the size of the
// database.
//
// It returns [ErrNoSchema], [ErrBusy], the error of [Options].CheckDue, or that of w or the database. It also returns an error if the
// database sends nothing for 5 to 10 minutes. After an error, w has no complete backup.
func Write(ctx context.Context, conn *pgx.Conn, w io.Writer, o Options) (Summary, error) {
	heard := &silence{}
	ctx, stop := heard.watch(ctx, cmp.Or(o.silenceLimit, silenceLimit))
	defer stop()
	file := &counter{to: heard.through(w), sum: sha256.New()}
	s := Summary{}
	err := pgx.BeginTxFunc(ctx, conn, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if err := begin(ctx, tx, o); err != nil {
			return err
		}
		var err error
		if s.Description, err = describe(ctx, tx); err != nil {
			return err
		}
		s.Program, s.HasKeys, s.Keys = o.Program, o.Keys != nil, o.Keys
		s.Rows, err = writeAll(ctx, tx, file, heard, s.Description, o)
		return err
	})
	if err != nil && context.Cause(ctx) != nil {
		err = fmt.Errorf("%w: %w", context.Cause(ctx), err)
	}
	s.Bytes, s.SHA256 = file.bytes, hex.EncodeToString(file.sum.Sum(nil))
	return s, err
}

// begin takes the lock of [Options.Exclusive], calls [Options].CheckDue, and sets the text form of values.
func begin(ctx context.Context, tx pgx.Tx, o Options) error {
	if o.Exclusive {
		var locked bool
		if err := tx.QueryRow(ctx, "select pg_try_advisory_xact_lock($1)", int64(lockKey)).Scan(&locked); err != nil {
			return fmt.Errorf("lock the backup: %w", err)
		}
		if !locked {
			return ErrBusy
		}
	}
	if o.CheckDue != nil {
		if err := o.CheckDue(); err != nil {
			return err
		}
	}
	return setTextFormat(ctx, tx)
}

// setTextFormat makes the text form of values independent of the settings of the database and the role.
func setTextFormat(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'; set local intervalstyle = 'postgres';
		set local bytea_output = 'hex'; set local extra_float_digits = 1; set local statement_timeout = 0;
		set local idle_in_transaction_session_timeout = 0`)
	if err != nil {
		return fmt.Errorf("set the text form of values: %w", err)
	}
	return nil
}

func writeAll(ctx context.Context, tx pgx.Tx, to io.Writer, heard *silence, d Description, o Options) (rows int64, err error) {
	a, err := newArchive(to, d.CreatedAt)
	if err != nil {
		return 0, err
	}
	defer a.release()
	if err := a.begin(d, o.Keys); err != nil {
		return 0, err
	}
	var total, done int64
	for _, t := range d.Tables {
		total += t.size
	}
	for _, t := range d.Tables {
		chunks := &chunkWriter{archive: a, table: t.Name, sum: sha256.New()}
		chunks.onWrite = func(bytes int64) {
			report(o.Progress, t.Name, done+min(bytes, t.size), total) // the text of a table may be longer than its pages
		}
		chunks.onWrite(0)
		tag, err := tx.Conn().PgConn().CopyTo(ctx, heard.through(chunks), copyStatement(t, copyOut))
		if err == nil {
			err = chunks.flush()
		}
		if err != nil {
			return rows, fmt.Errorf("copy the table %s: %w", t.Name, err)
		}
		a.addTable(t.Name, tag.RowsAffected(), chunks.bytes, chunks.sum)
		rows += tag.RowsAffected()
		done += t.size
	}
	return rows, a.end()
}

// The directions of COPY. The text format is the same for all versions of PostgreSQL. A backup is UTF-8. copyOut doesn't say so, because
// earlier servers also accepted databases with other encodings: PostgreSQL has stored their UTF-8 there without a conversion, and must
// return it in the same way.
const (
	copyOut = "to stdout with (format text)"
	copyIn  = "from stdin with (format text, encoding 'UTF8')"
)

// copyStatement returns a COPY of a table.
func copyStatement(t Table, direction string) string {
	columns := ""
	for i, name := range t.Columns {
		if i > 0 {
			columns += ", "
		}
		columns += pgx.Identifier{name}.Sanitize()
	}
	return fmt.Sprintf("copy %s (%s) %s", pgx.Identifier{t.Name}.Sanitize(), columns, direction)
}

// counter counts and hashes the bytes that it passes on.
type counter struct {
	to    io.Writer
	sum   hash.Hash
	bytes int64
}

// Write passes p on.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.bytes += int64(n)
	c.sum.Write(p[:n])
	return n, err
}
