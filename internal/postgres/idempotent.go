package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/metrics"
)

// The functions below run the writes of a request that may have an idempotency key. Without a key (nil), they do the same as
// [DB.Write], [WriteOne], [BumpAndQuery] and [DB.WriteTx].
//
// With a key, they store the result in the same transaction. If the key was used before, they set key.Replayed, change nothing and
// return the stored result. They return [apperr.KeyInUse] if a request with the same key is running on any server, and
// [apperr.KeyReused] if the key was used for another request. If they return an error, the key can be used again.

// Add is [DB.Write] for one query of gen/db that adds rows and marks the rows to store ([resultStore]).
func (d *DB) Add(ctx context.Context, userID int64, key *idempotency.Key, fn func(*db.Queries) error) error {
	if key == nil {
		return d.Write(ctx, userID, fn)
	}
	return d.add(ctx, &resultStore{userID: userID, key: key}, func(_ context.Context, q *db.Queries) error { return fn(q) })
}

// AddOne is [WriteOne] for a query that adds a row; see [DB.Add].
func AddOne[R any](ctx context.Context, d *DB, userID int64, key *idempotency.Key, name string, query func(*db.Queries) (R, error)) (row R, err error) {
	err = d.Add(ctx, userID, key, func(q *db.Queries) error {
		row, err = query(q)
		return rowError(name, err)
	})
	return row, err
}

// BumpAndAdd is [BumpAndQuery] for a query that adds rows; see [DB.Add].
func BumpAndAdd[P, R any](ctx context.Context, d *DB, userID int64, key *idempotency.Key, lists Lists, query func(*db.Queries, context.Context, P) (R, error), params P) (result R, err error) {
	if key == nil {
		return BumpAndQuery(ctx, d, userID, lists, query, params)
	}
	bump := lists.bumpParams(userID)
	err = d.add(ctx, &resultStore{userID: userID, key: key, bump: &bump}, func(ctx context.Context, q *db.Queries) error {
		result, err = query(q, ctx, params)
		return err
	})
	return result, err
}

// AddTx is [DB.WriteTx] for several statements. The result must be a type that can be encoded as JSON. It is stored for 24 hours: if a
// field gets another name, requests that are repeated after the upgrade return a result without it.
func AddTx[R any](ctx context.Context, d *DB, userID int64, key *idempotency.Key, fn func(*db.Queries) (R, error)) (result R, err error) {
	if key == nil {
		err = d.WriteTx(ctx, userID, func(q *db.Queries) error { result, err = fn(q); return err })
		return result, err
	}
	s := resultStore{userID: userID, key: key}
	err = d.withKeyLock(ctx, &s, func() error {
		return d.tx(ctx, work{userID, write, ""}, func(q *db.Queries) error {
			if err := q.ClaimKey(ctx, s.claimParams()); err != nil {
				return claimError(err)
			}
			if result, err = fn(q); err != nil {
				return err
			}
			return s.save(ctx, q, result)
		})
	})
	if errors.Is(err, errKeyUsed) {
		err = d.Run(ctx, func(q *db.Queries) error {
			stored, err := s.load(ctx, q)
			if err != nil {
				return err
			}
			return json.Unmarshal(stored, &result)
		})
	}
	return result, err
}

func (d *DB) add(ctx context.Context, s *resultStore, fn func(context.Context, *db.Queries) error) error {
	return d.withKeyLock(ctx, s, func() error {
		return d.withConn(ctx, work{s.userID, write, ""}, func(ctx context.Context, conn *borrowedConn) error {
			s.conn = conn.Conn
			return fn(ctx, db.New(deadlineDB{s, ctx}))
		})
	})
}

// withKeyLock calls fn under the user's lock. It returns [apperr.KeyInUse] if a request with the same key is running on this server,
// which would otherwise wait for that lock.
func (d *DB) withKeyLock(ctx context.Context, s *resultStore, fn func() error) error {
	running := runningKey{s.userID, s.key.Hash()}
	if !d.runningKeys.begin(running) {
		return keyInUse()
	}
	defer d.runningKeys.end(running)
	return d.locked(ctx, s.userID, fn)
}

// claimParams returns the parameters of the statement that begins the request.
func (s *resultStore) claimParams() db.ClaimKeyParams {
	hash := s.key.Hash()
	return db.ClaimKeyParams{UserID: s.userID, KeyHash: hash[:], Lock: s.key.LockID(s.userID), Keep: idempotency.Retention}
}

// save stores a result.
func (s *resultStore) save(ctx context.Context, q *db.Queries, result any) error {
	text, err := json.Marshal(result)
	if err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	hash := s.key.Hash()
	err = q.KeepResult(ctx, db.KeepResultParams{
		UserID: s.userID, KeyHash: hash[:], Fingerprint: s.key.Fingerprint[:], Result: text, Sealed: s.key.Sealed,
	})
	if err != nil {
		return fmt.Errorf("keep the result: %w", err)
	}
	return nil
}

// load returns the stored result of the first request with the key. It returns [apperr.KeyReused] if that was another request, and
// errResultDeleted if the result is gone.
func (s *resultStore) load(ctx context.Context, q *db.Queries) ([]byte, error) {
	hash := s.key.Hash()
	row, err := q.GetKeptResult(ctx, db.GetKeptResultParams{UserID: s.userID, KeyHash: hash[:], Keep: idempotency.Retention})
	switch {
	case NoRow(err):
		return nil, errResultDeleted
	case err != nil:
		return nil, fmt.Errorf("get the kept result: %w", err)
	case string(row.Fingerprint) != string(s.key.Fingerprint[:]):
		return nil, apperr.New(apperr.KeyReused)
	}
	s.key.Replayed, s.key.Sealed = true, row.Sealed
	metrics.IdempotentReplays.Inc()
	return row.Result, nil
}

var (
	errKeyUsed = errors.New("the idempotency key was used")
	// errResultDeleted is returned if the key has expired since it was claimed, or the account has been deleted.
	errResultDeleted error = apperr.Busy(apperr.KeyInUse, apperr.RetrySoon, errors.New("the result was deleted meanwhile"))
)

// claimError converts the error of a statement that claims the key.
func claimError(err error) error {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	switch {
	case ok && pg.Code == "OC001":
		return keyInUse()
	case ok && pg.Code == "OC002":
		return errKeyUsed
	}
	return err
}

func keyInUse() error { return apperr.Busy(apperr.KeyInUse, apperr.RetrySoon, nil) }

// runningKeys is the set of the keys whose requests are running on this server.
type runningKeys struct {
	mu   sync.Mutex
	keys map[runningKey]struct{}
}

type runningKey struct {
	userID int64
	hash   [32]byte
}

// begin adds a key. It returns false if the set had the key already.
func (r *runningKeys) begin(key runningKey) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys == nil {
		r.keys = map[runningKey]struct{}{}
	}
	_, running := r.keys[key]
	r.keys[key] = struct{}{}
	return !running
}

func (r *runningKeys) end(key runningKey) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.keys, key)
}

// keyBatch is the maximum number of keys that one statement deletes.
const keyBatch = 1000

// DeleteOldKeys deletes the idempotency keys that are older than [idempotency.Retention], in batches. Several servers may do so at the
// same time. It returns the errors of [DB.Run]; completed batches stay deleted.
func (d *DB) DeleteOldKeys(ctx context.Context) error {
	for {
		var users, registrations int64
		err := d.Run(ctx, func(q *db.Queries) (err error) {
			if users, err = q.DeleteOldKeys(ctx, db.DeleteOldKeysParams{Keep: idempotency.Retention, BatchSize: keyBatch}); err != nil {
				return err
			}
			registrations, err = q.DeleteOldRegistrationKeys(ctx, db.DeleteOldRegistrationKeysParams{Keep: idempotency.Retention, BatchSize: keyBatch})
			return err
		})
		if err != nil || max(users, registrations) < keyBatch {
			return err
		}
	}
}
