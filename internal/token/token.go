// Package token mints and verifies the JWTs of sessions (RFC 7519, signed with EdDSA, RFC 8037) and keeps
// the keys for it. This server is the only issuer of what it accepts: anything but the exact form that
// it writes is refused.
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

// MaxLength is the length in bytes above which nothing is a token.
const MaxLength = 2048

// ErrInvalid says that a text is no token of ours, of this kind, valid at this time. It doesn't say why:
// whoever forges learns nothing, and an honest client can do nothing but get a new one.
var ErrInvalid = errors.New("token not valid")

// verifiedMax bounds the memory for access tokens that were verified before: about 1 kB each.
const verifiedMax = 10_000

// Issuer mints and verifies tokens with the keys of one moment. Create it with [NewIssuer]; it may be
// used concurrently.
type Issuer struct {
	name     string // iss and aud
	keys     Keys
	known    [kinds]map[string]*Key // by header segment: settles alg, kid, typ, crit, jwk, jku at once
	verified *otter.Cache[string, Access]
}

// NewIssuer returns the issuer of this name (the public URL of the server), which is also the audience.
func NewIssuer(name string, keys Keys) *Issuer {
	i := &Issuer{name: name, keys: keys, verified: otter.Must(&otter.Options[string, Access]{MaximumSize: verifiedMax})}
	for k := range kinds {
		i.known[k] = make(map[string]*Key, len(keys))
		for n := range keys {
			i.known[k][keys[n].headers[k]] = &keys[n]
		}
	}
	return i
}

// MintAccess returns the signed access token. now decides which key signs; it fails if none does.
func (i *Issuer) MintAccess(a Access, now time.Time) (string, error) {
	c := i.claims(access, a.UserID, a.SessionID, a.ID.String(), a.IssuedAt, a.ExpiresAt)
	return i.mint(access, c, now)
}

// MintRefresh returns the signed refresh token: the same for the same content, byte for byte, while the
// same key signs. now decides which one does; it fails if none does.
func (i *Issuer) MintRefresh(r Refresh, now time.Time) (string, error) {
	c := i.claims(refresh, r.UserID, r.SessionID, refreshID(r.SessionID, r.Generation), r.IssuedAt, r.ExpiresAt)
	c.Gen = &r.Generation
	return i.mint(refresh, c, now)
}

func (i *Issuer) claims(of kind, user int64, session uuid.UUID, id string, issued, expires time.Time) claims {
	sub, sid, iat, exp := strconv.FormatInt(user, 10), session.String(), issued.Unix(), expires.Unix()
	return claims{
		TokenType: &tokenType[of], UserID: &user, Subject: &sub, SessionID: &sid, ID: &id,
		Issuer: &i.name, Audience: &i.name, IssuedAt: &iat, ExpiresAt: &exp,
	}
}

func (i *Issuer) mint(of kind, c claims, now time.Time) (string, error) {
	key, err := i.keys.Signer(now)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("write the claims: %w", err)
	}
	return key.sign(of, payload)
}

// VerifyAccess returns what an access token says, or [ErrInvalid]. Whether its session has ended
// meanwhile is not asked here. A token that was verified before costs a look-up.
func (i *Issuer) VerifyAccess(text string, now time.Time) (Access, error) {
	a, ok := i.verified.GetIfPresent(text)
	if !ok {
		c, err := i.verify(access, text, now)
		if err != nil {
			return Access{}, err
		}
		a = Access{
			ID: uuid.MustParse(*c.ID), UserID: *c.UserID, SessionID: c.session(),
			IssuedAt: time.Unix(*c.IssuedAt, 0), ExpiresAt: time.Unix(*c.ExpiresAt, 0),
		}
		// The caller's string may be a part of a larger buffer, which the cache must not keep alive.
		i.verified.Set(strings.Clone(text), a)
	}
	if !now.Before(a.ExpiresAt) {
		return Access{}, ErrInvalid
	}
	return a, nil
}

// VerifyRefresh returns what a refresh token says, or [ErrInvalid].
func (i *Issuer) VerifyRefresh(text string, now time.Time) (Refresh, error) {
	r, err := i.VerifyRefreshOfAnyAge(text, now)
	if err == nil && !now.Before(r.ExpiresAt) {
		return Refresh{}, ErrInvalid
	}
	return r, err
}

// VerifyRefreshOfAnyAge is [Issuer.VerifyRefresh] for logging out: it also accepts expired tokens.
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

// verify does by itself what jws.Verify leaves open: length, form, canonical base64, the exact header, and
// the exact claims.
func (i *Issuer) verify(of kind, text string, now time.Time) (claims, error) {
	if len(text) > MaxLength {
		return claims{}, ErrInvalid
	}
	segments := strings.Split(text, ".")
	if len(segments) != 3 || !canonical(segments[0]) || !canonical(segments[1]) || !canonical(segments[2]) {
		return claims{}, ErrInvalid
	}
	key, ok := i.known[of][segments[0]]
	if !ok || !key.Verifies(now) {
		return claims{}, ErrInvalid
	}
	payload, err := jws.Verify([]byte(text), jws.WithKey(jwa.EdDSA, key.private.Public()))
	if err != nil {
		return claims{}, ErrInvalid
	}
	var c claims
	if err := json.Unmarshal(payload, &c, json.RejectUnknownMembers(true)); err != nil || !c.valid(of, i.name) {
		return claims{}, ErrInvalid
	}
	return c, nil
}

// canonical tells whether a segment is base64url without padding, line breaks or stray bits (RFC 7515,
// section 2): the one way to write these bytes.
func canonical(segment string) bool {
	if segment == "" || strings.ContainsAny(segment, "\r\n") {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(segment)
	return err == nil
}

// PublicKeys returns the keys that verify now as a JWK Set (RFC 7517).
func (i *Issuer) PublicKeys(now time.Time) ([]byte, error) { return i.keys.PublicSet(now) }
