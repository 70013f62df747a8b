package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
)

// errRepeated is returned by a transaction that finds an earlier registration with the same key.
var errRepeated error = apperr.Busy(apperr.KeyInUse, apperr.RetrySoon, errors.New("another registration with the idempotency key"))

var errNotRepeated = errors.New("no registration had this idempotency key")

// checkRepeated returns nil if a registration with this key created this account with this password, errNotRepeated if the key is nil
// or no registration had it, and [apperr.KeyReused] if the registration had another name or password. The quota of taken names
// limits how many passwords can be tried this way.
func (s *Service) checkRepeated(ctx context.Context, key *idempotency.Key, username, newPassword string, network netip.Prefix) error {
	if key == nil {
		return errNotRepeated
	}
	row, err := postgres.QueryOne(ctx, s.DB, "find the registration", func(q *db.Queries) (db.FindRegistrationRow, error) {
		hash := key.Hash()
		return q.FindRegistration(ctx, db.FindRegistrationParams{KeyHash: hash[:], Keep: idempotency.Retention})
	})
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.NotFound {
		return errNotRepeated
	}
	if err != nil {
		return err
	}
	if err := s.TakenNames.Take(network); err != nil {
		return err
	}
	same := row.Username == username
	if same {
		if same, _, err = s.Passwords.Verify(ctx, newPassword, row.PasswordHash); err != nil {
			return err
		}
	}
	if !same {
		return apperr.New(apperr.KeyReused)
	}
	s.TakenNames.Refund(network)
	key.Replayed = true
	return nil
}

// createOnce creates the account and stores the key in one transaction. It returns errRepeated if the key is already stored.
func (s *Service) createOnce(ctx context.Context, key *idempotency.Key, params db.CreateUserParams) error {
	return s.DB.Tx(ctx, func(q *db.Queries) error {
		locked, err := q.TryLockKey(ctx, key.LockID(0))
		if err != nil {
			return fmt.Errorf("lock the idempotency key: %w", err)
		}
		if !locked {
			return apperr.Busy(apperr.KeyInUse, apperr.RetrySoon, nil)
		}
		hash := key.Hash()
		_, err = q.FindRegistration(ctx, db.FindRegistrationParams{KeyHash: hash[:], Keep: idempotency.Retention})
		if err == nil {
			return errRepeated
		}
		if !postgres.NoRow(err) {
			return fmt.Errorf("find the registration: %w", err)
		}
		id, err := insert(ctx, q, params)
		if err != nil {
			return err
		}
		if err := q.KeepRegistration(ctx, db.KeepRegistrationParams{KeyHash: hash[:], UserID: id, Username: params.Username}); err != nil {
			return fmt.Errorf("keep the registration: %w", err)
		}
		return nil
	})
}
