package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/backup"
	"github.com/ocipe/ocipe/internal/localpg"
)

type restoreCommand struct {
	File        string `arg:"" optional:"" help:"The backup."`
	WithKeys    bool   `noenv:"" help:"Also restore the keys that sign tokens, which the backup must have."`
	EndSessions bool   `noenv:"" help:"End all sessions: every user must log in again."`
	Check       bool   `noenv:"" xor:"what" help:"Only check that the backup is complete and undamaged. No database is needed."`
	Finish      bool   `noenv:"" xor:"what" help:"Without a file: the database was restored with another tool. Reject the tokens of the lost time, and hand out no id again."`
}

// Run restores a backup into an empty database, or checks a backup, or finishes a restore with another tool.
func (c restoreCommand) Run(ctx context.Context, p *program) error {
	switch {
	case c.Finish && (c.File != "" || c.WithKeys):
		return errors.New("--finish is for a database that was restored with another tool: it takes no file and no keys")
	case c.Finish:
		return c.finish(ctx, p)
	case c.File == "":
		return errors.New("name the backup: ocipe restore FILE")
	}
	file, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("open the backup: %w", err)
	}
	defer file.Close() //nolint:errcheck // the file is only read
	if c.Check {
		return c.check(p, file)
	}
	return c.restore(ctx, p, file)
}

func (c restoreCommand) check(p *program, file *os.File) error {
	s, err := backup.Verify(file, 0, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	keys := "without keys"
	if s.HasKeys {
		keys = "with keys"
	}
	fmt.Fprintf(p.Stdout, "%s is complete: %d tables, %d rows, %s, schema version %d, state of %s, written by ocipe %s\n",
		c.File, len(s.Tables), s.Rows, keys, s.Schema, s.CreatedAt.Format(time.RFC3339), s.Program)
	return nil
}

// restore asks and checks everything it can before it opens the database, because that may create the private one.
func (c restoreCommand) restore(ctx context.Context, p *program, file *os.File) (err error) {
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("open the backup: %w", err)
	}
	show, done := p.progress()
	defer done()
	s, err := backup.Verify(file, info.Size(), show)
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was restored", c.File, err)
	}
	keys, err := p.keysToRestore(ctx, s, c.WithKeys)
	if err != nil {
		return fmt.Errorf("%w; nothing was restored", err)
	}
	restored, err := c.fill(ctx, p, file, info.Size(), show, keys)
	if err != nil {
		return fmt.Errorf("%s: %w; nothing was restored%s", c.File, errors.Join(err, keys.undo()), emptyHint(err))
	}
	done()
	fmt.Fprintf(p.Stderr, "%s: restored %d tables with %d rows, the state of %s.\n", c.File, len(s.Tables), s.Rows, s.CreatedAt.Format(time.RFC3339))
	fmt.Fprintln(p.Stderr, outcome(restored)+keys.note)
	return nil
}

func (c restoreCommand) fill(ctx context.Context, p *program, file *os.File, size int64, show backup.Progress, keys *keysRestore) (restored backup.Restored, err error) {
	db, err := p.openWithoutMigration(ctx, localpg.Start)
	if err != nil {
		return restored, err
	}
	defer func() {
		if closeErr := p.closeDatabase(ctx, db); closeErr != nil { // this doesn't change whether the data was committed
			p.log.WarnContext(ctx, "after the restore", "error", closeErr)
		}
	}()
	err = db.WithDedicatedConn(ctx, func(conn *pgx.Conn) error {
		restored, err = backup.Restore(ctx, conn, file, size, backup.RestoreOptions{Progress: show, EndSessions: c.EndSessions, Commit: keys.write})
		return err
	})
	return restored, err
}

// outcome describes the result of a restore for tokens and sessions.
func outcome(r backup.Restored) string {
	text := fmt.Sprintf("Access tokens issued before %s are rejected; ", r.At.UTC().Format(time.RFC3339))
	if r.Ended > 0 {
		return text + fmt.Sprintf("%d sessions ended.", r.Ended)
	}
	return text + fmt.Sprintf("%d sessions continue.", r.Continued)
}

func emptyHint(err error) string {
	if _, ok := errors.AsType[*backup.NotEmptyError](err); ok {
		return ". Restore into an empty database: name another data folder with --data-dir, or create a new database for --database-url"
	}
	return ""
}

func (c restoreCommand) finish(ctx context.Context, p *program) (err error) {
	db, err := p.openDatabase(ctx, localpg.Attach, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.closeDatabase(ctx, db)) }()
	return db.WithDedicatedConn(ctx, func(conn *pgx.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
			done, err := backup.Finish(ctx, tx, nil, c.EndSessions)
			if err == nil {
				fmt.Fprintln(p.Stderr, outcome(done))
			}
			return err
		})
	})
}
