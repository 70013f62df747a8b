// Package account registers accounts and lets the operator list, reset and delete them.
package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// Service has the use cases of accounts. All fields but Quota and Answers are required; nil means no limit.
type Service struct {
	DB        *postgres.DB
	Passwords *password.Hasher
	Policy    password.Policy
	Quota     *throttle.Limiter[netip.Prefix] // of accounts that a network may register
	Answers   *throttle.Limiter[netip.Prefix] // to a network that a name is taken
}

// User is an account as the operator sees it. [Service.Find] sets only ID and Username.
type User struct {
	ID           int64
	Username     string // as typed, after NFKC
	CreatedAt    time.Time
	LiveSessions int64
}

// Register creates an account with its fridge and its grocery list, in one transaction. The username must be valid
// against the contract and normalized ([usernames.Normalize]).
//
// It returns [apperr.InvalidInput] if the policy rejects the password or the name is invisible, [apperr.UsernameTaken],
// [apperr.TooManyRegistrations] if the network has used up its quota of accounts or of taken names, [apperr.Overloaded] or
// [apperr.Unavailable]. If it fails, nothing has changed.
func (s *Service) Register(ctx context.Context, username, newPassword string, from netip.Addr) error {
	invalid := s.Policy.Check(newPassword, username)
	if usernames.Key(username) == "" {
		invalid = append(invalid, apperr.FieldError{
			Path: "username", Code: "invalid_characters", Detail: "A username must have visible characters.",
		})
	}
	if len(invalid) > 0 {
		return apperr.Invalid(invalid...)
	}
	network := throttle.NetworkOf(from)
	if err := cmp.Or(s.Quota.Check(network), s.Answers.Check(network)); err != nil {
		return err
	}
	err := s.register(ctx, username, newPassword, network)
	if errors.Is(err, errTaken) {
		err = cmp.Or(s.Answers.Take(network), errTaken) // parallel calls learn no more than the quota
	}
	return err
}

func (s *Service) register(ctx context.Context, username, newPassword string, network netip.Prefix) error {
	// If many calls want the same name at once, only the first ones hash a password; the others find it taken.
	hash, err := s.Passwords.Hash(ctx, newPassword, func() error { return s.isFree(ctx, username) })
	if err != nil {
		return err
	}
	// Taken only now: a call that waits for its hash must not use up the quota of other calls.
	if err := s.Quota.Take(network); err != nil {
		return err
	}
	err = s.create(ctx, username, hash)
	if err != nil {
		s.Quota.Refund(network)
	}
	return err
}

// errTaken is returned if another account has the name.
var errTaken error = &apperr.Error{Code: apperr.UsernameTaken, Fields: []apperr.FieldError{
	{Path: "username", Code: "taken", Detail: "Username already exists."},
}}

func (s *Service) isFree(ctx context.Context, username string) error {
	_, err := s.Find(ctx, username)
	if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	return errTaken
}

func (s *Service) create(ctx context.Context, username, hash string) error {
	return s.DB.Run(ctx, func(q *db.Queries) error {
		_, err := q.CreateUser(ctx, db.CreateUserParams{
			Username: username, UsernameKey: usernames.Key(username), PasswordHash: hash,
		})
		if postgres.NoRow(err) {
			return errTaken
		}
		if err != nil {
			return fmt.Errorf("create the account: %w", err)
		}
		return nil
	})
}

// List returns all accounts, the oldest first. Like the use cases below, it may also return [apperr.Unavailable] or
// [apperr.Overloaded].
func (s *Service) List(ctx context.Context) ([]User, error) {
	var users []User
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.ListUsers(ctx)
		if err != nil {
			return fmt.Errorf("list the accounts: %w", err)
		}
		for _, r := range rows {
			users = append(users, User{ID: r.ID, Username: r.Username, CreatedAt: r.CreatedAt, LiveSessions: r.LiveSessions})
		}
		return nil
	})
	return users, err
}

// Find returns the account with this name, without regard to case.
//
// It returns [apperr.NotFound] if there is none.
func (s *Service) Find(ctx context.Context, username string) (User, error) {
	var user User
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		row, err := q.GetUser(ctx, usernames.Key(username))
		if postgres.NoRow(err) {
			return apperr.New(apperr.NotFound)
		}
		if err != nil {
			return fmt.Errorf("find the account: %w", err)
		}
		user = User{ID: row.ID, Username: row.Username}
		return nil
	})
	return user, err
}

// ResetPassword sets a new password, revokes all sessions of the account, and forgets the failed logins and the devices. All of it
// happens in one transaction, so that no refresh can commit in between. It returns the number of sessions that were revoked.
//
// It returns [apperr.InvalidInput] if the policy rejects the password, and [apperr.NotFound] if the account is gone.
func (s *Service) ResetPassword(ctx context.Context, user User, newPassword string) (revoked int64, err error) {
	if invalid := s.Policy.Check(newPassword, user.Username); len(invalid) > 0 {
		return 0, apperr.Invalid(invalid...)
	}
	hash, err := s.Passwords.Hash(ctx, newPassword, nil)
	if err != nil {
		return 0, err
	}
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		changed, err := q.SetPassword(ctx, db.SetPasswordParams{UserID: user.ID, PasswordHash: hash})
		if err != nil {
			return fmt.Errorf("set the password: %w", err)
		}
		if changed == 0 {
			return apperr.New(apperr.NotFound)
		}
		if err := throttle.Forget(ctx, q, user.ID, usernames.Key(user.Username)); err != nil {
			return err
		}
		revoked, err = q.EndSessionsOfUser(ctx, db.EndSessionsOfUserParams{UserID: user.ID, Reason: "password"})
		if err != nil {
			return fmt.Errorf("revoke the sessions: %w", err)
		}
		return nil
	})
	return revoked, err
}

// Delete deletes the account with all its data, and ends its sessions.
//
// It returns [apperr.NotFound] if the account is gone already.
func (s *Service) Delete(ctx context.Context, user User) error {
	return s.DB.Run(ctx, func(q *db.Queries) error {
		deleted, err := q.DeleteUser(ctx, user.ID)
		if err != nil {
			return fmt.Errorf("delete the account: %w", err)
		}
		if deleted == 0 {
			return apperr.New(apperr.NotFound)
		}
		return nil
	})
}
