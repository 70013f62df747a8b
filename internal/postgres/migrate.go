package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// The interval, in seconds, and the number of attempts to take the migration lock.
const lockEvery, lockTries = 1, 600

// Migrate brings the schema up to date, under an advisory lock: of several servers that start at once, one migrates while
// the others wait. Each migration is one transaction.
//
// Its error names the migration that failed; earlier ones stay applied.
func (d *DB) Migrate(ctx context.Context, log *slog.Logger) error {
	if err := d.WaitFor(ctx, 0, log); err != nil {
		return err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("open the embedded migrations: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockEvery, lockTries))
	if err != nil {
		return fmt.Errorf("prepare the migration lock: %w", err)
	}
	sqlDB := stdlib.OpenDBFromPool(d.pool)
	defer sqlDB.Close() //nolint:errcheck // it returns its connections to the pool
	provider, err := goose.NewProvider(goose.DialectPostgres, sqlDB, files,
		goose.WithSessionLocker(locker), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	for _, r := range results {
		log.InfoContext(ctx, "migrated", "migration", r.Source.Path, "duration_ms", r.Duration.Milliseconds())
	}
	return nil
}
