package history

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

// fleet is several server processes on one database with a synchronous standby.
type fleet struct {
	program          string
	settings         []string
	addresses        []string
	servers          []*server
	primary, standby *node
	balancer         *balancer
	names            int // of accounts
}

// server is a server process.
type server struct {
	cmd   *exec.Cmd
	log   bytes.Buffer // read it only after the process has ended
	ended chan struct{}
}

// startFleet starts count servers.
func startFleet(t *testing.T, count int) *fleet {
	t.Helper()
	f := &fleet{program: build(t), servers: make([]*server, count), primary: startPrimary(t)}
	f.standby = f.primary.addStandby(t, freePort(t))
	for range count {
		f.addresses = append(f.addresses, fmt.Sprintf("127.0.0.1:%d", freePort(t)))
	}
	f.balancer = &balancer{addresses: f.addresses}
	dir := t.TempDir()
	f.settings = []string{
		fmt.Sprintf("DATABASE_URL=postgres://postgres@127.0.0.1:%d,127.0.0.1:%d/ocipe?sslmode=disable&target_session_attrs=read-write", f.primary.port, f.standby.port),
		"DATABASE_WAIT=1h", "DATA_DIR=" + dir, "KEYS_FILE=" + filepath.Join(dir, "keys.json"), "PUBLIC_URL=http://" + f.addresses[0], "ACCESS_TTL=1h",
		"RATE_USER=0", "RATE_ADDRESS=0", "RATE_FAILURES=0", "REGISTRATIONS_PER_HOUR=0", "LOG_LEVEL=warn",
	}
	for i := range f.servers {
		f.launch(t, i)
	}
	return f
}

// build builds the program and returns its path.
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ocipe")
	cmd := exec.Command("go", "build", "-o", path, ".")
	cmd.Dir = "../../.."
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return path
}

// launch starts a server and waits until it serves. It is killed after the test.
func (f *fleet) launch(t *testing.T, i int) {
	t.Helper()
	s := &server{cmd: exec.Command(f.program, "serve"), ended: make(chan struct{})}
	s.cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "OCIPE_ADDR=" + f.addresses[i]}
	for _, setting := range f.settings {
		s.cmd.Env = append(s.cmd.Env, "OCIPE_"+setting)
	}
	s.cmd.Stderr = &s.log
	require.NoError(t, s.cmd.Start())
	go func() {
		_ = s.cmd.Wait()
		close(s.ended)
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill() // fails if the process has ended
		<-s.ended
	})
	f.servers[i] = s
	pgtest.Eventually(t, func() bool {
		select {
		case <-s.ended:
			require.FailNow(t, "the server ended early", "%s", &s.log)
		default:
		}
		res, err := http.Get("http://" + f.addresses[i] + "/api/monitoring/db/")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	}, "the server serves")
}

// kill ends a server like a crash.
func (f *fleet) kill(i int) {
	_ = f.servers[i].cmd.Process.Kill()
	<-f.servers[i].ended
}

// failOver kills the primary, promotes the standby, and gives the new primary a standby at the address of the old one.
func (f *fleet) failOver(t *testing.T) {
	t.Helper()
	port := f.primary.port
	f.primary.kill(t)
	f.standby.promote(t)
	f.primary = f.standby
	f.standby = f.primary.addStandby(t, port)
}

// client returns a client whose requests go to all servers.
func (f *fleet) client(t *testing.T, options ...ocipe.Option) *ocipe.Client {
	t.Helper()
	c, err := f.newClient(options...)
	require.NoError(t, err)
	return c
}

func (f *fleet) newClient(options ...ocipe.Option) (*ocipe.Client, error) {
	return ocipe.New("http://"+f.addresses[0], append(options, ocipe.WithHTTPClient(&http.Client{Transport: f.balancer}))...)
}

// balancer sends each request to the next server, like a proxy without sticky sessions. It loses some responses, and delivers some
// requests with an idempotency key twice, like a proxy that repeats requests.
type balancer struct {
	addresses []string
	next      atomic.Uint64
	lost      atomic.Int64
	repeated  atomic.Int64
}

// On average, one of responsesPerLoss responses is lost, and one of requestsPerRepetition requests with a key is delivered twice.
const (
	responsesPerLoss      = 25
	requestsPerRepetition = 8
)

var errResponseLost = errors.New("the response was lost")

// RoundTrip sends a request.
func (b *balancer) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.send(r)
	switch {
	case err != nil:
		return nil, err
	case rand.IntN(responsesPerLoss) == 0:
		discard(res)
		b.lost.Add(1)
		return nil, errResponseLost
	case r.Header.Get("Idempotency-Key") != "" && r.GetBody != nil && rand.IntN(requestsPerRepetition) == 0:
		again := r.Clone(r.Context())
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
		discard(res)
		b.repeated.Add(1)
		return b.send(again)
	}
	return res, nil
}

func (b *balancer) send(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Host = b.addresses[b.next.Add(1)%uint64(len(b.addresses))]
	return http.DefaultTransport.RoundTrip(r)
}

func discard(res *http.Response) {
	_, _ = io.Copy(io.Discard, res.Body)
	_ = res.Body.Close()
}
