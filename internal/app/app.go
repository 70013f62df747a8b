// Package app assembles the use cases on a database, and runs their background work.
package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/export"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/monitoring"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/token"
)

// Config is what an App needs. All fields but Passwords are required.
type Config struct {
	DB    *postgres.DB // migrated
	Keys  token.File   // created if it doesn't exist
	Clock func() time.Time
	Log   *slog.Logger

	PublicURL            *url.URL // issuer and audience of the tokens
	Sessions             session.Settings
	PasswordMin          int             // characters of a new password
	Passwords            password.Params // the cost of hashing; the zero value is for production
	RegistrationsPerHour int             // per client address; 0: no limit
	TrashDays            int             // how long deleted recipes stay in the trash
}

// App has the use cases, one service per noun. Create it with [New].
type App struct {
	Accounts   *account.Service
	Sessions   *session.Service
	Recipes    *recipe.Service
	Fridge     *fridge.Service
	Grocery    *grocery.Service
	Exports    *export.Service
	Monitoring *monitoring.Service
	Keys       *token.Authority
}

// New assembles the use cases and loads what they need before the first request: the signing keys, and the sessions that were
// revoked lately.
//
// It returns an error if the database is unavailable or the keys file can't be read.
func New(ctx context.Context, c Config) (*App, error) {
	keys, err := token.Open(strings.TrimSuffix(c.PublicURL.String(), "/"), c.Keys, rand.Reader, c.Log)
	if err != nil {
		return nil, fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
	}
	revoked := session.NewRevoked(c.DB, c.Clock, c.Log)
	if err := revoked.Load(ctx); err != nil {
		return nil, err
	}
	hasher := password.NewHasher(c.Passwords)
	return &App{
		Accounts: &account.Service{
			DB: c.DB, Passwords: hasher, Policy: password.Policy{MinLength: c.PasswordMin},
			Quota: account.NewQuota(c.RegistrationsPerHour, c.Clock),
		},
		Sessions: &session.Service{
			DB: c.DB, Passwords: hasher, Tokens: keys, Revoked: revoked, Settings: c.Sessions, Clock: c.Clock, Log: c.Log,
		},
		Recipes:    &recipe.Service{DB: c.DB, TrashDays: c.TrashDays, Log: c.Log},
		Fridge:     &fridge.Service{DB: c.DB},
		Grocery:    &grocery.Service{DB: c.DB},
		Exports:    &export.Service{DB: c.DB},
		Monitoring: &monitoring.Service{DB: c.DB},
		Keys:       keys,
	}, nil
}

// Work runs the background work until ctx ends: it follows the keys file and the sessions that end on other servers, and
// deletes expired sessions and old trash.
func (a *App) Work(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { a.Keys.Follow(ctx) })
	wg.Go(func() { a.Sessions.Revoked.Follow(ctx) })
	wg.Go(func() { a.Sessions.Sweep(ctx) })
	wg.Go(func() { a.Recipes.EmptyTrash(ctx) })
	wg.Wait()
	a.Accounts.Quota.Close()
}
