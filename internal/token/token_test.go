package token

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestIssue(t *testing.T) {
	t.Parallel()
	payload := func(t *testing.T, text string) (header string, members map[string]any) {
		parts := strings.Split(text, ".")
		require.Len(t, parts, 3)
		d := json.NewDecoder(strings.NewReader(decoded(t, parts[1])))
		d.UseNumber()
		require.NoError(t, d.Decode(&members))
		return decoded(t, parts[0]), members
	}
	iat, exp := json.Number("1772366400"), json.Number("1772366700")

	t.Run("HasEveryClaimOfAnAccessToken", func(t *testing.T) {
		t.Parallel()
		i, k := single(t)
		header, members := payload(t, issueAccess(t, i, now))
		require.Equal(t, `{"alg":"EdDSA","kid":"`+k.ID+`","typ":"at+jwt"}`, header)
		require.Equal(t, map[string]any{
			"token_type": "access", "user_id": json.Number("7"), "sub": "7", "sid": session.String(), "jti": tokenID.String(),
			"iss": name, "aud": name, "iat": iat, "exp": exp, "auth_time": json.Number("1772366340"),
		}, members)
	})

	t.Run("HasEveryClaimOfARefreshToken", func(t *testing.T) {
		t.Parallel()
		i, k := single(t)
		header, members := payload(t, issueRefresh(t, i, now))
		require.Equal(t, `{"alg":"EdDSA","kid":"`+k.ID+`","typ":"rt+jwt"}`, header)
		require.Equal(t, map[string]any{
			"token_type": "refresh", "user_id": json.Number("7"), "sub": "7", "sid": session.String(), "gen": json.Number("3"),
			"jti": session.String() + ".3", "iss": name, "aud": name, "iat": iat, "exp": json.Number("1772370000"),
		}, members)
	})

	t.Run("ReturnsTheSameRefreshTokenAgain", func(t *testing.T) {
		t.Parallel()
		i, k := single(t)
		first := issueRefresh(t, i, now)
		require.Equal(t, first, issueRefresh(t, i, now.Add(minute)))
		require.Equal(t, first, issueRefresh(t, NewIssuer(name, Keys{k}), now), "on another server")
		r := sampleRefresh()
		r.Generation++
		next, err := i.IssueRefresh(r, now)
		require.NoError(t, err)
		require.NotEqual(t, first, next)
	})

	t.Run("FailsWithoutAKey", func(t *testing.T) {
		t.Parallel()
		_, err := NewIssuer(name, nil).IssueAccess(sampleAccess(), now)
		require.ErrorContains(t, err, "all keys have expired")
		_, err = NewIssuer(name, nil).IssueRefresh(sampleRefresh(), now)
		require.ErrorContains(t, err, "all keys have expired")
	})
}

func TestVerify(t *testing.T) {
	t.Parallel()
	t.Run("ReturnsWhatWasIssued", func(t *testing.T) {
		t.Parallel()
		i, _ := single(t)
		for range 2 { // the second time from memory
			a, err := i.VerifyAccess(issueAccess(t, i, now), now)
			require.NoError(t, err)
			a.AuthTime, a.IssuedAt, a.ExpiresAt = a.AuthTime.UTC(), a.IssuedAt.UTC(), a.ExpiresAt.UTC()
			require.Equal(t, sampleAccess(), a)
		}
		r, err := i.VerifyRefresh(issueRefresh(t, i, now), now)
		require.NoError(t, err)
		r.IssuedAt, r.ExpiresAt = r.IssuedAt.UTC(), r.ExpiresAt.UTC()
		require.Equal(t, sampleRefresh(), r)
	})

	t.Run("RejectsATokenFromItsExpiryOn", func(t *testing.T) {
		t.Parallel()
		i, _ := single(t)
		access, refresh := issueAccess(t, i, now), issueRefresh(t, i, now)
		for range 2 { // fresh, and remembered
			_, err := i.VerifyAccess(access, now.Add(5*minute-1))
			require.NoError(t, err)
			_, err = i.VerifyAccess(access, now.Add(5*minute))
			require.Equal(t, ErrInvalid, err)
		}
		fresh, _ := i.IssueAccess(Access{ID: tokenID, UserID: 7, SessionID: session, AuthTime: now, IssuedAt: now, ExpiresAt: now.Add(minute)}, now)
		_, err := i.VerifyAccess(fresh, now.Add(minute))
		require.Equal(t, ErrInvalid, err, "also when it was never verified before")

		_, err = i.VerifyRefresh(refresh, now.Add(time.Hour-1))
		require.NoError(t, err)
		_, err = i.VerifyRefresh(refresh, now.Add(time.Hour))
		require.Equal(t, ErrInvalid, err)
		_, err = i.VerifyRefreshOfAnyAge(refresh, now.Add(1000*time.Hour))
		require.NoError(t, err, "good enough to log out")
	})

	t.Run("RemembersVerifiedAccessTokens", func(t *testing.T) {
		t.Parallel()
		i, _ := single(t)
		buffer := issueAccess(t, i, now) + " and what follows it"
		text := buffer[:strings.Index(buffer, " ")]
		_, err := i.VerifyAccess(text, now)
		require.NoError(t, err)
		_, ok := i.verified.GetIfPresent(text)
		require.True(t, ok)
		_, err = i.VerifyAccess(text+"A", now)
		require.Equal(t, ErrInvalid, err)
	})
}

// TestVerifyAccessHardlyAllocatesForARememberedToken is not parallel: it counts the allocations of the whole process.
func TestVerifyAccessHardlyAllocatesForARememberedToken(t *testing.T) {
	i, _ := single(t)
	text := issueAccess(t, i, now)
	verify := func() {
		if _, err := i.VerifyAccess(text, now); err != nil {
			t.Error(err)
		}
	}
	verify()
	require.LessOrEqual(t, testing.AllocsPerRun(1000, verify), 2.0)
}
