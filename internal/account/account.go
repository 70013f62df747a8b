// Package account registers accounts, lets their owners see, rename and delete them, and lets the operator list, reset and
// delete them.
package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	usernames "github.com/ocipe/ocipe/internal/username"
)

// Service has the use cases of accounts. DB, Passwords and Policy are required; a nil limiter means no limit.
type Service struct {
	DB         *postgres.DB
	Passwords  *password.Hasher
	Policy     password.Policy
	Quota      *throttle.Limiter[netip.Prefix] // limits the accounts that a network registers
	TakenNames *throttle.Limiter[netip.Prefix] // limits how often a network learns that a name is taken
	Gate       *throttle.Gate                  // for reset codes; nil: the service can't redeem them
	OnRevoked  func(ids []uuid.UUID)           // called with the sessions and grants that have ended; may be nil
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
// It returns [apperr.InvalidInput] if the policy rejects the password or the name has no visible characters,
// [apperr.UsernameTaken], [apperr.TooManyRegistrations] if the network has used up its quota of accounts or of taken names,
// [apperr.Overloaded] or [apperr.Unavailable]. If it fails, nothing has changed.
//
// The key may be nil. If it was used before, Register returns nil for the same username and password, and otherwise
// [apperr.KeyReused], which counts against the quota of taken names. It returns [apperr.KeyInUse] if a registration with the
// same key is running on any server.
func (s *Service) Register(ctx context.Context, key *idempotency.Key, username, newPassword string, from netip.Addr, userAgent string) error {
	if invalid := append(s.Policy.Check(newPassword, username), checkVisible(username)...); len(invalid) > 0 {
		return apperr.Invalid(invalid...)
	}
	network := throttle.NetworkOf(from)
	if err := s.checkRepeated(ctx, key, username, newPassword, network); !errors.Is(err, errNotRepeated) {
		return err // before the quotas, which the first registration may have used up
	}
	if err := cmp.Or(s.Quota.Check(network), s.TakenNames.Check(network)); err != nil {
		return err
	}
	err := s.register(ctx, key, username, newPassword, network, clientOf(from, userAgent))
	if errors.Is(err, errTaken) || errors.Is(err, errRepeated) { // perhaps by a registration with the same key, meanwhile
		if again := s.checkRepeated(ctx, key, username, newPassword, network); !errors.Is(again, errNotRepeated) {
			return again
		}
	}
	if errors.Is(err, errTaken) {
		err = cmp.Or(s.TakenNames.Take(network), errTaken) // parallel calls must not exceed the quota
	}
	return err
}

func (s *Service) register(ctx context.Context, key *idempotency.Key, username, newPassword string, network netip.Prefix, from activity.Client) error {
	// If many calls want the same name at once, only the first ones hash a password; the others find it taken.
	hash, err := s.Passwords.Hash(ctx, newPassword, func() error { return s.isFree(ctx, username) })
	if err != nil {
		return err
	}
	// Take the quota only now: a call that waits for its hash must not use up the quota of other calls.
	if err := s.Quota.Take(network); err != nil {
		return err
	}
	err = s.create(ctx, key, username, hash, from)
	if err != nil {
		s.Quota.Refund(network)
	}
	return err
}

// checkVisible returns a field error if the username has no visible characters.
func checkVisible(username string) []apperr.FieldError {
	if usernames.Key(username) != "" {
		return nil
	}
	return []apperr.FieldError{{Path: "username", Code: "invalid_characters", Detail: "A username must have visible characters."}}
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

func clientOf(address netip.Addr, userAgent string) activity.Client {
	if !address.IsValid() {
		return activity.Operator
	}
	return activity.Client{UserAgent: userAgent, Address: address.String()}.Clip()
}

func (s *Service) create(ctx context.Context, key *idempotency.Key, username, hash string, from activity.Client) error {
	params := db.CreateUserParams{
		Username: username, UsernameKey: usernames.Key(username), PasswordHash: hash,
		Address: from.Address, UserAgent: from.UserAgent, Account: throttle.AccountHash(usernames.Key(username)),
	}
	if key != nil {
		return s.createOnce(ctx, key, params)
	}
	return s.DB.Run(ctx, func(q *db.Queries) error { _, err := insert(ctx, q, params); return err })
}

func insert(ctx context.Context, q *db.Queries, params db.CreateUserParams) (id int64, err error) {
	id, err = q.CreateUser(ctx, params)
	if postgres.NoRow(err) {
		return 0, errTaken
	}
	if err != nil {
		return 0, fmt.Errorf("create the account: %w", err)
	}
	return id, nil
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

// ResetPassword sets a new password and revokes all sessions and API tokens of the account, because somebody else may know the
// old password. It runs in one transaction, so that no refresh can commit in between. It returns the number of revoked sessions.
//
// It returns [apperr.InvalidInput] if the policy rejects the password, and [apperr.NotFound] if the account is gone.
func (s *Service) ResetPassword(ctx context.Context, user User, newPassword string) (number int, err error) {
	if invalid := s.Policy.Check(newPassword, user.Username); len(invalid) > 0 {
		return 0, apperr.Invalid(invalid...)
	}
	hash, err := s.Passwords.Hash(ctx, newPassword, nil)
	if err != nil {
		return 0, err
	}
	var revoked revokedIDs
	err = s.DB.Tx(ctx, func(q *db.Queries) (err error) {
		revoked, err = resetPassword(ctx, q, user, hash, activity.Operator)
		return err
	})
	if err == nil {
		s.reportRevoked(revoked)
	}
	return len(revoked.sessions), err
}
