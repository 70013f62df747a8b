package postgres_test

import (
	"log/slog"
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/postgres"
)

// TestTheReasonOfAPoolerIsReported connects to a server like PgBouncer, which accepts a client before it reaches PostgreSQL, and then ends
// the connection at the first statement.
func TestTheReasonOfAPoolerIsReported(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close() //nolint:errcheck // the test is over
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			refuseFirstStatement(conn)
		}
	}()
	d, err := postgres.Open(t.Context(), "postgres://cook@"+l.Addr().String()+"/ocipe?sslmode=disable")
	require.NoError(t, err)
	defer d.Close()

	err = d.WaitFor(t.Context(), 0, slog.New(slog.DiscardHandler))

	require.ErrorContains(t, err, "server login has been failing")
}

func refuseFirstStatement(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // nothing is pending
	b := pgproto3.NewBackend(conn, conn)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	if b.Flush() != nil {
		return
	}
	if _, err := b.Receive(); err != nil {
		return
	}
	b.Send(&pgproto3.ErrorResponse{Severity: "FATAL", SeverityUnlocalized: "FATAL", Code: "08P01", Message: "server login has been failing, try again later"})
	_ = b.Flush() // the client may have hung up
}
