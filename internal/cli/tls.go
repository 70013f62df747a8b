package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// hasTLS reports whether the server itself uses TLS, rather than a proxy or no TLS at all.
func (s *settings) hasTLS() bool { return s.TLSCert != "" || len(s.ACMEDomains) > 0 }

// checkTLS returns an error that names the invalid or conflicting settings for TLS.
func (s *settings) checkTLS() error {
	var all error
	if (s.TLSCert == "") != (s.TLSKey == "") {
		all = errors.Join(all, errors.New("OCIPE_TLS_CERT, OCIPE_TLS_KEY: must be set together"))
	}
	if s.TLSCert != "" && len(s.ACMEDomains) > 0 {
		all = errors.Join(all, errors.New("OCIPE_ACME_DOMAINS: can't be set together with OCIPE_TLS_CERT"))
	}
	if u, err := url.Parse(s.ACMEDirectory); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		all = errors.Join(all, errors.New("OCIPE_ACME_DIRECTORY: must be https:// and the address of the service's directory"))
	}
	for _, domain := range s.ACMEDomains {
		if !strings.Contains(domain, ".") || strings.ContainsAny(domain, ":/* ") || net.ParseIP(domain) != nil {
			all = errors.Join(all, fmt.Errorf("OCIPE_ACME_DOMAINS: %q must be a name like cook.example.org; several are separated by commas", domain))
		}
	}
	return all
}

// tlsConfig returns the configuration of TLS, or nil if the server doesn't use TLS. It returns an error if the certificate can't be read.
func (p *program) tlsConfig(ctx context.Context) (*tls.Config, error) {
	s := p.settings
	switch {
	case s.TLSCert != "":
		pair := &certificate{certFile: s.TLSCert, keyFile: s.TLSKey, onError: func(err error) {
			p.log.WarnContext(ctx, "the changed certificate can't be read; still using the one before", "error", err)
		}}
		if err := pair.load(); err != nil {
			return nil, fmt.Errorf("OCIPE_TLS_CERT, OCIPE_TLS_KEY: %w", err)
		}
		return &tls.Config{GetCertificate: pair.get, MinVersion: tls.VersionTLS12}, nil
	case len(s.ACMEDomains) > 0:
		m := &autocert.Manager{
			Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(s.ACMEDomains...),
			Cache: autocert.DirCache(filepath.Join(s.DataDir, "acme")), Client: &acme.Client{DirectoryURL: s.ACMEDirectory},
		}
		config := m.TLSConfig() // also responds to the challenge tls-alpn-01
		config.MinVersion = tls.VersionTLS12
		config.GetCertificate = p.warnOfMissingCertificates(ctx, m.GetCertificate)
		return config, nil
	}
	return nil, nil //nolint:nilnil // no TLS
}

// acmeWarningInterval is the minimum time between two warnings that there is no certificate. Clients may try again and again.
const acmeWarningInterval = 10 * time.Minute

type getCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// warnOfMissingCertificates wraps get to log why there is no certificate for one of the server's names. It logs no other names, because
// any client may send them.
func (p *program) warnOfMissingCertificates(ctx context.Context, get getCertificate) getCertificate {
	var last atomic.Int64 // Unix nanoseconds
	return func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		cert, err := get(hello)
		if err == nil || !slices.Contains(p.settings.ACMEDomains, hello.ServerName) {
			return cert, err
		}
		now, before := p.Clock().UnixNano(), last.Load()
		if time.Duration(now-before) >= acmeWarningInterval && last.CompareAndSwap(before, now) {
			p.log.WarnContext(ctx, "there is no certificate: the ACME service must reach this server at port 443 of the name",
				"name", hello.ServerName, "directory", p.settings.ACMEDirectory, "error", err)
		}
		return nil, err
	}
}

// serveOn serves with TLS if the server has a configuration for it. It returns an error when the server ends.
func serveOn(server *http.Server, listener net.Listener) error {
	if server.TLSConfig == nil {
		return server.Serve(listener)
	}
	return server.ServeTLS(listener, "", "")
}

// certificate is a certificate and its key in two files. If the files change, new connections get the new certificate.
type certificate struct {
	certFile, keyFile string
	onError           func(error) // called once for each change that can't be used

	mu     sync.Mutex
	seen   [2]fs.FileInfo // the files when they were last read
	loaded *tls.Certificate
}

// get is a function for tls.Config.GetCertificate. It checks the times of the files for each connection, which costs little compared to
// a handshake.
func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed() {
		if err := c.read(); err != nil {
			c.onError(err)
		}
	}
	return c.loaded, nil
}

func (c *certificate) load() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changed()
	return c.read()
}

// changed reports whether one of the files has changed since the last call. While a file is missing because it is being replaced, it
// returns false.
func (c *certificate) changed() bool {
	var now [2]fs.FileInfo
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return false
		}
		now[i] = info
	}
	old := c.seen
	c.seen = now
	return !sameFile(old[0], now[0]) || !sameFile(old[1], now[1])
}

func sameFile(old, now fs.FileInfo) bool {
	return old != nil && os.SameFile(old, now) && old.ModTime().Equal(now.ModTime()) && old.Size() == now.Size()
}

func (c *certificate) read() error {
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err == nil {
		c.loaded = &pair
	}
	return err
}
