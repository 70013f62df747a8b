package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// writeCertificate writes a self-signed certificate for 127.0.0.1 into dir, and returns it.
func writeCertificate(t *testing.T, dir string, serial int64) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: der}, "key.pem": {Type: "PRIVATE KEY", Bytes: keyDER}} {
		next := filepath.Join(dir, name+".next")
		require.NoError(t, os.WriteFile(next, pem.EncodeToMemory(block), 0o600))
		require.NoError(t, os.Rename(next, filepath.Join(dir, name)))
	}
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

// getHealth sends a request on a new connection that trusts only this certificate.
func getHealth(t *testing.T, url string, trusted *x509.Certificate) (*http.Response, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(trusted)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/api/monitoring/healthz/", nil)
	require.NoError(t, err)
	res, err := transport.RoundTrip(r)
	if err == nil {
		require.NoError(t, res.Body.Close())
	}
	return res, err
}

func TestAServerWithACertificateServesHTTPSAndReadsItAgainWhenItChanges(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := writeCertificate(t, dir, 1)
	s := inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"),
		"TLS_CERT="+filepath.Join(dir, "cert.pem"), "TLS_KEY="+filepath.Join(dir, "key.pem"))
	url := strings.Replace(s.url, "http:", "https:", 1)

	res, err := getHealth(t, url, first)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	require.Equal(t, 2, res.ProtoMajor)
	require.Contains(t, s.logs.String(), "open https://localhost:")

	_, _, err = command(t, "", "healthcheck --addr="+strings.TrimPrefix(s.url, "http://"),
		"TLS_CERT="+filepath.Join(dir, "cert.pem"), "TLS_KEY="+filepath.Join(dir, "key.pem"))
	require.NoError(t, err)

	second := writeCertificate(t, dir, 2)
	_, err = getHealth(t, url, second)
	require.NoError(t, err)
	_, err = getHealth(t, url, first)
	require.Error(t, err, "the first certificate is gone")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "key.pem"), []byte("not a key"), 0o600))
	for range 2 {
		_, err = getHealth(t, url, second)
		require.NoError(t, err, "what can't be read replaces nothing")
	}
	require.Equal(t, 1, strings.Count(s.logs.String(), "the changed certificate can't be read"), s.logs)
}

func TestSettingsForTLS(t *testing.T) {
	t.Parallel()
	for hint, environ := range map[string][]string{
		"OCIPE_TLS_CERT, OCIPE_TLS_KEY: must be set together":        {"TLS_CERT=cert.pem"},
		"can't be set together with OCIPE_TLS_CERT":                  {"TLS_CERT=cert.pem", "TLS_KEY=key.pem", "ACME_DOMAINS=cook.example.org"},
		`OCIPE_ACME_DOMAINS: "https://cook.example.org" must be`:     {"ACME_DOMAINS=https://cook.example.org"},
		"OCIPE_ACME_DIRECTORY: must be https://":                     {"ACME_DOMAINS=cook.example.org", "ACME_DIRECTORY=acme.example.org"},
		`OCIPE_ACME_DOMAINS: "192.0.2.1" must be`:                    {"ACME_DOMAINS=192.0.2.1"},
		"OCIPE_TLS_CERT, OCIPE_TLS_KEY: open missing.pem: no such f": {"TLS_CERT=missing.pem", "TLS_KEY=missing.pem"},
	} {
		_, _, err := command(t, "", "serve", environ...)
		require.ErrorContains(t, err, hint)
	}
}

func TestDoctorReadsTheCertificate(t *testing.T) {
	t.Parallel()
	one, other, url := t.TempDir(), t.TempDir(), "DATABASE_URL="+pgtest.New(t).URL
	writeCertificate(t, one, 1)
	writeCertificate(t, other, 2)

	out, _, err := command(t, "", "doctor", url, "TLS_CERT="+filepath.Join(one, "cert.pem"), "TLS_KEY="+filepath.Join(other, "key.pem"))

	require.ErrorContains(t, err, "checks that failed")
	require.Regexp(t, "error +settings +OCIPE_TLS_CERT, OCIPE_TLS_KEY: .*does not match", out)
}

func TestThePublicURLFollowsTLS(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]settings{
		"https://localhost":             {Addr: ":443", TLSCert: "cert.pem"},
		"https://localhost:8443":        {Addr: ":8443", TLSCert: "cert.pem"},
		"https://cook.example.org":      {Addr: ":443", ACMEDomains: []string{"cook.example.org"}},
		"http://localhost:443":          {Addr: ":443"},
		"https://cook.example.org:8443": {Addr: ":8443", ACMEDomains: []string{"cook.example.org", "other.example.org"}},
	} {
		s.deriveURLs()
		require.Equal(t, want, s.PublicURL.String())
	}
}

func TestAMissingCertificateOfACMEIsLoggedOnce(t *testing.T) {
	t.Parallel()
	s := inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"), "DATA_DIR="+t.TempDir(),
		"ACME_DOMAINS=cook.example.org", "ACME_DIRECTORY=http://127.0.0.1:1/dir")
	address := strings.TrimPrefix(s.url, "http://")
	for _, name := range []string{"other.example.org", "cook.example.org", "cook.example.org"} {
		_, err := (&tls.Dialer{Config: &tls.Config{ServerName: name, MinVersion: tls.VersionTLS12}}).DialContext(t.Context(), "tcp", address)
		require.Error(t, err)
	}
	require.Equal(t, 1, strings.Count(s.logs.String(), "there is no certificate"), s.logs)
	require.Contains(t, s.logs.String(), "cook.example.org")
}
