package token

import (
	"strconv"
	"time"

	"github.com/google/uuid"
)

// Access is what an access token says.
type Access struct {
	ID        uuid.UUID // jti
	UserID    int64
	SessionID uuid.UUID
	IssuedAt  time.Time // whole seconds
	ExpiresAt time.Time // whole seconds; not valid from then on (RFC 7519, section 4.1.4)
}

// Refresh is what a refresh token says: a generation of a session.
type Refresh struct {
	UserID     int64
	SessionID  uuid.UUID
	Generation int64     // 1 or more
	IssuedAt   time.Time // whole seconds
	ExpiresAt  time.Time // whole seconds; not valid from then on
}

// claims is the payload of either token, as clients see it. Every member that is not omitted must be
// there and of its type.
type claims struct {
	TokenType *string `json:"token_type"`
	UserID    *int64  `json:"user_id"`
	Subject   *string `json:"sub"`
	SessionID *string `json:"sid"`
	Gen       *int64  `json:"gen,omitempty"` // refresh tokens alone
	ID        *string `json:"jti"`
	Issuer    *string `json:"iss"`
	Audience  *string `json:"aud"`
	IssuedAt  *int64  `json:"iat"`
	ExpiresAt *int64  `json:"exp"`
}

var tokenType = [kinds]string{access: "access", refresh: "refresh"}

// valid tells whether the payload is one that this issuer writes for this kind of token. Times are
// not looked at.
func (c *claims) valid(of kind, issuer string) bool {
	if c.TokenType == nil || c.UserID == nil || c.Subject == nil || c.SessionID == nil || c.ID == nil ||
		c.Issuer == nil || c.Audience == nil || c.IssuedAt == nil || c.ExpiresAt == nil {
		return false
	}
	if (of == refresh) != (c.Gen != nil) {
		return false
	}
	if !isUUID(*c.SessionID) || of == access && !isUUID(*c.ID) {
		return false
	}
	if of == refresh && (*c.Gen < 1 || *c.ID != refreshID(c.session(), *c.Gen)) {
		return false
	}
	return *c.TokenType == tokenType[of] && *c.Issuer == issuer && *c.Audience == issuer &&
		*c.UserID > 0 && *c.Subject == strconv.FormatInt(*c.UserID, 10) &&
		*c.IssuedAt > 0 && *c.ExpiresAt > *c.IssuedAt
}

// isUUID tells whether a text is a UUID in the one form that we write (RFC 9562, section 4).
func isUUID(text string) bool {
	id, err := uuid.Parse(text)
	return err == nil && id.String() == text
}

// session returns the `sid` of claims that are valid.
func (c *claims) session() uuid.UUID { return uuid.MustParse(*c.SessionID) }

// refreshID is the jti of a refresh token: it follows from the session and the generation, so that the
// same token can be minted again.
func refreshID(session uuid.UUID, gen int64) string {
	return session.String() + "." + strconv.FormatInt(gen, 10)
}
