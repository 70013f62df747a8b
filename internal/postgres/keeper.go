package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/idempotency"
)

// keeper runs one query of gen/db that adds rows, and stores its rows with the idempotency key, in one round trip: a batch of ClaimKey,
// BumpVersions (if bump isn't nil) and the query, which is one transaction (see [bumpFirst]). If the key was used, the rows are
// those that are stored.
type keeper struct {
	conn   *pgxpool.Conn
	userID int64
	key    *idempotency.Key
	bump   *db.BumpVersionsParams
}

// A comment in a query marks the place of its main statement, whose rows are stored. They are only stored `where` it says so:
//
//	with bumped as (…) /* KEEP */ insert into … returning id
const (
	keepOpening = "/* KEEP"
	keepClosing = "*/"
)

// keptQueries has the SQL that also stores the rows, by the SQL of gen/db.
var keptQueries sync.Map

// keptQuery returns a query that also stores its rows. The first of the four additional parameters has the number first.
func keptQuery(sql string, first int) (string, error) {
	if kept, ok := keptQueries.Load(sql); ok {
		return kept.(string), nil //nolint:forcetypeassert // see below
	}
	before, rest, begun := strings.Cut(sql, keepOpening)
	condition, main, ended := strings.Cut(rest, keepClosing)
	if !begun || !ended {
		return "", fmt.Errorf("the query has no place for keeping its result: %s", sql)
	}
	kept := fmt.Sprintf(`%s, added as (%s), kept as (
	insert into idempotency_keys (user_id, key_hash, fingerprint, sealed, result)
	select $%d::bigint, $%d::bytea, $%d::bytea, $%d::bytea, a.result
	from (select json_agg(added) as result from added %s) as a where a.result is not null
	on conflict (user_id, key_hash) do update set fingerprint = excluded.fingerprint, result = excluded.result, sealed = excluded.sealed,
		created_at = excluded.created_at
) select * from added`, before, main, first, first+1, first+2, first+3, condition)
	keptQueries.Store(sql, kept)
	return kept, nil
}

// Exec returns an error: the number of rows can't be stored.
func (k *keeper) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, errors.New("a query that adds rows must return them")
}

// QueryRow runs a query that returns one row, when the row is scanned.
func (k *keeper) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return rowFunc(func(dest ...any) error {
		rows, err := k.Query(ctx, sql, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		if !rows.Next() {
			if err := rows.Err(); err != nil {
				return err
			}
			return pgx.ErrNoRows
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		rows.Close()
		return rows.Err()
	})
}

// Query runs a query that returns rows. They are committed if the rows have no error at the end.
func (k *keeper) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	k.key.Replayed = false
	rows, err := k.send(ctx, sql, args)
	if !errors.Is(err, errUsed) {
		return rows, err
	}
	kept, err := k.kept(ctx, db.New(k.conn))
	if err != nil {
		return nil, err
	}
	return newKeptRows(kept)
}

func (k *keeper) send(ctx context.Context, sql string, args []any) (pgx.Rows, error) {
	kept, err := keptQuery(sql, len(args)+1)
	if err != nil {
		return nil, err
	}
	batch, claim := &pgx.Batch{}, k.claim()
	queue := db.New(queueDB{batch: batch})
	if err := queue.ClaimKey(ctx, claim); err != nil {
		return nil, err
	}
	if k.bump != nil {
		if _, err := queue.BumpVersions(ctx, *k.bump); err != nil {
			return nil, err
		}
	}
	batch.Queue(kept, append(args, k.userID, claim.KeyHash, k.key.Fingerprint[:], k.key.Sealed)...)
	results := k.conn.SendBatch(ctx, batch)
	rows, err := k.begin(results)
	if err != nil {
		_ = results.Close() // it has the same error
		return nil, err
	}
	return &committedRows{Rows: rows, results: results}, nil
}

// begin reads the results up to the rows of the query.
func (k *keeper) begin(results pgx.BatchResults) (pgx.Rows, error) {
	if _, err := results.Exec(); err != nil {
		return nil, claimError(err)
	}
	if k.bump != nil {
		bumped, err := results.Exec()
		if err != nil {
			return nil, fmt.Errorf("bump the versions: %w", err)
		}
		if err := accountError(bumped.RowsAffected()); err != nil {
			return nil, err
		}
	}
	return results.Query()
}

// committedRows are the rows of the last query of a batch.
type committedRows struct {
	pgx.Rows
	results pgx.BatchResults
	closed  bool
	err     error // of the commit
}

// Close reads the rest of the batch.
func (r *committedRows) Close() {
	r.Rows.Close()
	if !r.closed {
		r.closed, r.err = true, r.results.Close()
	}
}

// Next reports whether there is another row. After the last one, the rows are closed.
func (r *committedRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

// Err returns the first error of the rows or of the commit.
func (r *committedRows) Err() error {
	if err := r.Rows.Err(); err != nil {
		return err
	}
	return r.err
}
