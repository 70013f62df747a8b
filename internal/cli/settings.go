package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/token"
)

// settings are the operator's settings. Each is a flag and an environment variable: OCIPE_ and the name of the flag in capitals.
type settings struct {
	Addr                 string        `default:"127.0.0.1:8080" help:"Address to listen on."`
	DatabaseURL          string        `placeholder:"URL" help:"PostgreSQL connection string; empty: run a private PostgreSQL in the data folder."`
	DatabaseWait         time.Duration `default:"30s" help:"How long serve waits at its start for the database of --database-url; 0s: not at all."`
	DataDir              string        `default:"./data" help:"Folder for the private PostgreSQL and the keys."`
	Keys                 string        `placeholder:"JWKS" help:"Content of a keys file, for servers that share no disk; set the variable, since other users of the machine see flags."`
	KeysFile             string        `placeholder:"FILE" help:"File with the keys that sign tokens; empty: keys.json in the data folder."`
	PublicURL            *url.URL      `placeholder:"URL" help:"URL at which clients reach the server, with the path if a proxy serves it under one; issuer and audience of its tokens; empty: http://localhost and the port of --addr, or https:// if the server has a certificate."`
	TLSCert              string        `name:"tls-cert" placeholder:"FILE" help:"Certificate (PEM, with its chain) to serve https with; read again when it changes."`
	TLSKey               string        `name:"tls-key" placeholder:"FILE" help:"Key of --tls-cert (PEM)."`
	ACMEDomains          []string      `name:"acme-domains" placeholder:"NAME" help:"Names of this server for which to get certificates by ACME; needs port 443 of these names."`
	ACMEDirectory        string        `name:"acme-directory" default:"https://acme-v02.api.letsencrypt.org/directory" help:"Directory of the ACME service."`
	AccessTTL            time.Duration `default:"5m" help:"Lifetime of an access token."`
	RefreshTTL           time.Duration `default:"720h" help:"Lifetime of a refresh token; every refresh renews it."`
	RefreshGrace         time.Duration `default:"30s" help:"How long a used refresh token is still accepted; 0s: not at all."`
	SessionMax           time.Duration `default:"8760h" help:"Maximum lifetime of a session, however often it is refreshed."`
	ReauthAge            time.Duration `default:"10m" help:"Maximum age of a login for changes to the account; then the password must be sent again."`
	PasswordMin          int           `default:"8" help:"Minimum length of a new password, in characters."`
	BackupDir            string        `placeholder:"DIR" help:"Folder in which serve makes backups; empty: it makes none."`
	BackupEvery          time.Duration `default:"24h" help:"Interval of the backups in --backup-dir."`
	BackupPassphraseFile string        `placeholder:"FILE" help:"File with the passphrase that encrypts the keys in backups; with it, backups in --backup-dir have the keys."`
	AllowedOrigins       []string      `placeholder:"ORIGIN" help:"Other origins whose apps may call this server with credentials: https://app.example.org, capacitor://localhost, chrome-extension://ID."`
	CookiePartitioned    bool          `help:"Set the attribute Partitioned (CHIPS) on the refresh cookie."`
	HSTSSubdomains       bool          `name:"hsts-subdomains" default:"true" negatable:"" help:"With an https:// public URL, browsers also use https for the subdomains of its host."`
	RegistrationsPerHour int           `default:"60" help:"Accounts that one client address may register per hour; 0: no limit."`
	RateFailures         int           `default:"30" help:"Failed logins per hour of one client address that is new to the account; 0: no limit."`
	RateUser             int           `default:"3000" help:"Requests per minute of one user; 0: no limit."`
	RateAddress          int           `default:"3000" help:"Requests per minute of one client address that need no login; 0: no limit."`
	TrashDays            int           `default:"30" help:"Days that deleted recipes stay in the trash; 0: an hour at most."`
	TrustedProxies       []network     `placeholder:"NETWORK" help:"Proxies (addresses or networks) whose headers Forwarded, X-Forwarded-For and X-Forwarded-Proto are trusted."`
	ShutdownDelay        time.Duration `default:"0s" help:"How long serve goes on after SIGTERM, while its readiness is 503, so that proxies stop sending requests; 0s: not at all."`
	Compression          string        `default:"remote" enum:"remote,always,never" help:"Which clients get large responses compressed: remote (those beyond this machine and private networks), always or never."`
	MetricsAddr          string        `placeholder:"ADDR" help:"Address on which to serve metrics for Prometheus; empty: none are served."`
	WebDir               string        `placeholder:"DIR" help:"Folder with a built single-page app to serve at /; empty: / leads to the documentation."`
	WebCSP               string        `name:"web-csp" placeholder:"POLICY" help:"Content-Security-Policy of the app of --web-dir; empty: a strict one."`
	ProfileAddr          string        `placeholder:"ADDR" help:"Loopback address on which to serve profiles of the running server; empty: none are served."`
	LogLevel             slog.Level    `default:"info" help:"Minimum level of the log: debug, info, warn or error."`

	issuer *url.URL // of the tokens; unlike PublicURL, it stays the same from one start to the next if Addr has port 0
	urlSet bool     // the operator has set PublicURL
}

// deriveURLs sets the URLs that follow from other settings.
func (s *settings) deriveURLs() {
	s.urlSet = s.PublicURL != nil
	s.derivePublicURL(s.Addr)
	s.issuer = s.PublicURL
}

// derivePublicURL derives the public URL from the address on which the server listens, unless the operator has set the URL.
func (s *settings) derivePublicURL(addr string) {
	if s.urlSet {
		return
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		host, port = "localhost", "8080" // check reports the error
	}
	switch ip, err := netip.ParseAddr(host); {
	case host == "", err == nil && ip.IsUnspecified(), host == "127.0.0.1", host == "::1":
		host = "localhost"
	case err == nil && ip.Is6():
		host = "[" + host + "]"
	}
	scheme, defaultPort := "http", "80"
	if s.hasTLS() {
		scheme, defaultPort = "https", "443"
	}
	if len(s.ACMEDomains) > 0 {
		host = s.ACMEDomains[0]
	}
	if port != defaultPort && port != "0" {
		host += ":" + port
	}
	s.PublicURL = &url.URL{Scheme: scheme, Host: host}
}

// network is an IP address, or a network in CIDR notation.
type network struct{ netip.Prefix }

// UnmarshalText parses either form.
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

func (s *settings) keys() token.File { return token.File{Path: s.keysFile(), Text: s.Keys} }

// makeKeysFolder creates the folder of the keys file, unless the keys are in OCIPE_KEYS.
func (s *settings) makeKeysFolder() error {
	if s.Keys != "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(s.keysFile()), 0o755); err != nil { //nolint:gosec // PostgreSQL passes through; the file has 0600
		return fmt.Errorf("OCIPE_KEYS_FILE: create its folder: %w", err)
	}
	return nil
}

func (s *settings) keysFile() string {
	file := cmp.Or(s.KeysFile, filepath.Join(s.DataDir, "keys.json"))
	if abs, err := filepath.Abs(file); err == nil { // so that messages don't depend on the working directory
		return abs
	}
	return file
}

// cookieWarning returns a warning if browsers will drop the refresh cookie, which is Secure. Otherwise it returns "".
func (s *settings) cookieWarning() string {
	host, _, _ := net.SplitHostPort(s.Addr)
	remote := !isLocal(host) || !isLocal(s.PublicURL.Hostname())
	if s.PublicURL.Scheme == "https" || !remote || len(s.TrustedProxies) > 0 {
		return ""
	}
	return "browsers keep the refresh cookie only over https or on localhost: other users will be logged out at every " +
		"reload. Put a proxy with TLS in front of this server, set OCIPE_PUBLIC_URL to its https:// address and " +
		"OCIPE_TRUSTED_PROXIES to its network"
}

func isLocal(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && addr.IsLoopback()
}
