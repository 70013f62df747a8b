package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// isConflict reports whether PostgreSQL aborted a transaction because of a deadlock or a serialization failure. It may succeed when it is
// run again.
func isConflict(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// readOnlyTransaction is the code of read_only_sql_transaction: the server has become a standby during a failover.
const readOnlyTransaction = "25006"

// The codes of temporary errors: another session holds what the statement needs, or the server has ended an idle session.
var temporaryCodes = []string{
	readOnlyTransaction,
	"55P03", // lock_not_available: after lock_timeout
	"55006", // object_in_use
	"25P03", // idle_in_transaction_session_timeout
	"25P04", // transaction_timeout
}

// isUnavailable reports whether an error is temporary: the connection or the server caused it, not the statement.
func isUnavailable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code[:2] {
		case "08", // connection exception
			"40", // transaction rollback; for conflicts see isConflict
			"53", // insufficient resources
			"57": // operator intervention: shutdown, crash, not yet started
			return true
		}
		return slices.Contains(temporaryCodes, pg.Code)
	}
	var netErr net.Error
	var connectErr *pgconn.ConnectError
	return errors.As(err, &netErr) || errors.As(err, &connectErr) || pgconn.Timeout(err) ||
		pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// isConnLost reports whether the connection is lost, and not because a request's context ended.
func isConnLost(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pg.Code, "57P") // shutdown, crash, not yet started
	}
	return isUnavailable(err) && !pgconn.Timeout(err) && !errors.Is(err, context.Canceled)
}

// isRestart reports whether the database is stopping or starting, and has certainly committed nothing. PostgreSQL sends
// admin_shutdown (57P01) only before a commit or after its response.
func isRestart(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return pg.Code == "57P01" || pg.Code == "57P03"
	}
	var connectErr *pgconn.ConnectError
	return errors.As(err, &connectErr) || pgconn.SafeToRetry(err)
}

// NoRow reports whether a :one query found no row.
func NoRow(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
