// Package app assembles the use cases on a database, and runs their background work.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apitoken"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/deployment"
	"github.com/ocipe/ocipe/internal/export"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/monitoring"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/sweep"
	"github.com/ocipe/ocipe/internal/throttle"
	"github.com/ocipe/ocipe/internal/token"
)

// Config has the settings of an App. All fields but Passwords, NewKeys, MaxSkew, RevocationLag and ProbeTimeout
// are required.
type Config struct {
	DB    *postgres.DB // migrated
	Keys  token.File   // created if it doesn't exist and the database has no keys
	Clock func() time.Time
	Log   *slog.Logger

	PublicURL            *url.URL // issuer and audience of the tokens
	Sessions             session.Settings
	PasswordMin          int             // characters of a new password
	Passwords            password.Params // the cost of hashing; the zero value is for production
	RegistrationsPerHour int             // per client address, and as many replies that a name is taken; 0: no limit
	RequestsPerUser      int             // per minute; 0: no limit
	RequestsPerAddress   int             // per minute, without a user; 0: no limit
	Attempts             throttle.Limits // of failed logins
	TrashDays            int             // how long deleted recipes stay in the trash
	NewKeys              bool            // the keys replace those of the database
	MaxSkew              time.Duration   // between the clocks of server and database; 0: a minute, or AccessTTL if that is less
	RevocationLag        time.Duration   // see [session.Revoked.MaxLag], and the limit of a query for it; 0: the defaults
	ProbeTimeout         time.Duration   // see [monitoring.Service.Timeout]; 0: its default
}

// App has the use cases, one service per noun. Create it with [New].
type App struct {
	Accounts   *account.Service
	Activity   *activity.Service
	Sessions   *session.Service
	APITokens  *apitoken.Service
	Recipes    *recipe.Service
	Foods      *foods.Service
	Fridge     *fridge.Service
	Grocery    *grocery.Service
	Exports    *export.Service
	Monitoring *monitoring.Service
	Deployment *deployment.Service
	Keys       *token.Authority
	Gate       *throttle.Gate
	Requests   throttle.Requests

	db  *postgres.DB
	log *slog.Logger
}

// New assembles the use cases. It loads the signing keys and the recently revoked sessions.
//
// It returns an error if the database is unavailable, the keys file can't be read, or the server doesn't belong to the database. The
// text of the error says why.
func New(ctx context.Context, c Config) (*App, error) {
	checks := &deployment.Service{DB: c.DB, Clock: c.Clock, Log: c.Log, MaxSkew: cmp.Or(c.MaxSkew, min(deployment.DefaultMaxSkew, c.Sessions.AccessTTL))}
	if err := checks.CheckClock(ctx); err != nil {
		return nil, err
	}
	keys, err := openKeys(ctx, c, checks)
	if err != nil {
		return nil, fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
	}
	revoked := session.NewRevoked(c.DB, c.Clock, c.Log)
	if c.RevocationLag > 0 {
		revoked.MaxLag, revoked.LoadTimeout = c.RevocationLag, c.RevocationLag
	}
	if err := revoked.Load(ctx); err != nil {
		return nil, err
	}
	gate := &throttle.Gate{DB: c.DB, Limits: c.Attempts, Log: c.Log}
	events := activity.NewService(c.DB, c.Log)
	hasher, policy := password.NewHasher(c.Passwords), password.Policy{MinLength: c.PasswordMin}
	return &App{
		Activity: events,
		Accounts: &account.Service{
			DB: c.DB, Passwords: hasher, Policy: policy,
			Quota: c.registrationLimiter("registrations"), TakenNames: c.registrationLimiter("taken-names"), Gate: gate, OnRevoked: revoked.AddAll,
		},
		Sessions: &session.Service{
			DB: c.DB, Passwords: hasher, Policy: policy, Gate: gate, Activity: events, Tokens: keys, Revoked: revoked,
			Settings: c.Sessions, Clock: c.Clock, Log: c.Log,
		},
		APITokens:  apitoken.New(apitoken.Service{DB: c.DB, Revoked: revoked, Clock: c.Clock, Log: c.Log, Random: rand.Reader, Keys: keys}),
		Recipes:    &recipe.Service{DB: c.DB, TrashDays: c.TrashDays, Log: c.Log},
		Foods:      &foods.Service{DB: c.DB},
		Fridge:     &fridge.Service{DB: c.DB},
		Grocery:    &grocery.Service{DB: c.DB},
		Exports:    &export.Service{DB: c.DB},
		Monitoring: &monitoring.Service{DB: c.DB, Timeout: c.ProbeTimeout},
		Deployment: checks,
		Keys:       keys,
		Gate:       gate,
		Requests:   throttle.NewRequests(c.RequestsPerUser, c.RequestsPerAddress, c.Clock),
		db:         c.DB,
		log:        c.Log,
	}, nil
}

// registrationLimiter returns a new limiter with the limit of registrations per address.
func (c Config) registrationLimiter(name string) *throttle.Limiter[netip.Prefix] {
	limit := apperr.Limit{Name: name, Quota: c.RegistrationsPerHour, Window: time.Hour}
	return throttle.NewLimiter[netip.Prefix](apperr.TooManyRegistrations, limit, c.Clock)
}

// openKeys loads the keys file, or creates it if no server has served the database yet.
func openKeys(ctx context.Context, c Config, checks *deployment.Service) (*token.Authority, error) {
	if _, err := c.Keys.Load(); errors.Is(err, fs.ErrNotExist) && !c.NewKeys {
		if err := checks.CheckNewKeysAllowed(ctx, c.Keys.Path); err != nil {
			return nil, err
		}
	}
	keys, err := token.Open(strings.TrimSuffix(c.PublicURL.String(), "/"), c.Keys, rand.Reader, c.Log)
	if err != nil {
		return nil, err
	}
	return keys, checks.RegisterKeys(ctx, keys.Issuer().Keys(), c.NewKeys)
}

// CheckLoad returns [apperr.Overloaded] if too many requests of this kind wait. The kinds are reads of users, writes of users, and
// requests without a user.
func (a *App) CheckLoad(ofUser, writes bool) error { return a.db.CheckLoad(ofUser, writes) }

// Work runs the background work until ctx ends: it follows the keys file and the sessions that end on other servers, checks that the
// server and its database belong together, and deletes expired sessions, expired API tokens, old trash, old events, old login
// failures and old idempotency keys.
func (a *App) Work(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { a.Activity.Work(ctx) })
	wg.Go(func() { a.Keys.Follow(ctx) })
	wg.Go(func() { a.Deployment.Follow(ctx, func() token.Keys { return a.Keys.Issuer().Keys() }) })
	wg.Go(func() { a.Sessions.Revoked.Follow(ctx) })
	wg.Go(func() { a.Sessions.Sweep(ctx) })
	wg.Go(func() { a.APITokens.Sweep(ctx) })
	wg.Go(func() { a.Recipes.EmptyTrash(ctx) })
	wg.Go(func() { a.Gate.Sweep(ctx) })
	wg.Go(func() {
		sweep.Hourly(ctx, a.log, "can't delete old idempotency keys; next try in an hour", a.db.DeleteOldKeys)
	})
	wg.Wait()
	a.APITokens.Close()
	a.Accounts.Quota.Close()
	a.Accounts.TakenNames.Close()
	a.Requests.Close()
}
