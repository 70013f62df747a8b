package postgres

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Option changes how [Open] opens the database.
type Option func(*pgxpool.Config)

// Traced returns an option that reports every statement to t.
func Traced(t pgx.QueryTracer) Option {
	return func(cfg *pgxpool.Config) { cfg.ConnConfig.Tracer = t }
}
