package cli

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/session"
)

const publicURLRule = "must be http:// or https:// and a host, for example https://cook.example.org, and the path if a proxy " +
	"serves Ocipe under one: https://home.example.org/ocipe"

// maxTrashDays is a hundred years.
const maxTrashDays = 36500

// check returns an error that names every invalid setting and its valid values.
func (s *settings) check() error {
	all := s.checkTLS()
	require := func(ok bool, name, rule string) {
		if !ok {
			all = errors.Join(all, fmt.Errorf("%s: %s", name, rule))
		}
	}
	s.checkDeployment(require)
	_, _, err := net.SplitHostPort(s.Addr)
	require(err == nil, "OCIPE_ADDR", "must be HOST:PORT, for example 127.0.0.1:8080")
	// If the URL follows from other settings, their errors are enough.
	require(!s.urlSet || isPublicURL(s.PublicURL), "OCIPE_PUBLIC_URL", publicURLRule)
	if s.DatabaseURL != "" {
		err := postgres.CheckURL(s.DatabaseURL)
		require(err == nil, "OCIPE_DATABASE_URL", fmt.Sprint(err))
	}
	require(s.DatabaseWait >= 0, "OCIPE_DATABASE_WAIT", "must be 0s or more")
	require(wholeSeconds(s.AccessTTL) && s.AccessTTL <= session.MaxAccessTTL, "OCIPE_ACCESS_TTL", "must be whole seconds from 1s to 1h")
	require(wholeSeconds(s.RefreshTTL), "OCIPE_REFRESH_TTL", "must be whole seconds from 1s")
	require(s.RefreshGrace >= 0, "OCIPE_REFRESH_GRACE", "must be 0s or more")
	require(s.SessionMax >= time.Second, "OCIPE_SESSION_MAX", "must be at least 1s")
	require(wholeSeconds(s.ReauthAge), "OCIPE_REAUTH_AGE", "must be whole seconds from 1s")
	require(s.PasswordMin >= 1 && s.PasswordMin <= 128, "OCIPE_PASSWORD_MIN", "must be from 1 to 128")
	require(s.RegistrationsPerHour >= 0, "OCIPE_REGISTRATIONS_PER_HOUR", "must be 0 or more")
	require(s.RateFailures >= 0, "OCIPE_RATE_FAILURES", "must be 0 or more")
	require(s.RateUser >= 0, "OCIPE_RATE_USER", "must be 0 or more")
	require(s.RateAddress >= 0, "OCIPE_RATE_ADDRESS", "must be 0 or more")
	require(s.BackupEvery >= time.Second, "OCIPE_BACKUP_EVERY", "must be at least 1s")
	require(s.TrashDays >= 0 && s.TrashDays <= maxTrashDays, "OCIPE_TRASH_DAYS", fmt.Sprintf("must be from 0 to %d", maxTrashDays))
	s.checkOrigins(require)
	return all
}

// checkOrigins trims the allowed origins and checks that they are valid.
func (s *settings) checkOrigins(require func(ok bool, name, rule string)) {
	for i, origin := range s.AllowedOrigins {
		s.AllowedOrigins[i] = strings.TrimSpace(origin)
		require(isOrigin(s.AllowedOrigins[i]), "OCIPE_ALLOWED_ORIGINS", fmt.Sprintf(
			"%q is not an origin like https://app.example.org or capacitor://localhost: scheme and host, and the port if it isn't the default; "+
				"no path, no trailing slash, no *; not null or file://, which every local file has",
			s.AllowedOrigins[i]))
	}
}

// checkDeployment checks the settings for addresses, keys, the shutdown and the web app.
func (s *settings) checkDeployment(require func(ok bool, name, rule string)) {
	require(s.ShutdownDelay >= 0, "OCIPE_SHUTDOWN_DELAY", "must be 0s or more")
	require(s.Keys == "" || s.KeysFile == "", "OCIPE_KEYS", "can't be set together with OCIPE_KEYS_FILE")
	if s.Keys != "" {
		_, err := s.keys().Load()
		require(err == nil, "OCIPE_KEYS", fmt.Sprint(err))
	}
	if s.MetricsAddr != "" {
		_, _, err := net.SplitHostPort(s.MetricsAddr)
		require(err == nil, "OCIPE_METRICS_ADDR", "must be HOST:PORT, for example 127.0.0.1:9464")
	}
	require(s.ProfileAddr == "" || isLoopback(s.ProfileAddr), "OCIPE_PROFILE_ADDR",
		"must be a loopback address and a port, for example 127.0.0.1:6060: profiles are not for other machines; to read them from one, forward the port with ssh -L")
	webApp, err := s.openWebApp()
	require(err == nil, "OCIPE_WEB_DIR", fmt.Sprint("must be a folder with a built single-page app: ", err))
	_ = webApp.Close() // serve opens it again
	require(!strings.ContainsFunc(s.WebCSP, unicode.IsControl), "OCIPE_WEB_CSP", "must be one line without control characters")
}

func wholeSeconds(d time.Duration) bool { return d >= time.Second && d%time.Second == 0 }

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

func isPublicURL(u *url.URL) bool {
	return u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && hasValidPort(u) &&
		u.User == nil && u.RawQuery == "" && u.Fragment == "" && isCleanPath(u.Path)
}

// isCleanPath reports whether clients and proxies leave the path of a URL unchanged.
func isCleanPath(urlPath string) bool {
	return urlPath == "" || urlPath == "/" || !strings.Contains(urlPath, "//") && path.Clean(urlPath) == strings.TrimSuffix(urlPath, "/")
}

// opaqueSchemes are the schemes of URLs whose pages have the origin null. Allowing that would allow every local file and sandboxed frame.
var opaqueSchemes = []string{"file", "data", "blob", "about", "javascript"}

// isOrigin reports whether text is an origin that browsers, extensions or apps send, in any spelling: capacitor://localhost is one, and
// HTTPS://App.Example.org:443 is the same as https://app.example.org.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Hostname() == "" || slices.Contains(opaqueSchemes, u.Scheme) || strings.Contains(text, "*") || !isASCII(text) {
		return false
	}
	return hasValidPort(u) && strings.EqualFold(text, u.Scheme+"://"+u.Host)
}

// hasValidPort reports whether the port of u is one, or missing.
func hasValidPort(u *url.URL) bool {
	_, err := strconv.ParseUint(cmp.Or(u.Port(), "0"), 10, 16)
	return err == nil
}
