package token

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const lifetime = time.Hour

// ids returns the ids of the public keys at a time.
func ids(t *testing.T, ks Keys, at time.Time) (all []string) {
	t.Helper()
	text, err := ks.PublicSet(at)
	require.NoError(t, err)
	var set struct{ Keys []map[string]string }
	require.NoError(t, json.Unmarshal(text, &set))
	for _, k := range set.Keys {
		require.NotContains(t, k, "d", "the private half")
		require.Equal(t, "OKP", k["kty"])
		require.Equal(t, "Ed25519", k["crv"])
		require.Equal(t, "EdDSA", k["alg"])
		require.Equal(t, "sig", k["use"])
		require.Len(t, k, 6)
		all = append(all, k["kid"])
	}
	return all
}

func TestRotate(t *testing.T) {
	t.Parallel()
	first, second := newTestKey(t, now.Add(-24*time.Hour)), newTestKey(t, now.Add(10*time.Second))
	switching, end := second.SignsFrom, second.SignsFrom.Add(lifetime)
	rotated, err := Keys{first}.Rotate(second, now, lifetime)
	require.NoError(t, err)
	before, after := NewIssuer(name, Keys{first}), NewIssuer(name, rotated)
	signer := func(t *testing.T, ks Keys, at time.Time) string {
		t.Helper()
		k, err := ks.Signer(at)
		require.NoError(t, err)
		return k.ID
	}

	t.Run("SwitchesToTheNewKeyAtItsTime", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, first.ID, signer(t, rotated, now))
		require.Equal(t, first.ID, signer(t, rotated, switching.Add(-1)))
		require.Equal(t, second.ID, signer(t, rotated, switching))
		require.Equal(t, second.ID, signer(t, rotated, end.Add(1000*time.Hour)))
	})

	t.Run("PublishesAKeyBeforeItSigns", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, []string{first.ID, second.ID}, ids(t, rotated, now))
		early, err := NewIssuer(name, Keys{second}).IssueAccess(sampleAccess(), switching) // by a server whose clock is ahead
		require.NoError(t, err)
		_, err = after.VerifyAccess(early, now)
		require.NoError(t, err)
	})

	t.Run("KeepsTheOldKeyUntilItsTokensHaveExpired", func(t *testing.T) {
		t.Parallel()
		r := sampleRefresh()
		r.ExpiresAt = now.Add(1000 * time.Hour)
		text, err := before.IssueRefresh(r, now)
		require.NoError(t, err)
		_, err = after.VerifyRefresh(text, end.Add(-1))
		require.NoError(t, err)
		_, err = after.VerifyRefresh(text, end)
		require.Equal(t, ErrInvalid, err)
		_, err = after.VerifyRefreshOfAnyAge(text, end)
		require.Equal(t, ErrInvalid, err)
		require.Equal(t, []string{first.ID, second.ID}, ids(t, rotated, end.Add(-1)))
		require.Equal(t, []string{second.ID}, ids(t, rotated, end))
	})

	t.Run("DoesNotExtendTheLifeOfAReplacedKey", func(t *testing.T) {
		t.Parallel()
		third := newTestKey(t, now.Add(30*time.Minute))
		again, err := rotated.Rotate(third, now.Add(20*time.Minute), lifetime)
		require.NoError(t, err)
		require.Equal(t, end, again[0].VerifiesUntil)
		require.Equal(t, third.SignsFrom.Add(lifetime), again[1].VerifiesUntil)
		require.Zero(t, again[2].VerifiesUntil)
	})

	t.Run("DropsExpiredKeys", func(t *testing.T) {
		t.Parallel()
		third := newTestKey(t, end.Add(time.Minute))
		before, err := rotated.Rotate(third, end.Add(-1), lifetime)
		require.NoError(t, err)
		require.Len(t, before, 3)
		again, err := rotated.Rotate(third, end, lifetime)
		require.NoError(t, err)
		require.Equal(t, []string{second.ID, third.ID}, ids(t, again, end))
	})

	t.Run("DoesNotModifyItsArgument", func(t *testing.T) {
		t.Parallel()
		given := Keys{first}
		_, err := given.Rotate(second, now, lifetime)
		require.NoError(t, err)
		require.Zero(t, given[0].VerifiesUntil)
	})

	t.Run("FailsWhileAnAnnouncedKeyDoesNotSignYet", func(t *testing.T) {
		t.Parallel()
		sooner := newTestKey(t, now.Add(5*time.Second)) // would sign before the announced key, which then replaces it
		_, err := rotated.Rotate(sooner, now, lifetime)
		require.ErrorContains(t, err, second.ID)
		_, err = rotated.Rotate(sooner, switching.Add(-1), lifetime)
		require.Error(t, err)
		_, err = rotated.Rotate(newTestKey(t, switching.Add(time.Minute)), switching, lifetime)
		require.NoError(t, err)
	})

	t.Run("SignsWithTheOldestKeyIfTheClockIsBehind", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, first.ID, signer(t, rotated, first.SignsFrom.Add(-time.Hour)))
	})

	t.Run("HasNoSignerOnceAllKeysHaveExpired", func(t *testing.T) {
		t.Parallel()
		_, err := Keys{rotated[0]}.Signer(end)
		require.Error(t, err)
	})

	t.Run("IssuesTheSameRefreshTokenUntilTheKeyChanges", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, issueRefresh(t, before, now), issueRefresh(t, after, switching.Add(-1)))
		require.NotEqual(t, issueRefresh(t, before, now), issueRefresh(t, after, switching))
	})
}
