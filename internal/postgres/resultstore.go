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

// resultStore runs one query of gen/db that adds rows, and stores its rows with the idempotency key, in one statement. If bump isn't
// nil, BumpVersions runs first, in the same transaction and round trip (see [bumpFirst]). If the key was used before, the query
// doesn't run: the rows are those that are stored.
type resultStore struct {
	conn   *pgxpool.Conn
	userID int64
	key    *idempotency.Key
	bump   *db.BumpVersionsParams
}

// A comment in a query marks its main statement, whose rows are stored. If the comment has a condition (`where …`), only the rows
// that meet it are stored:
//
//	with bumped as (…) /* KEEP */ insert into … returning id
const (
	storeMarkStart = "/* KEEP"
	storeMarkEnd   = "*/"
)

// storingQueries maps the SQL of gen/db to the SQL that also stores the rows.
var storingQueries sync.Map

// storingQuery returns a query that also claims the key and stores its rows. It has six more parameters, with numbers from first on.
// The claim is in the limit clause, whose value is null: PostgreSQL computes it before it runs the rest of the query, even if there
// are no rows.
func storingQuery(sql string, first int) (string, error) {
	if storing, ok := storingQueries.Load(sql); ok {
		return storing.(string), nil //nolint:forcetypeassert // only strings are stored
	}
	before, rest, begun := strings.Cut(sql, storeMarkStart)
	condition, main, ended := strings.Cut(rest, storeMarkEnd)
	if !begun || !ended {
		return "", fmt.Errorf("the query lacks the mark /* KEEP */ before its main statement: %s", sql)
	}
	storing := fmt.Sprintf(`%s, added as (%s), kept as (
	insert into idempotency_keys (user_id, key_hash, fingerprint, sealed, result)
	select $%[4]d::bigint, $%[5]d::bytea, $%[6]d::bytea, $%[7]d::bytea, a.result
	from (select json_agg(added) as result from added %[3]s) as a where a.result is not null
) select * from added limit claim_idempotency_key($%[4]d::bigint, $%[5]d::bytea, $%[8]d::bigint, $%[9]d::interval)`,
		before, main, condition, first, first+1, first+2, first+3, first+4, first+5)
	storingQueries.Store(sql, storing)
	return storing, nil
}

// Exec returns an error: it has no rows to store.
func (s *resultStore) Exec(context.Context, string, ...any) (pgconn.CommandTag, error) {
	return pgconn.CommandTag{}, errors.New("a query that adds rows must return them")
}

// QueryRow runs a query that returns one row, when the row is scanned.
func (s *resultStore) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return rowFunc(func(dest ...any) error {
		rows, err := s.Query(ctx, sql, args...)
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

// Query runs a query that returns rows. The query is committed if the rows have no error at the end.
func (s *resultStore) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	s.key.Replayed = false
	rows, err := s.send(ctx, sql, args)
	if err == nil {
		first := &peekedRows{Rows: rows, more: rows.Next()}
		if err = rows.Err(); err == nil {
			return first, nil
		}
		rows.Close()
	}
	if err = claimError(err); !errors.Is(err, errKeyUsed) {
		return nil, err
	}
	stored, err := s.load(ctx, db.New(s.conn))
	if err != nil {
		return nil, err
	}
	return newStoredRows(stored)
}

func (s *resultStore) send(ctx context.Context, sql string, args []any) (pgx.Rows, error) {
	query, err := storingQuery(sql, len(args)+1)
	if err != nil {
		return nil, err
	}
	claim := s.claimParams()
	args = append(args, s.userID, claim.KeyHash, s.key.Fingerprint[:], s.key.Sealed, claim.Lock, claim.Keep)
	if s.bump == nil {
		return s.conn.Query(ctx, query, args...)
	}
	batch := &pgx.Batch{}
	if _, err := db.New(queueDB{batch: batch}).BumpVersions(ctx, *s.bump); err != nil {
		return nil, err
	}
	batch.Queue(query, args...)
	results := s.conn.SendBatch(ctx, batch)
	bumped, err := results.Exec()
	if err == nil {
		err = accountError(bumped.RowsAffected())
	}
	if err != nil {
		_ = results.Close() // it has the same error, or none
		return nil, err
	}
	rows, err := results.Query()
	if err != nil {
		_ = results.Close() // it has the same error
		return nil, err
	}
	return &committedRows{Rows: rows, results: results}, nil
}

// peekedRows are rows on which Next was called once, because that call reports the errors of the query.
type peekedRows struct {
	pgx.Rows
	more   bool // there is a first row
	peeked bool
}

// Next reports whether there is another row.
func (r *peekedRows) Next() bool {
	if !r.peeked {
		r.peeked = true
		return r.more
	}
	return r.Rows.Next()
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
