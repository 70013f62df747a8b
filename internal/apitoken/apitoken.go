// Package apitoken manages the API tokens of an account: long-lived secrets for scripts, limited by scopes.
package apitoken

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

// MaxTokens is the maximum number of an account's tokens, including expired ones.
const MaxTokens = 100

// Service has the use cases of API tokens. All fields but Keys are required; create it with [New]. Each use case also returns the
// errors of [postgres.DB.Run]. If it returns an error, nothing has changed.
type Service struct {
	DB      *postgres.DB
	Revoked Revoked
	Clock   func() time.Time
	Log     *slog.Logger
	Random  io.Reader        // cryptographically secure
	Keys    *token.Authority // required to create tokens with idempotency keys

	grants *grants
}

// Revoked is the set of sessions and grants that ended recently, on all servers. Package session implements it.
type Revoked interface {
	// Add adds the id of a session or a grant.
	Add(id uuid.UUID)
	// Has reports whether the set has this id.
	Has(id uuid.UUID) bool
	// Check returns an error if the session or grant has ended, or if it is unknown whether it has.
	Check(id uuid.UUID, now time.Time) error
}

// New returns s, ready for use. Call [Service.Close] at the end.
func New(s Service) *Service {
	s.grants = newGrants()
	return &s
}

// Close stops the goroutines of the service.
func (s *Service) Close() { s.grants.StopAllGoroutines() }

// Token is an API token without its secret.
type Token struct {
	ID         int64
	Name       string   // 1 to 100 characters
	Scopes     []string // at least one, sorted
	CreatedAt  time.Time
	ExpiresAt  time.Time
	LastUsedAt *time.Time      // the start of the hour of the last use; nil: never used
	Client     activity.Client // that created the token
}

// Create creates a token that expires after lifetime, and returns it with its secret, which can't be read again.
//
// It returns [apperr.TooManyAPITokens] if the user has [MaxTokens], [apperr.TokenNotValid] if the account has been deleted, and the
// errors of [postgres.BumpAndAdd]. The key may be nil. With a key, the secret is stored encrypted, and can be read again with the
// same key for 24 hours.
func (s *Service) Create(ctx context.Context, userID int64, key *idempotency.Key, name string, scopes []string, lifetime time.Duration, from activity.Client) (Token, string, error) {
	secret, err := generate(s.Random)
	if err != nil {
		return Token{}, "", err
	}
	if key != nil {
		if key.Sealed, err = s.Keys.Issuer().Seal(sealPurpose(userID, key), []byte(secret), s.Clock()); err != nil {
			return Token{}, "", err
		}
	}
	hash := hashOf(secret)
	from = from.Clip()
	row, err := postgres.BumpAndAdd(ctx, s.DB, userID, key, postgres.Lists{}, (*db.Queries).CreateAPIToken, db.CreateAPITokenParams{
		UserID: userID, Hash: hash[:], Name: name, Scopes: sortedUnique(scopes), Lifetime: lifetime, MaxTokens: MaxTokens,
		UserAgent: from.UserAgent, Address: from.Address,
	})
	if postgres.NoRow(err) {
		return Token{}, "", apperr.New(apperr.TooManyAPITokens)
	}
	if err != nil {
		return Token{}, "", fmt.Errorf("create the API token: %w", err)
	}
	if key != nil && key.Replayed {
		if secret, err = s.unseal(userID, key); err != nil {
			return Token{}, "", err
		}
	}
	return Token{
		ID: row.ID, Name: row.Name, Scopes: row.Scopes, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt,
		Client: activity.Client{UserAgent: row.UserAgent, Address: row.Address},
	}, secret, nil
}

// sealPurpose returns the purpose of a stored secret, which only the same user can read, with the same key.
func sealPurpose(userID int64, key *idempotency.Key) string {
	return fmt.Sprintf("API token of user %d, idempotency key %s", userID, key.Text)
}

// unseal returns the secret of a token that was created before. It returns [apperr.KeyReused] if the keys file was replaced.
func (s *Service) unseal(userID int64, key *idempotency.Key) (string, error) {
	secret, err := s.Keys.Issuer().Unseal(sealPurpose(userID, key), key.Sealed)
	if err != nil {
		return "", &apperr.Error{Code: apperr.KeyReused, Cause: err, Detail: "The API token was created, but the server can't show it again, " +
			"because its keys were replaced. Revoke it, and create another one with another key."}
	}
	return string(secret), nil
}

// List returns the user's tokens, the newest first, including those that expired less than 30 days ago. It returns
// [apperr.TokenNotValid] if the account has been deleted.
func (s *Service) List(ctx context.Context, userID int64) ([]Token, error) {
	tokens := []Token{}
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		tokens = tokens[:0]
		rows, err := q.ListAPITokens(ctx, userID)
		if err != nil {
			return fmt.Errorf("list the API tokens: %w", err)
		}
		for _, row := range rows {
			tokens = append(tokens, tokenOf(row))
		}
		if len(rows) > 0 {
			return nil
		}
		_, err = q.GetVersions(ctx, userID)
		if postgres.NoRow(err) {
			return apperr.New(apperr.TokenNotValid)
		}
		return err
	})
	return tokens, err
}

// Get returns one of the user's tokens. It returns [apperr.NotFound] if the user has no token with this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Token, error) {
	row, err := postgres.QueryOne(ctx, s.DB, "get the API token", func(q *db.Queries) (db.GetAPITokenRow, error) {
		return q.GetAPIToken(ctx, db.GetAPITokenParams{ID: id, UserID: userID})
	})
	if err != nil {
		return Token{}, err
	}
	return tokenOf(db.ListAPITokensRow(row)), nil
}

// Update changes the name and the scopes of a token; nil leaves them as they are. The new scopes apply at once, on all servers. It
// returns [apperr.NotFound] if the user has no token with this id.
func (s *Service) Update(ctx context.Context, userID, id int64, name *string, scopes []string) (Token, error) {
	row, err := postgres.QueryOne(ctx, s.DB, "update the API token", func(q *db.Queries) (db.UpdateAPITokenRow, error) {
		return q.UpdateAPIToken(ctx, db.UpdateAPITokenParams{ID: id, UserID: userID, Name: name, Scopes: sortedUnique(scopes)})
	})
	if err != nil {
		return Token{}, err
	}
	if row.Regranted {
		s.Revoked.Add(row.OldGrant)
	}
	return tokenOf(db.ListAPITokensRow{
		ID: row.ID, Name: row.Name, Scopes: row.Scopes, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, LastUsedAt: row.LastUsedAt,
		UserAgent: row.UserAgent, Address: row.Address,
	}), nil
}

// Revoke deletes a token; no server accepts it any more. Revoking it again isn't an error. It returns [apperr.NotFound] if the user
// never had a token with this id.
func (s *Service) Revoke(ctx context.Context, userID, id int64, from activity.Client) error {
	from = from.Clip()
	grant, err := postgres.QueryOne(ctx, s.DB, "delete the API token", func(q *db.Queries) (uuid.UUID, error) {
		return q.DeleteAPIToken(ctx, db.DeleteAPITokenParams{ID: id, UserID: userID, Address: from.Address, UserAgent: from.UserAgent})
	})
	if err == nil {
		s.Revoked.Add(grant)
	}
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindAPIToken, id)
}

func tokenOf(row db.ListAPITokensRow) Token {
	return Token{
		ID: row.ID, Name: row.Name, Scopes: row.Scopes, CreatedAt: row.CreatedAt, ExpiresAt: row.ExpiresAt, LastUsedAt: row.LastUsedAt,
		Client: activity.Client{UserAgent: row.UserAgent, Address: row.Address},
	}
}

// sortedUnique returns scopes sorted and without duplicates; nil stays nil.
func sortedUnique(scopes []string) []string {
	sorted := slices.Clone(scopes)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
