package throttle

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
)

// maxDevices is how many devices of an account are remembered. The least recently used ones are forgotten first.
const maxDevices = 1000

// RememberDevice records that the client has logged in to the account, and returns its device token, which has 130 random bits. If the
// presented token belongs to the account, RememberDevice returns it. Otherwise the token is new, because somebody else may have put the
// presented one into the browser. If several users log in with a browser, it has one token for all of them.
func RememberDevice(ctx context.Context, q *db.Queries, userID int64, presented string) (token string, err error) {
	touched, err := q.TouchDevice(ctx, db.TouchDeviceParams{TokenHash: deviceHash(presented), UserID: userID})
	if err != nil {
		return "", fmt.Errorf("look up the device: %w", err)
	}
	if touched > 0 {
		return presented, nil
	}
	token = rand.Text()
	err = q.RememberDevice(ctx, db.RememberDeviceParams{TokenHash: deviceHash(token), UserID: userID, PreviousHash: deviceHash(presented)})
	if err != nil {
		return "", fmt.Errorf("remember the device: %w", err)
	}
	if err := q.ForgetOldDevices(ctx, db.ForgetOldDevicesParams{UserID: userID, Keep: maxDevices}); err != nil {
		return "", fmt.Errorf("forget old devices: %w", err)
	}
	return token, nil
}

// RenameAccount moves the failures of an account to its new name: a new name must not allow more guesses. It forgets earlier failures of
// the new name, from when it had no account.
func RenameAccount(ctx context.Context, q *db.Queries, fromKey, toKey string) error {
	if fromKey == toKey {
		return nil
	}
	if err := q.ForgetFailures(ctx, AccountHash(toKey)); err != nil {
		return fmt.Errorf("forget the failures of the new name: %w", err)
	}
	err := q.MoveFailures(ctx, db.MoveFailuresParams{FromAccount: AccountHash(fromKey), ToAccount: AccountHash(toKey)})
	if err != nil {
		return fmt.Errorf("move the failures to the new name: %w", err)
	}
	return nil
}

// ForgetAccount removes all failures and all devices of an account. Call it when the password is reset.
func ForgetAccount(ctx context.Context, q *db.Queries, userID int64, usernameKey string) error {
	if err := q.ForgetAttempts(ctx, db.ForgetAttemptsParams{Account: AccountHash(usernameKey), UserID: userID}); err != nil {
		return fmt.Errorf("forget the failures: %w", err)
	}
	return nil
}
