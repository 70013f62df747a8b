package postgres

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to date, under an advisory lock: if several servers start at once, one migrates while the others
// wait. Each migration is one transaction. If Migrate waits for a lock, it logs which connection holds it.
//
// If it returns [ErrEncoding] or an error of [DB.CheckSchema], it has changed nothing. Its other errors name the migration that
// failed; earlier ones stay applied, and the next call continues.
func (d *DB) Migrate(ctx context.Context, log *slog.Logger) error {
	if err := d.WaitFor(ctx, 0, log); err != nil {
		return err
	}
	return d.underMigrationLock(ctx, log, func(lock *migrationLock) error {
		if err := CheckEncoding(ctx, lock.conn); err != nil {
			return err
		}
		schema, err := d.readSchema(ctx, lock.conn)
		switch {
		case err != nil:
			return err
		case schema.Version > schema.Program:
			log.InfoContext(ctx, "the schema is newer than this program, which may serve it", "schema", schema.Version, "program", schema.Program)
			return nil
		case schema.Version == schema.Program:
			return nil
		}
		if err := d.up(ctx, log, lock); err != nil {
			return fmt.Errorf("migrate: %w%s", err, migrateHint(err, schema))
		}
		_, err = lock.conn.Exec(ctx, "update schema_window set migrated_by = $1", pgx.QueryExecModeExec, d.Program)
		return err
	})
}

// up runs the missing migrations.
func (d *DB) up(ctx context.Context, log *slog.Logger, lock *migrationLock) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open the embedded migrations: %w", err)
	}
	sqlDB := stdlib.OpenDBFromPool(d.pool)
	defer sqlDB.Close() //nolint:errcheck // it returns its connections to the pool
	provider, err := goose.NewProvider(goose.DialectPostgres, sqlDB, files,
		goose.WithSessionLocker(lock), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	results, err := provider.Up(ctx)
	for _, r := range results {
		log.InfoContext(ctx, "migrated", "migration", r.Source.Path, "duration_ms", r.Duration.Milliseconds())
	}
	return err
}

// migrateHint says what to do about a failed migration, after a semicolon.
func migrateHint(err error, s Schema) string {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return ""
	}
	switch pg.Code {
	case "42501", "3F000": // insufficient_privilege, invalid_schema_name
		return "; the role must own the database, or be allowed to create tables in the schema: alter database ocipe owner to ocipe"
	case "42P07", "42701", "42710", "42723": // duplicate table, column, object, function
		return fmt.Sprintf("; the table goose_db_version says that the migrations up to %d were applied, but later ones have been, too: "+
			"a dump was restored in part, or the table was changed by hand. Restore the whole dump into an empty database", s.Version)
	}
	return ""
}
