// Package activity keeps the security log of each account: logins, failed logins and important changes, with their times and clients.
// Use cases record an event in the transaction that makes the change.
package activity

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Kind is the kind of an event. The contract lists the kinds.
type Kind string

// The kinds of events. The detail of an event is empty, except where a comment describes it.
const (
	Registered         Kind = "registered"
	LoggedIn           Kind = "logged_in"
	LoginFailed        Kind = "login_failed" // a wrong password of a login, a reauthentication, or a change of the password
	Reauthenticated    Kind = "reauthenticated"
	LoggedOut          Kind = "logged_out"
	RefreshTokenReused Kind = "refresh_token_reused" // the session has ended
	SessionEnded       Kind = "session_ended"
	SessionsEnded      Kind = "sessions_ended" // all, or all but one
	PasswordChanged    Kind = "password_changed"
	PasswordReset      Kind = "password_reset" // with a code of the operator, or by the operator
	ResetCodeCreated   Kind = "reset_code_created"
	UsernameChanged    Kind = "username_changed"  // detail: the new name
	APITokenCreated    Kind = "api_token_created" // detail: the name of the token; also in the next two kinds
	APITokenFirstUsed  Kind = "api_token_used"    // only the first use
	APITokenRevoked    Kind = "api_token_revoked"
	Exported           Kind = "exported"
	Imported           Kind = "imported"
)

// Keep is how long events are kept and listed.
const Keep = 90 * 24 * time.Hour

// Operator is the client of events that the operator of the server causes with a command.
var Operator = Client{}

// Record records an event of a user. q belongs to the transaction that makes the change.
func Record(ctx context.Context, q *db.Queries, userID int64, kind Kind, from Client, detail string) error {
	from = from.Clip()
	err := q.RecordEvent(ctx, db.RecordEventParams{
		UserID: userID, Kind: string(kind), Address: from.Address, UserAgent: from.UserAgent, Detail: detail,
	})
	if err != nil {
		return fmt.Errorf("record the event %s: %w", kind, err)
	}
	return nil
}

// Service lists and sweeps the events, and records those that have no transaction. Create it with [NewService].
type Service struct {
	db    *postgres.DB
	log   *slog.Logger
	queue chan event
}

// NewService returns a service. Its background work is [Service.Work].
func NewService(d *postgres.DB, log *slog.Logger) *Service {
	return &Service{db: d, log: log, queue: make(chan event, maxQueued)}
}

// Record is [Record] in a separate transaction, for events that change nothing else. It returns the errors of [postgres.DB.Run].
func (s *Service) Record(ctx context.Context, userID int64, kind Kind, from Client) error {
	return s.db.Run(ctx, func(q *db.Queries) error { return Record(ctx, q, userID, kind, from, "") })
}

// Event is an entry of the log as the user sees it.
type Event struct {
	ID      int64
	At      time.Time
	Kind    Kind
	Address string // empty: the operator of the server did it
	Client  string // the program in words: "Firefox on Windows"
	Detail  string
}

// Page is a page of the log.
type Page struct {
	Events []Event // the newest first
	Next   string  // the cursor of the next page; empty on the last one
}

// List returns a page of the events of a user in the last 90 days.
//
// It returns [apperr.InvalidInput] for a cursor that doesn't belong to this list, and [apperr.Overloaded] or [apperr.Unavailable].
func (s *Service) List(ctx context.Context, userID int64, request page.Request) (p Page, err error) {
	const list = "activity"
	before := struct {
		ID int64 `json:"id"`
	}{ID: 1 << 62}
	if err := page.DecodeCursor(request, list, &before); err != nil {
		return Page{}, err
	}
	var rows []db.ListEventsRow
	err = s.db.Run(ctx, func(q *db.Queries) (err error) {
		rows, err = q.ListEvents(ctx, db.ListEventsParams{UserID: userID, BeforeID: before.ID, Keep: Keep, AtMost: request.AtMost()})
		if err != nil {
			return fmt.Errorf("list the events: %w", err)
		}
		return nil
	})
	if err != nil {
		return Page{}, err
	}
	rows, more := page.Cut(request, rows)
	p.Events = make([]Event, 0, len(rows))
	for _, r := range rows {
		client := Client{UserAgent: r.UserAgent}.Describe()
		if r.Address == "" {
			client = "Operator of the server"
		}
		p.Events = append(p.Events, Event{ID: r.ID, At: r.At, Kind: Kind(r.Kind), Address: r.Address, Client: client, Detail: r.Detail})
		before.ID = r.ID
	}
	if more {
		p.Next, err = page.Cursor(list, before)
	}
	return p, err
}
