package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/term"

	"github.com/ocipe/ocipe/internal/backup"
	"github.com/ocipe/ocipe/internal/localpg"
	"github.com/ocipe/ocipe/internal/postgres"
)

type backupCommand struct {
	File     string `arg:"" help:"The file to write, which must not exist; - for the standard output."`
	WithKeys bool   `noenv:"" help:"Add the keys that sign tokens, encrypted with the passphrase of --backup-passphrase-file or one that you type."`
}

// Run writes a backup. It also works while a server runs.
func (c backupCommand) Run(ctx context.Context, p *program) (err error) {
	options := backup.Options{Program: version()}
	if c.WithKeys {
		passphrase, err := p.passphrase(ctx, "Passphrase for the keys: ", "Repeat it: ")
		if err != nil {
			return err
		}
		if options.Keys, err = p.sealKeys(passphrase); err != nil {
			return err
		}
	}
	db, err := p.openWithoutMigration(ctx, localpg.Attach)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.closeDatabase(ctx, db)) }()
	return db.WithDedicatedConn(ctx, func(conn *pgx.Conn) error { return c.backUp(ctx, p, conn, options) })
}

func (c backupCommand) backUp(ctx context.Context, p *program, conn *pgx.Conn, options backup.Options) error {
	var done func()
	options.Progress, done = p.progress()
	var made backup.Summary
	err := c.write(p, func(w io.Writer) (err error) {
		made, err = backup.Write(ctx, conn, w, options)
		return err
	})
	done()
	if err != nil {
		return fmt.Errorf("no backup was written: %w", err)
	}
	fmt.Fprintf(p.Stderr, "%s: %d tables, %d rows, %d bytes, schema version %d, state of %s\nSHA-256 %s\n", c.File, len(made.Tables), made.Rows,
		made.Bytes, made.Schema, made.CreatedAt.Format(time.RFC3339), made.SHA256)
	return nil
}

func (c backupCommand) write(p *program, write func(io.Writer) error) error {
	if c.File != "-" {
		return backup.Create(c.File, write)
	}
	if f, ok := p.Stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return errors.New("a backup is not for a terminal: redirect the standard output")
	}
	return write(p.Stdout)
}

// schedule returns the schedule for backups in OCIPE_BACKUP_DIR, or nil if that isn't set.
func (p *program) schedule(db *postgres.DB) *backup.Schedule {
	if p.settings.BackupDir == "" {
		return nil
	}
	s := &backup.Schedule{
		DB: db, Dir: p.settings.BackupDir, Every: p.settings.BackupEvery, Program: version(), Clock: p.Clock, Log: p.log,
	}
	if p.settings.BackupPassphraseFile != "" {
		s.Keys = func() ([]byte, error) {
			passphrase, err := p.readPassphrase()
			if err != nil {
				return nil, err
			}
			return p.sealKeys(passphrase)
		}
	}
	return s
}
