package api

import (
	"net/http"
	"time"

	"github.com/ocipe/ocipe/api/contract"
)

// cookies writes the refresh cookie. Apps on other sites need SameSite=None, which requires Secure; scripts never see it.
type cookies struct {
	lifetime    time.Duration
	partitioned bool // CHIPS: one cookie jar per top-level site
}

// set sets the refresh cookie.
func (c cookies) set(w http.ResponseWriter, token string) {
	c.write(w, token, int(c.lifetime.Seconds()))
}

// clear overwrites the refresh cookie with an empty one that has expired.
func (c cookies) clear(w http.ResponseWriter) { c.write(w, "", -1) }

func (c cookies) write(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // SameSite=None is for apps on other sites; the guard refuses cross-site requests
		Name: contract.RefreshCookie, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: c.partitioned,
	})
}
