package main

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/internal/session"
)

// settings are the operator's choices. Each is a flag and the environment variable of the same name in
// capitals after OCIPE_.
type settings struct {
	Addr                 string        `default:"127.0.0.1:8080" help:"Where to listen."`
	DatabaseURL          string        `placeholder:"URL" help:"PostgreSQL connection string; empty: run a private PostgreSQL in the data folder."`
	DataDir              string        `default:"./data" help:"The data folder."`
	KeysFile             string        `placeholder:"FILE" help:"The keys that sign tokens; empty: keys.json in the data folder."`
	PublicURL            *url.URL      `default:"http://localhost:8080" help:"Where clients reach the server; issuer and audience of its tokens."`
	AccessTTL            time.Duration `default:"5m" help:"Lifetime of an access token."`
	RefreshTTL           time.Duration `default:"720h" help:"Lifetime of a refresh token; every refresh starts it anew."`
	RefreshGrace         time.Duration `default:"30s" help:"How long a spent refresh token is still answered; 0: not at all."`
	SessionMax           time.Duration `default:"8760h" help:"Lifetime of a session, however often it is refreshed."`
	PasswordMin          int           `default:"8" help:"Least length of a new password, in characters."`
	AllowedOrigins       []string      `placeholder:"ORIGIN" help:"Web apps on other origins that may call this server with credentials."`
	CookiePartitioned    bool          `help:"Give the refresh cookie the attribute Partitioned (CHIPS)."`
	RegistrationsPerHour int           `default:"60" help:"Accounts that one client address may make an hour; 0: no limit."`
	TrustedProxies       []network     `placeholder:"NETWORK" help:"Proxies (addresses or networks) whose Forwarded and X-Forwarded-For and -Proto are believed."`
	Compression          string        `default:"remote" enum:"remote,always,never" help:"Whose large answers are compressed: remote (of clients that are neither this machine nor in a private network), always or never."`
	ProfileAddr          string        `placeholder:"ADDR" help:"Where to serve profiles of the running server, to this machine alone; empty: nowhere."`
	LogLevel             slog.Level    `default:"info" help:"debug, info, warn or error."`
}

// check fails with every setting that can't be worked with, and says what would do.
func (s *settings) check() error {
	var all error
	demand := func(ok bool, name, what string) {
		if !ok {
			all = errors.Join(all, fmt.Errorf("%s: %s", name, what))
		}
	}
	_, _, err := net.SplitHostPort(s.Addr)
	demand(err == nil, "OCIPE_ADDR", "must be HOST:PORT, for example 127.0.0.1:8080")
	demand(s.PublicURL.Host != "" && (s.PublicURL.Scheme == "http" || s.PublicURL.Scheme == "https") &&
		s.PublicURL.User == nil && s.PublicURL.RawQuery == "" && s.PublicURL.Fragment == "",
		"OCIPE_PUBLIC_URL", "must be http:// or https:// and a host, for example https://cook.example.org")
	demand(wholeSeconds(s.AccessTTL) && s.AccessTTL <= session.MaxAccessTTL, "OCIPE_ACCESS_TTL", "must be whole seconds from 1s to 1h")
	demand(wholeSeconds(s.RefreshTTL), "OCIPE_REFRESH_TTL", "must be whole seconds from 1s")
	demand(s.RefreshGrace >= 0, "OCIPE_REFRESH_GRACE", "must be 0s or more")
	demand(s.SessionMax >= time.Second, "OCIPE_SESSION_MAX", "must be at least 1s")
	demand(s.PasswordMin >= 1 && s.PasswordMin <= 128, "OCIPE_PASSWORD_MIN", "must be from 1 to 128")
	demand(s.RegistrationsPerHour >= 0, "OCIPE_REGISTRATIONS_PER_HOUR", "must be 0 or more")
	demand(s.ProfileAddr == "" || isLoopback(s.ProfileAddr), "OCIPE_PROFILE_ADDR",
		"must be a loopback address and a port, for example 127.0.0.1:6060: profiles are for this machine alone. From another one, forward the port by ssh -L")
	for i, origin := range s.AllowedOrigins {
		s.AllowedOrigins[i] = strings.TrimSpace(origin)
		demand(isOrigin(s.AllowedOrigins[i]), "OCIPE_ALLOWED_ORIGINS", fmt.Sprintf(
			"%q is no origin like https://app.example.org: scheme, host, the port if it isn't the usual one; no path, no slash at the end, no *",
			s.AllowedOrigins[i]))
	}
	return all
}

// network is an address or a network in CIDR notation.
type network struct{ netip.Prefix }

// UnmarshalText reads either.
func (n *network) UnmarshalText(text []byte) (err error) {
	text = bytes.TrimSpace(text)
	if addr, err := netip.ParseAddr(string(text)); err == nil {
		n.Prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		return nil
	}
	if n.Prefix, err = netip.ParsePrefix(string(text)); err != nil {
		return errors.New("must be addresses or networks like 10.0.0.0/8, separated by commas")
	}
	return nil
}

func (s *settings) trustedProxies() []netip.Prefix {
	var prefixes []netip.Prefix
	for _, n := range s.TrustedProxies {
		prefixes = append(prefixes, n.Prefix)
	}
	return prefixes
}

func wholeSeconds(d time.Duration) bool { return d >= time.Second && d%time.Second == 0 }

func isASCII(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// isOrigin tells whether a text is one origin as browsers send it. A * would be a pattern to the CORS library.
func isOrigin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" &&
		!strings.Contains(text, "*") && isASCII(text) && text == api.Origin(u)
}

func (s *settings) keysFile() string {
	if s.KeysFile != "" {
		return s.KeysFile
	}
	return filepath.Join(s.DataDir, "keys.json")
}

// cookieWarning tells where browsers can't keep the Secure refresh cookie; empty: they can.
func (s *settings) cookieWarning() string {
	host, _, _ := net.SplitHostPort(s.Addr)
	beyond := !isLocal(host) || !isLocal(s.PublicURL.Hostname())
	if s.PublicURL.Scheme == "https" || !beyond || len(s.TrustedProxies) > 0 {
		return ""
	}
	return "browsers keep the refresh cookie over https or on localhost only: people elsewhere will be logged out at every " +
		"reload. Put a proxy with TLS before this server, set OCIPE_PUBLIC_URL to its https:// address and " +
		"OCIPE_TRUSTED_PROXIES to its network"
}

func isLocal(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && addr.IsLoopback()
}
