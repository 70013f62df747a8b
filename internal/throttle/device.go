package throttle

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
)

// keepDevices is how many devices of an account are remembered. Those that were used longest ago are forgotten first.
const keepDevices = 1000

// Remember makes the client one that has logged in to the account, and returns its device token, which has 130 random bits. It
// is the presented one if that is one of the account. Otherwise it is new: somebody else may have put the presented one into
// the browser. A browser in which several users log in has one token for all of them.
func Remember(ctx context.Context, q *db.Queries, userID int64, presented string) (token string, err error) {
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
	if err := q.ForgetOldDevices(ctx, db.ForgetOldDevicesParams{UserID: userID, Keep: keepDevices}); err != nil {
		return "", fmt.Errorf("forget old devices: %w", err)
	}
	return token, nil
}

// Rename lets the failures of an account go on under its new name: another name must not buy new guesses. Earlier failures at the
// new name, when it had no account, don't count.
func Rename(ctx context.Context, q *db.Queries, fromKey, toKey string) error {
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

// Forget removes all failures of an account, and all its devices: for a password that the operator has set.
func Forget(ctx context.Context, q *db.Queries, userID int64, usernameKey string) error {
	if err := q.ForgetAttempts(ctx, db.ForgetAttemptsParams{Account: AccountHash(usernameKey), UserID: userID}); err != nil {
		return fmt.Errorf("forget the failures: %w", err)
	}
	return nil
}
