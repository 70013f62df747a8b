package api

import (
	"net/http"
	"time"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/internal/throttle"
)

// deviceCookie is the name of the cookie that marks a browser in which somebody has logged in before.
const deviceCookie = "device_token"

// cookies writes the refresh cookie and the device cookie. Apps on other sites need SameSite=None, which requires Secure. Scripts
// can't read the cookies.
type cookies struct {
	lifetime    time.Duration
	partitioned bool // CHIPS: one cookie jar per top-level site
}

// setRefresh sets the refresh cookie.
func (c cookies) setRefresh(w http.ResponseWriter, token string) {
	c.write(w, contract.RefreshCookie, token, int(c.lifetime.Seconds()))
}

// clearRefresh overwrites the refresh cookie with an empty one that has expired.
func (c cookies) clearRefresh(w http.ResponseWriter) { c.write(w, contract.RefreshCookie, "", -1) }

// setDevice sets the device cookie. It stays when the user logs out.
func (c cookies) setDevice(w http.ResponseWriter, token string) {
	c.write(w, deviceCookie, token, int(throttle.DeviceTTL.Seconds()))
}

func (c cookies) write(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // SameSite=None is for apps on other sites; the guard refuses cross-site requests
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteNoneMode, Partitioned: c.partitioned,
	})
}

// deviceToken returns the value of the device cookie, or an empty text.
func deviceToken(r *http.Request) string {
	cookie, err := r.Cookie(deviceCookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}
