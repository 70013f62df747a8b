package token

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	name   = "https://cook.example.org"
	minute = time.Minute
)

var (
	now     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	session = uuid.MustParse("0e0e6a5c-8f0a-4a4e-9d55-0d0cbb0d3b4f")
)

func newTestKey(t testing.TB, signsFrom time.Time) Key {
	t.Helper()
	k, err := NewKey(rand.Reader, signsFrom)
	require.NoError(t, err)
	return k
}

// single returns an issuer with one key, which has signed for an hour.
func single(t testing.TB) (*Issuer, Key) {
	t.Helper()
	k := newTestKey(t, now.Add(-time.Hour))
	return NewIssuer(name, Keys{k}), k
}

// tokenID is the jti of the sample.
var tokenID = uuid.MustParse("0b7e7f0c-9a55-4f0b-8f3d-0c6a3f0e9d11")

func sampleAccess() Access {
	return Access{ID: tokenID, UserID: 7, SessionID: session, AuthTime: now.Add(-minute), IssuedAt: now, ExpiresAt: now.Add(5 * minute)}
}

func sampleRefresh() Refresh {
	return Refresh{UserID: 7, SessionID: session, Generation: 3, IssuedAt: now, ExpiresAt: now.Add(time.Hour)}
}

func issueAccess(t testing.TB, i *Issuer, at time.Time) string {
	t.Helper()
	text, err := i.IssueAccess(sampleAccess(), at)
	require.NoError(t, err)
	return text
}

func issueRefresh(t testing.TB, i *Issuer, at time.Time) string {
	t.Helper()
	text, err := i.IssueRefresh(sampleRefresh(), at)
	require.NoError(t, err)
	return text
}

// segment is base64url without padding.
func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func decoded(t testing.TB, segment string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	require.NoError(t, err)
	return string(text)
}

// signed signs any two segments.
func signed(k Key, header, payload string) string {
	signature := ed25519.Sign(k.private, []byte(header+"."+payload))
	return header + "." + payload + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// forged signs any header and payload.
func forged(k Key, header, payload string) string {
	return signed(k, segment(header), segment(payload))
}

// accessParts returns header and payload of a valid access token, as JSON.
func accessParts(t testing.TB, i *Issuer) (header, payload string) {
	t.Helper()
	parts := strings.Split(issueAccess(t, i, now), ".")
	return decoded(t, parts[0]), decoded(t, parts[1])
}

// requireInvalid fails unless a text is rejected as either kind of token.
func requireInvalid(t testing.TB, i *Issuer, text string) {
	t.Helper()
	requireUnusable(t, i, text)
	_, err := i.VerifyRefreshOfAnyAge(text, now)
	require.ErrorIs(t, err, ErrInvalid, "as a refresh token of any age: %.1000q", text)
}

// requireUnusable fails unless a text is rejected, the first and the second time. Only logging out may accept it.
func requireUnusable(t testing.TB, i *Issuer, text string) {
	t.Helper()
	for range 2 {
		_, err := i.VerifyAccess(text, now)
		require.Equal(t, ErrInvalid, err, "as an access token: %.1000q", text)
		_, err = i.VerifyRefresh(text, now)
		require.ErrorIs(t, err, ErrInvalid, "as a refresh token: %.1000q", text)
	}
}
