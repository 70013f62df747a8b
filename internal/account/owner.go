package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// Account is an account as its owner sees it.
type Account struct {
	ID                int64
	Username          string // as typed, after NFKC
	CreatedAt         time.Time
	PasswordChangedAt time.Time
	LiveSessions      int64
	APITokens         int64
}

// Get returns the account of the user.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and [apperr.Overloaded] or [apperr.Unavailable].
func (s *Service) Get(ctx context.Context, userID int64) (Account, error) {
	row, err := postgres.QueryOne(ctx, s.DB, "get the account", func(q *db.Queries) (db.GetAccountRow, error) {
		return q.GetAccount(ctx, userID)
	})
	return accountOf(row), postgres.MapAccountError(err)
}

func accountOf(r db.GetAccountRow) Account {
	return Account{
		ID: r.ID, Username: r.Username, CreatedAt: r.CreatedAt, PasswordChangedAt: r.PasswordChangedAt,
		LiveSessions: r.LiveSessions, APITokens: r.ApiTokens,
	}
}

// Rename renames the account of the user and returns it, in one transaction. The username must be valid against the contract and
// normalized ([usernames.Normalize]). If the account already has this name, nothing changes.
//
// It returns [apperr.InvalidInput] if the name has no visible characters, [apperr.UsernameTaken], [apperr.TooManyRegistrations] if
// the network has used up its quota of taken names, and the errors of [Service.Get]. If it fails, nothing has changed.
func (s *Service) Rename(ctx context.Context, userID int64, username string, from activity.Client) (renamed Account, err error) {
	if invalid := checkVisible(username); len(invalid) > 0 {
		return Account{}, apperr.Invalid(invalid...)
	}
	address, _ := netip.ParseAddr(from.Address)
	network := throttle.NetworkOf(address)
	if err := s.TakenNames.Check(network); err != nil {
		return Account{}, err
	}
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		if err := rename(ctx, q, userID, username, from); err != nil {
			return err
		}
		row, err := q.GetAccount(ctx, userID)
		if err != nil {
			return fmt.Errorf("get the account: %w", err)
		}
		renamed = accountOf(row)
		return nil
	})
	if errors.Is(err, errTaken) {
		err = cmp.Or(s.TakenNames.Take(network), errTaken)
	}
	return renamed, err
}

func rename(ctx context.Context, q *db.Queries, userID int64, username string, from activity.Client) error {
	previous, err := q.LockUsername(ctx, userID)
	if postgres.NoRow(err) {
		return apperr.New(apperr.TokenNotValid)
	}
	if err != nil {
		return fmt.Errorf("lock the account: %w", err)
	}
	if previous.Username == username {
		return nil
	}
	key := usernames.Key(username)
	_, err = q.RenameUser(ctx, db.RenameUserParams{UserID: userID, Username: username, UsernameKey: key})
	if postgres.IsDuplicate(err) {
		return errTaken
	}
	if err != nil {
		return fmt.Errorf("rename the account: %w", err)
	}
	if err := throttle.RenameAccount(ctx, q, previous.UsernameKey, key); err != nil {
		return err
	}
	return activity.Record(ctx, q, userID, activity.UsernameChanged, from, username)
}

// DeleteOwn deletes the account of the user and all its data, in one transaction. Its sessions end on all servers.
//
// It returns the errors of [Service.Get]. If it fails, nothing has changed.
func (s *Service) DeleteOwn(ctx context.Context, userID int64) error {
	return postgres.MapAccountError(s.Delete(ctx, User{ID: userID}))
}

// Delete deletes the account and all its data, in one transaction. Its sessions end on all servers.
//
// It returns [apperr.NotFound] if the account is already gone.
func (s *Service) Delete(ctx context.Context, user User) error {
	var revoked revokedIDs
	err := s.DB.Tx(ctx, func(q *db.Queries) error {
		_, err := q.LockUser(ctx, user.ID)
		if postgres.NoRow(err) {
			return apperr.New(apperr.NotFound)
		}
		if err != nil {
			return fmt.Errorf("lock the account: %w", err)
		}
		if revoked, err = endAll(ctx, q, user.ID, "deleted"); err != nil {
			return err
		}
		if err := q.DeleteUser(ctx, user.ID); err != nil {
			return fmt.Errorf("delete the account: %w", err)
		}
		return nil
	})
	if err == nil {
		s.reportRevoked(revoked)
	}
	return err
}
