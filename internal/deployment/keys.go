package deployment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/token"
)

// CheckNewKeysAllowed returns a [Problem] if the database has keys. Then a server without a keys file must not create one, because it
// and the other servers would reject each other's tokens. CheckNewKeysAllowed also returns the errors of [postgres.DB.Run].
func (s *Service) CheckNewKeysAllowed(ctx context.Context, file string) error {
	found, err := s.readState(ctx)
	if err != nil || len(found.keys) == 0 {
		return err
	}
	return problemf("%s doesn't exist, but the database has been served with the key %s: correct the setting, or copy the file from another "+
		"server or from a backup. To use new keys, which logs out all users, start once with --new-keys", file, signingKey(found).ID)
}

// RegisterKeys records the keys of a server in the database. If replace is true, they replace all other keys, and users with tokens of
// those keys must log in again.
//
// It returns a [Problem] if the server lacks a key of the database that signs or verifies, and the errors of [postgres.DB.Tx].
func (s *Service) RegisterKeys(ctx context.Context, keys token.Keys, replace bool) error {
	found, err := s.saveKeys(ctx, keys, replace)
	if err != nil {
		return err
	}
	return problemOrNil(s.keysProblem(ctx, found, keys))
}

// saveKeys adds keys to the database, unless one of the database's keys is missing among them. It returns the time and the keys of the
// database from before, without the replaced keys.
func (s *Service) saveKeys(ctx context.Context, keys token.Keys, replace bool) (found state, err error) {
	arg := db.SaveSigningKeysParams{}
	for i := range keys {
		arg.Ids = append(arg.Ids, keys[i].ID)
		arg.SignsFrom = append(arg.SignsFrom, keys[i].SignsFrom)
		arg.VerifiesUntil = append(arg.VerifiesUntil, keys[i].VerifiesUntil)
	}
	err = s.DB.Tx(ctx, func(q *db.Queries) error {
		if err := q.LockDeployment(ctx); err != nil {
			return fmt.Errorf("lock the deployment: %w", err)
		}
		if replace {
			if err := q.DeleteOtherSigningKeys(ctx, arg.Ids); err != nil {
				return fmt.Errorf("delete the other keys: %w", err)
			}
		}
		if found.now, err = q.Now(ctx); err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		if found.keys, err = q.ListSigningKeys(ctx); err != nil {
			return fmt.Errorf("list the keys: %w", err)
		}
		if missing, _ := missingKeys(found, keys); len(missing) > 0 {
			return nil
		}
		return q.SaveSigningKeys(ctx, arg)
	})
	return found, err
}

// keysProblem returns a problem if the server lacks a key that signs or verifies. If the server lacks a key that will sign later,
// keysProblem logs that once.
func (s *Service) keysProblem(ctx context.Context, found state, keys token.Keys) *Problem {
	missing, announced := missingKeys(found, keys)
	if len(missing) == 0 {
		for _, k := range announced {
			if s.announced != k.ID {
				s.Log.WarnContext(ctx, "another server has a key that is missing in the keys file of this one: copy the file before that key signs",
					"key", k.ID, "signs_from", k.SignsFrom.UTC().Format(time.RFC3339))
			}
			s.announced = k.ID
		}
		return nil
	}
	what := fmt.Sprintf("the keys file lacks the key %s, which has signed since %s", missing[0].ID, missing[0].SignsFrom.UTC().Format(time.RFC3339))
	if len(missing) == len(found.keys)-len(announced) && !sharesKey(found.keys, keys) {
		what = fmt.Sprintf("the keys file has other keys than this database, which is served with the key %s", signingKey(found).ID)
	}
	return problemf("%s: tokens of the other servers would be rejected, and their users logged out. Copy the keys file from another server or "+
		"from a backup. To use the keys of this file alone, which logs out all users of other keys, start once with --new-keys", what)
}

// missingKeys returns the keys of the database that the server lacks: those that sign or verify now, and those that will sign later.
func missingKeys(found state, keys token.Keys) (missing, announced []db.SigningKey) {
	for _, k := range found.keys {
		has := slices.ContainsFunc(keys, func(have token.Key) bool { return have.ID == k.ID })
		retired := !k.VerifiesUntil.IsZero() && !found.now.Before(k.VerifiesUntil)
		switch {
		case has, retired:
		case k.SignsFrom.After(found.now):
			announced = append(announced, k)
		default:
			missing = append(missing, k)
		}
	}
	return missing, announced
}

// hasAllKeys reports whether the database has all keys, with the times at which they end.
func hasAllKeys(saved []db.SigningKey, keys token.Keys) bool {
	for _, k := range keys {
		if !slices.ContainsFunc(saved, func(s db.SigningKey) bool {
			return s.ID == k.ID && (k.VerifiesUntil.IsZero() || !s.VerifiesUntil.IsZero())
		}) {
			return false
		}
	}
	return true
}

func sharesKey(saved []db.SigningKey, keys token.Keys) bool {
	return slices.ContainsFunc(saved, func(s db.SigningKey) bool {
		return slices.ContainsFunc(keys, func(k token.Key) bool { return s.ID == k.ID })
	})
}

// signingKey returns the newest key of the database that signs; there must be a key.
func signingKey(found state) db.SigningKey {
	signer := found.keys[0]
	for _, k := range found.keys {
		if !k.SignsFrom.After(found.now) {
			signer = k
		}
	}
	return signer
}
