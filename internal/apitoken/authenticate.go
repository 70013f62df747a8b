package apitoken

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/maypok86/otter/v2"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Grant has the permissions of a token.
type Grant struct {
	TokenID, UserID int64
	Scopes          []string // sorted; don't change it

	id           uuid.UUID // in [Revoked] as soon as the token is revoked or has other scopes
	expiresAt    time.Time
	recordedHour time.Time // the hour for which the use of the token is recorded
}

// maxGrants is the maximum number of cached grants. The tokens that are used least are looked up again.
const maxGrants = 10_000

// grants caches the grants of tokens by the hash of the token, for at most an hour. [Revoked] has the grants that ended in the last
// hour, so it is enough to reject all that have ended.
type grants = otter.Cache[[sha256.Size]byte, *Grant]

func newGrants() *grants {
	return otter.Must(&otter.Options[[sha256.Size]byte, *Grant]{MaximumSize: maxGrants})
}

// lookupTimeout limits the look-up of a token.
const lookupTimeout = 10 * time.Second

// Authenticate returns the grant of a token. If the token was used earlier in this hour, it runs no statement.
//
// It returns [apperr.TokenNotValid] if the token is unknown, expired or revoked, and [apperr.Unavailable] if the database doesn't
// respond.
func (s *Service) Authenticate(ctx context.Context, token string, from activity.Client) (*Grant, error) {
	if !isWellFormed(token) {
		return nil, apperr.New(apperr.TokenNotValid)
	}
	hash, now := hashOf(token), s.Clock()
	g, known := s.grants.GetIfPresent(hash)
	cached := known && g.recordedHour.Equal(hourOf(now)) && !s.Revoked.Has(g.id)
	if !cached {
		var err error
		if g, err = s.lookUp(ctx, hash, now, from); err != nil {
			return nil, err
		}
	}
	// Also after a look-up: the token may have been revoked during it.
	if s.Revoked.Has(g.id) || !now.Before(g.expiresAt) {
		return nil, apperr.New(apperr.TokenNotValid)
	}
	if cached {
		if err := s.Revoked.Check(g.id, now); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (s *Service) lookUp(ctx context.Context, hash [sha256.Size]byte, now time.Time, from activity.Client) (*Grant, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	var row db.UseAPITokenRow
	from = from.Clip()
	err := s.DB.Run(ctx, func(q *db.Queries) (err error) {
		row, err = q.UseAPIToken(ctx, db.UseAPITokenParams{Hash: hash[:], Address: from.Address, UserAgent: from.UserAgent})
		return err
	})
	if postgres.NoRow(err) {
		s.grants.Invalidate(hash)
		return nil, apperr.New(apperr.TokenNotValid)
	}
	if err != nil {
		return nil, fmt.Errorf("look up the API token: %w", err)
	}
	if row.FirstUse {
		s.Log.InfoContext(ctx, "an API token was used for the first time", "user", row.UserID, "api_token", row.ID, "client", from.Address)
	}
	g := &Grant{
		TokenID: row.ID, UserID: row.UserID, Scopes: row.Scopes,
		id: row.GrantID, expiresAt: row.ExpiresAt, recordedHour: hourOf(now),
	}
	s.grants.Set(hash, g)
	return g, nil
}

func hourOf(t time.Time) time.Time { return t.Truncate(time.Hour) }
