package faults

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/freeport"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/token"
)

// fleet is three replicas on one database, at fixed addresses.
type fleet struct {
	addresses []string
	servers   []*serverProcess
	settings  []string
	pause     time.Duration // after the start of a replica
}

func startFleet(t *testing.T, delay string) *fleet {
	t.Helper()
	pg := startFreezablePostgres(t)
	keys := filepath.Join(t.TempDir(), "keys.json") // each replica gets the content, because they share no disk
	_, _, err := token.File{Path: keys}.LoadOrCreate(rand.Reader)
	require.NoError(t, err)
	text, err := os.ReadFile(keys)
	require.NoError(t, err)
	f := &fleet{servers: make([]*serverProcess, 3), settings: []string{
		"DATABASE_URL=" + pg.url, "DATA_DIR=/nonexistent", "KEYS=" + string(text), "SHUTDOWN_DELAY=" + delay, "TRUSTED_PROXIES=127.0.0.1", "RATE_USER=0", "RATE_ADDRESS=0",
		"PUBLIC_URL=https://cook.example.org", "LOG_LEVEL=warn",
	}}
	for range f.servers {
		f.addresses = append(f.addresses, freeAddress(t))
	}
	for i := range f.servers {
		f.launch(t, i)
	}
	return f
}

// freeAddress returns a loopback address on which no program listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	address, err := freeport.Address(t.Context())
	require.NoError(t, err)
	return address
}

// launch starts a replica and waits until its health check says that it is ready.
func (f *fleet) launch(t *testing.T, i int) {
	t.Helper()
	f.servers[i] = launchServerProcess(t, append([]string{"ADDR=" + f.addresses[i]}, f.settings...)...)
	program, err := buildProgram()
	require.NoError(t, err)
	pgtest.Eventually(t, func() bool {
		check := exec.Command(program, "healthcheck")
		check.Env = []string{"OCIPE_ADDR=" + f.addresses[i]}
		return check.Run() == nil
	}, "the replica is ready")
	time.Sleep(f.pause)
}

// restart stops a replica like an operator, and starts it again.
func (f *fleet) restart(t *testing.T, i int) {
	t.Helper()
	require.NoError(t, f.servers[i].cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, <-f.servers[i].ended, f.servers[i].logs)
	f.launch(t, i)
}

// kill ends a replica like a crash, and returns the time at which it had ended.
func (f *fleet) kill(t *testing.T, i int) time.Time {
	t.Helper()
	require.NoError(t, f.servers[i].cmd.Process.Kill())
	require.Error(t, <-f.servers[i].ended)
	return time.Now()
}

// proxyConfig returns a file of deploy/ with the addresses of this test. The file must contain each text to replace.
func proxyConfig(t *testing.T, name string, replicas []string, replacements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("../../deploy", name))
	require.NoError(t, err)
	config := string(text)
	for i, address := range replicas {
		replacements = append(replacements, "10.0.0.1"+string(rune('1'+i))+":8080", address)
	}
	for i := 0; i < len(replacements); i += 2 {
		require.Contains(t, config, replacements[i])
		config = strings.ReplaceAll(config, replacements[i], replacements[i+1])
	}
	return config
}

// startHAProxy starts HAProxy with deploy/haproxy.cfg and returns its URL.
func startHAProxy(t *testing.T, replicas []string) string {
	t.Helper()
	dir, address := proxyFolder(t), freeAddress(t)
	certificate, key := newCertificate(t)
	both := filepath.Join(dir, "both.pem")
	require.NoError(t, os.WriteFile(both, append(certificate, key...), 0o600))
	file := filepath.Join(dir, "haproxy.cfg")
	config := proxyConfig(t, "haproxy.cfg", replicas, "bind :443", "bind "+address, "/etc/haproxy/cook.example.org.pem", both)
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	runProxy(t, "haproxy", "-db", "-f", file)
	return waitForProxy(t, address)
}

// startNginx starts nginx with deploy/nginx.conf and returns its URL.
func startNginx(t *testing.T, replicas []string) string {
	t.Helper()
	dir, address := proxyFolder(t), freeAddress(t)
	certificate, key := newCertificate(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cert.pem"), certificate, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key.pem"), key, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "ocipe.conf"), []byte(proxyConfig(t, "nginx.conf", replicas,
		"listen 443 ssl", "listen "+address+" ssl", "/etc/ssl/cook.example.org.pem", "cert.pem", "/etc/ssl/cook.example.org.key", "key.pem")), 0o600))
	main := "daemon off;\npid nginx.pid;\nerror_log stderr warn;\nevents {}\nhttp {\n" +
		"access_log off;\nclient_body_temp_path body;\nproxy_temp_path proxy;\nfastcgi_temp_path fastcgi;\nuwsgi_temp_path uwsgi;\nscgi_temp_path scgi;\n" +
		"include ocipe.conf;\n}\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nginx.conf"), []byte(main), 0o600))
	runProxy(t, "nginx", "-p", dir, "-c", "nginx.conf", "-e", "stderr")
	return waitForProxy(t, address)
}

// proxyFolder creates a folder that the workers of nginx can enter.
func proxyFolder(t *testing.T) string {
	t.Helper()
	dir := pgtest.DataDir(t)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	return dir
}

// runProxy runs a program until the test ends.
func runProxy(t *testing.T, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path = "/usr/sbin/" + name // which isn't in every user's PATH
	}
	cmd := exec.Command(path, args...)
	cmd.Stderr = &serverLog{}
	require.NoError(t, cmd.Start(), "scripts/ensure-proxies.sh installs it")
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(cmd.Stderr)
		}
	})
}

// waitForProxy waits until a proxy listens, and returns its URL.
func waitForProxy(t *testing.T, address string) string {
	t.Helper()
	client := &http.Client{Transport: insecureTransport()}
	defer client.CloseIdleConnections()
	url := "https://" + address
	pgtest.Eventually(t, func() bool {
		res, err := client.Get(url + "/api/monitoring/healthz/")
		if err != nil {
			return false
		}
		return res.Body.Close() == nil && res.StatusCode == http.StatusOK
	}, "the proxy serves")
	return url
}

// newCertificate returns a certificate and its key in PEM.
func newCertificate(t *testing.T) (certificate, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cook.example.org"}, DNSNames: []string{"cook.example.org"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})
}
