package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocipe/ocipe/internal/apperr"
)

// connectEvery is the interval at which [DB.WaitFor] and [Repeat] try again.
const connectEvery = 500 * time.Millisecond

// WaitFor returns once the database accepts a connection. It waits for up to limit while nothing listens at the database's
// address, or while PostgreSQL starts, and logs that once. With a limit of 0 it tries once.
//
// It returns a one-line error if the database doesn't accept connections in time, or at once if waiting doesn't help, as with a wrong
// password. If ctx ends first, it returns the error of ctx.
func (d *DB) WaitFor(ctx context.Context, limit time.Duration, log *slog.Logger) error {
	err := repeat(ctx, limit, log, isTransient, func() error { return d.pool.Ping(ctx) })
	switch {
	case err == nil:
		d.checkOtherHosts(ctx) // the host may be a former primary
		return d.pool.Ping(ctx)
	case ctx.Err() != nil:
		return ctx.Err()
	case limit == 0, !isTransient(err):
		return fmt.Errorf("can't connect: %w", oneLine(err))
	}
	return fmt.Errorf("can't connect within %v: %w", limit, oneLine(err))
}

// Repeat calls fn, and calls it again while it fails because the database is unavailable, for up to limit. It logs that once. fn must be
// repeatable. With a limit of 0 it is called once.
//
// It returns the last error of fn. If ctx ends first, it returns the error of ctx.
func Repeat(ctx context.Context, limit time.Duration, log *slog.Logger, fn func() error) error {
	return repeat(ctx, limit, log, isRepeatable, fn)
}

// repeat is [Repeat] for the errors that mayPass reports.
func repeat(ctx context.Context, limit time.Duration, log *slog.Logger, mayPass func(error) bool, fn func() error) error {
	repeating, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for repeated := false; ; repeated = true {
		err := fn()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case repeating.Err() != nil, !mayPass(err):
			return err
		case !repeated:
			log.WarnContext(ctx, "waiting for the database", "error", oneLine(err), "wait_s", limit.Seconds())
		}
		timer := time.NewTimer(connectEvery)
		select {
		case <-repeating.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
}

// isRepeatable reports whether an error may go away, except that somebody has canceled the statement. [DB.Run] also cancels statements, if
// they are slow.
func isRepeatable(err error) bool {
	if e, ok := errors.AsType[*apperr.Error](err); ok {
		return e.Code == apperr.Unavailable || e.Code == apperr.Overloaded
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return isUnavailable(pg) && pg.Code != queryCanceled
	}
	return isUnavailable(err)
}

// isTransient reports whether an error of a connection attempt may go away: nothing listens yet, or PostgreSQL isn't ready.
func isTransient(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return isUnavailable(pg)
	}
	var netErr net.Error
	return errors.As(err, &netErr) || pgconn.Timeout(err)
}

// oneLine returns an error with the same chain, and with a text that names each cause of a failed connection once. pgx writes a line
// with the cause for each attempt: with and without TLS, at each address of the host.
func oneLine(err error) error {
	connect, ok := errors.AsType[*pgconn.ConnectError](err)
	if !ok {
		return err
	}
	var causes []string
	for _, cause := range leaves(connect.Unwrap()) {
		if text := strings.ReplaceAll(cause.Error(), "\n", " "); !slices.Contains(causes, text) {
			causes = append(causes, text)
		}
	}
	return &lineError{strings.Join(causes, "; "), err}
}

// leaves returns the innermost errors of a tree that say what failed and where.
func leaves(err error) []error {
	switch e := err.(type) { //nolint:errorlint // the function walks the chain itself
	case *net.OpError, *net.DNSError, *pgconn.PgError:
		return []error{err}
	case interface{ Unwrap() []error }:
		var all []error
		for _, inner := range e.Unwrap() {
			all = append(all, leaves(inner)...)
		}
		return all
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			if found := leaves(inner); len(found) > 0 && isSpecific(found[0]) {
				return found
			}
		}
	}
	return []error{err}
}

// isSpecific reports whether an error is clear without the texts that wrap it.
func isSpecific(err error) bool {
	switch err.(type) { //nolint:errorlint // a leaf
	case *net.OpError, *net.DNSError, *pgconn.PgError:
		return true
	}
	return false
}

type lineError struct {
	text  string
	cause error
}

// Error returns the text, one line.
func (e *lineError) Error() string { return e.text }

// Unwrap returns the error of pgx.
func (e *lineError) Unwrap() error { return e.cause }
