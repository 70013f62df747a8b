package api

import (
	"net/http"
	"strings"
	"time"
)

const refreshCookieName = "refresh_token"

// cookies writes the refresh cookie as existing clients and browsers need it: for pages of other sites, so
// SameSite=None, and therefore Secure; never for scripts.
type cookies struct {
	lifetime    time.Duration
	partitioned bool // CHIPS: one jar for each top-level site
}

func (c cookies) refresh(token string) string { return c.write(token, int(c.lifetime.Seconds())) }

// cleared overwrites the cookie with an empty one that has expired.
func (c cookies) cleared() string { return c.write("", -1) }

func (c cookies) write(value string, maxAge int) string {
	cookie := http.Cookie{
		Name: refreshCookieName, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: c.partitioned,
	}
	return cookie.String()
}

// refreshCookies returns the values of all cookies of that name, the empty ones left out. It reads
// the header itself: net/http drops a cookie with odd characters, but such a one was sent and must be
// answered and cleared like any other that isn't a token.
func refreshCookies(r *http.Request) []string {
	var values []string
	for _, line := range r.Header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if name != refreshCookieName {
				continue
			}
			if value = strings.Trim(value, `"`); value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}
