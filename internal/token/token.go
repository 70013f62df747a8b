// Package token issues and verifies the JWTs of sessions (RFC 7519, signed with EdDSA, RFC 8037), and manages the keys.
// The server accepts only its own tokens, so it rejects all forms but the exact one that it writes.
package token

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/uuid"
	"github.com/lestrrat-go/jwx/v2/jwa"
	"github.com/lestrrat-go/jwx/v2/jws"
	"github.com/maypok86/otter/v2"
)

// MaxLength is the maximum length of a token in bytes.
const MaxLength = 2048

// ErrInvalid is returned for a text that isn't a token of this server, of the right kind, and valid now. It gives no
// reason: forgers must learn nothing, and an honest client needs a new token in any case.
var ErrInvalid = errors.New("token not valid")

// ErrUnknownKey is the [ErrInvalid] of a token that this server could have issued if it had the key: it may be valid on a server with
// another keys file.
var ErrUnknownKey = fmt.Errorf("%w: its key is unknown", ErrInvalid)

// maxVerified is the maximum number of cached access tokens. Each takes about 1 kB.
const maxVerified = 10_000

// Issuer issues and verifies tokens with a fixed set of keys. Create it with [NewIssuer]. It is safe for concurrent use.
type Issuer struct {
	name         string // iss and aud
	keys         Keys
	keysByHeader [numKinds]map[string]*Key // by header segment, which fixes alg, kid, typ, crit, jwk and jku
	verified     *otter.Cache[string, Access]
}

// NewIssuer returns an issuer. The name, the public URL of the server, becomes both issuer and audience of the tokens.
func NewIssuer(name string, keys Keys) *Issuer {
	i := &Issuer{name: name, keys: keys, verified: otter.Must(&otter.Options[string, Access]{MaximumSize: maxVerified})}
	for k := range numKinds {
		i.keysByHeader[k] = make(map[string]*Key, len(keys))
		for n := range keys {
			i.keysByHeader[k][keys[n].headers[k]] = &keys[n]
		}
	}
	return i
}

// IssueAccess returns a signed access token. It signs with the key for the time now, and fails if there is none.
func (i *Issuer) IssueAccess(a Access, now time.Time) (string, error) {
	c := i.claims(access, a.UserID, a.SessionID, a.ID.String(), a.IssuedAt, a.ExpiresAt)
	authTime := a.AuthTime.Unix()
	c.AuthTime = &authTime
	return i.issue(access, c, now)
}

// IssueRefresh returns a signed refresh token. The same content and key give the same token, byte for byte. It signs with
// the key for the time now, and fails if there is none.
func (i *Issuer) IssueRefresh(r Refresh, now time.Time) (string, error) {
	c := i.claims(refresh, r.UserID, r.SessionID, refreshID(r.SessionID, r.Generation), r.IssuedAt, r.ExpiresAt)
	c.Gen = &r.Generation
	return i.issue(refresh, c, now)
}

func (i *Issuer) claims(kind tokenKind, user int64, session uuid.UUID, id string, issuedAt, expiresAt time.Time) claims {
	sub, sid, iat, exp := strconv.FormatInt(user, 10), session.String(), issuedAt.Unix(), expiresAt.Unix()
	return claims{
		TokenType: &tokenTypeClaim[kind], UserID: &user, Subject: &sub, SessionID: &sid, ID: &id,
		Issuer: &i.name, Audience: &i.name, IssuedAt: &iat, ExpiresAt: &exp,
	}
}

func (i *Issuer) issue(kind tokenKind, c claims, now time.Time) (string, error) {
	key, err := i.keys.Signer(now)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("write the claims: %w", err)
	}
	return key.sign(kind, payload)
}

// VerifyAccess returns the content of an access token, or [ErrInvalid]. It doesn't check whether the session was revoked.
// Verifying the same token again costs only a look-up.
func (i *Issuer) VerifyAccess(text string, now time.Time) (Access, error) {
	a, ok := i.verified.GetIfPresent(text)
	if !ok {
		c, err := i.verify(access, text, now)
		if err != nil {
			return Access{}, err
		}
		a = Access{
			ID: uuid.MustParse(*c.ID), UserID: *c.UserID, SessionID: c.session(),
			AuthTime: time.Unix(*c.AuthTime, 0), IssuedAt: time.Unix(*c.IssuedAt, 0), ExpiresAt: time.Unix(*c.ExpiresAt, 0),
		}
		// A copy: the text may be part of a larger buffer, which the cache must not keep alive.
		i.verified.Set(strings.Clone(text), a)
	}
	if !now.Before(a.ExpiresAt) {
		return Access{}, ErrInvalid
	}
	return a, nil
}

// VerifyRefresh returns the content of a refresh token, or [ErrInvalid].
func (i *Issuer) VerifyRefresh(text string, now time.Time) (Refresh, error) {
	r, err := i.VerifyRefreshOfAnyAge(text, now)
	if err == nil && !now.Before(r.ExpiresAt) {
		return Refresh{}, ErrInvalid
	}
	return r, err
}

// VerifyRefreshOfAnyAge is like [Issuer.VerifyRefresh], but also accepts expired tokens, which are good enough to log out.
func (i *Issuer) VerifyRefreshOfAnyAge(text string, now time.Time) (Refresh, error) {
	c, err := i.verify(refresh, text, now)
	if err != nil {
		return Refresh{}, err
	}
	return Refresh{
		UserID: *c.UserID, SessionID: c.session(), Generation: *c.Gen,
		IssuedAt: time.Unix(*c.IssuedAt, 0), ExpiresAt: time.Unix(*c.ExpiresAt, 0),
	}, nil
}

// verify also checks what jws.Verify doesn't: the length, canonical base64, and the exact header and claims.
func (i *Issuer) verify(kind tokenKind, text string, now time.Time) (claims, error) {
	if len(text) > MaxLength {
		return claims{}, ErrInvalid
	}
	segments := strings.Split(text, ".")
	if len(segments) != 3 || !canonical(segments[0]) || !canonical(segments[1]) || !canonical(segments[2]) {
		return claims{}, ErrInvalid
	}
	key, ok := i.keysByHeader[kind][segments[0]]
	if !ok && kind == refresh && i.mayBeOfAnotherKey(kind, segments, now) {
		return claims{}, ErrUnknownKey
	}
	if !ok || !key.Verifies(now) {
		return claims{}, ErrInvalid
	}
	payload, err := jws.Verify([]byte(text), jws.WithKey(jwa.EdDSA, key.private.Public()))
	if err != nil {
		return claims{}, ErrInvalid
	}
	var c claims
	if err := json.Unmarshal(payload, &c, json.RejectUnknownMembers(true)); err != nil || !c.valid(kind, i.name) {
		return claims{}, ErrInvalid
	}
	return c, nil
}

// mayBeOfAnotherKey reports whether this server could have issued a token with another key, and whether the token hasn't expired.
// It doesn't check the signature.
func (i *Issuer) mayBeOfAnotherKey(kind tokenKind, segments []string, now time.Time) bool {
	var header struct {
		KeyID string `json:"kid"`
	}
	text, err := base64.RawURLEncoding.DecodeString(segments[0])
	if err != nil || json.Unmarshal(text, &header) != nil {
		return false
	}
	if own, err := headerSegment(kind, header.KeyID); err != nil || own != segments[0] {
		return false
	}
	var c claims
	text, err = base64.RawURLEncoding.DecodeString(segments[1])
	return err == nil && json.Unmarshal(text, &c, json.RejectUnknownMembers(true)) == nil && c.valid(kind, i.name) && now.Before(time.Unix(*c.ExpiresAt, 0))
}

// canonical reports whether a segment is base64url without padding, line breaks or stray bits (RFC 7515, section 2). There is
// only one such form of the same bytes.
func canonical(segment string) bool {
	if segment == "" || strings.ContainsAny(segment, "\r\n") {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	return err == nil
}

// Keys returns the keys. The caller must not change them.
func (i *Issuer) Keys() Keys { return i.keys }

// PublicKeys returns the public keys that are valid now, as a JWK Set (RFC 7517).
func (i *Issuer) PublicKeys(now time.Time) ([]byte, error) { return i.keys.PublicSet(now) }
