package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Listen listens on a notification channel until the connection or ctx ends. It calls ready once it receives everything
// that is sent from then on, and receive with each payload, one at a time. It uses a connection of its own, outside the pool.
//
// It always returns an error: that of the context, or of the connection, when the caller may call it again; or [ErrNoNotifications].
func (d *DB) Listen(ctx context.Context, channel string, ready func(), receive func(payload string)) error {
	if d.PoolsTransactions() {
		return ErrNoNotifications
	}
	conn, err := d.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to listen: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the connection is no longer needed
	if _, err := conn.Exec(ctx, "listen "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return fmt.Errorf("listen on %s: %w", channel, err)
	}
	ready()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for a notification: %w", err)
		}
		receive(n.Payload)
	}
}
