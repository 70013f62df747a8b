package token

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Access is the content of an access token.
type Access struct {
	ID        uuid.UUID // jti
	UserID    int64
	SessionID uuid.UUID
	AuthTime  time.Time // when the user last sent a password, whole seconds (OpenID Connect Core 1.0, section 2)
	IssuedAt  time.Time // whole seconds
	ExpiresAt time.Time // whole seconds; not valid from then on (RFC 7519, section 4.1.4)
}

// Refresh is the content of a refresh token. It stands for one generation of a session (docs/sessions.md).
type Refresh struct {
	UserID     int64
	SessionID  uuid.UUID
	Generation int64     // 1 or more
	IssuedAt   time.Time // whole seconds
	ExpiresAt  time.Time // whole seconds; not valid from then on
}

// claims is the payload of both kinds of tokens. All members are required, but gen only in refresh tokens
// and auth_time only in access tokens.
type claims struct {
	TokenType *string `json:"token_type"`
	UserID    *int64  `json:"user_id"`
	Subject   *string `json:"sub"`
	SessionID *string `json:"sid"`
	Gen       *int64  `json:"gen,omitempty"`
	AuthTime  *int64  `json:"auth_time,omitempty"`
	ID        *string `json:"jti"`
	Issuer    *string `json:"iss"`
	Audience  *string `json:"aud"`
	IssuedAt  *int64  `json:"iat"`
	ExpiresAt *int64  `json:"exp"`
}

var tokenTypeClaim = [numKinds]string{access: "access", refresh: "refresh"}

// valid reports whether this issuer writes such a payload for this kind of token. It doesn't check whether the token
// has expired.
func (c *claims) valid(kind tokenKind, issuer string) bool {
	if c.TokenType == nil || c.UserID == nil || c.Subject == nil || c.SessionID == nil || c.ID == nil ||
		c.Issuer == nil || c.Audience == nil || c.IssuedAt == nil || c.ExpiresAt == nil {
		return false
	}
	if (kind == refresh) != (c.Gen != nil) || (kind == access) != (c.AuthTime != nil) {
		return false
	}
	if !isUUID(*c.SessionID) || kind == access && !isUUID(*c.ID) {
		return false
	}
	if kind == refresh && (*c.Gen < 1 || *c.ID != refreshID(c.session(), *c.Gen)) {
		return false
	}
	if kind == access && (*c.AuthTime < 1 || *c.AuthTime > *c.IssuedAt) {
		return false
	}
	return *c.TokenType == tokenTypeClaim[kind] && *c.Issuer == issuer && *c.Audience == issuer &&
		*c.UserID > 0 && *c.Subject == strconv.FormatInt(*c.UserID, 10) &&
		*c.IssuedAt > 0 && *c.ExpiresAt > *c.IssuedAt
}

// isUUID reports whether a text is a UUID in the form that we write (RFC 9562, section 4).
func isUUID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// session returns the `sid` of valid claims.
func (c *claims) session() uuid.UUID { return uuid.MustParse(*c.SessionID) }

// refreshID returns the jti of a refresh token. It isn't random, so that the same token can be issued again.
func refreshID(session uuid.UUID, gen int64) string {
	return session.String() + "." + strconv.FormatInt(gen, 10)
}
