package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/cli"
)

// backedUpServer is a server with a private PostgreSQL, in this process.
type backedUpServer struct {
	url  string
	stop func() error
}

// startBackedUpServer starts a server on a data folder.
func startBackedUpServer(t *testing.T, dataDir string, settings ...string) *backedUpServer {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	log, ended := &backupLog{found: make(chan string, 1)}, make(chan error, 1)
	go func() {
		settings := append(settings, "OCIPE_DATA_DIR="+dataDir, "OCIPE_ADDR=127.0.0.1:0", "OCIPE_ACCESS_TTL=1h", "OCIPE_RATE_USER=0", "OCIPE_RATE_ADDRESS=0",
			"OCIPE_REGISTRATIONS_PER_HOUR=0")
		ended <- runCommand(ctx, log, nil, settings, "serve")
	}()
	s := &backedUpServer{stop: sync.OnceValue(func() error { cancel(); return <-ended })}
	t.Cleanup(func() { require.NoError(t, s.stop()) })
	select {
	case address := <-log.found:
		s.url = "http://" + address
	case err := <-ended:
		require.FailNow(t, "the server ended early", "%v\n%s", err, log)
	}
	return s
}

// runCommand runs one command.
func runCommand(ctx context.Context, log io.Writer, stdout io.Writer, settings []string, args ...string) error {
	contract, err := os.ReadFile("../../openapi.yaml")
	if err != nil {
		return err
	}
	return cli.Run(ctx, cli.Process{
		Args: args, Environ: settings, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: log, Clock: time.Now, Contract: contract,
	})
}

// backupLog is a log in which a test finds the server's address.
type backupLog struct {
	mu    sync.Mutex
	text  bytes.Buffer
	found chan string
}

// Write keeps lines, and looks for the address in them.
func (l *backupLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var line struct{ Address string }
	if json.Unmarshal(p, &line) == nil && line.Address != "" {
		l.found <- line.Address
	}
	return l.text.Write(p)
}

func (l *backupLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// backupEntry is a write of a writer: an item on the checklist with the number as its name.
type backupEntry struct {
	sent, acknowledged time.Time // acknowledged is zero if there was no response
}

// backupWriter adds numbered items to the checklist of its account, one after the other, and refreshes its session meanwhile.
type backupWriter struct {
	client  *apitest.Client
	name    string
	entries []backupEntry
}

func newBackupWriter(t *testing.T, url string, n int) *backupWriter {
	t.Helper()
	w := &backupWriter{client: apitest.ClientOf(t, url), name: fmt.Sprintf("writer-%d", n)}
	w.client.Register(t, w.name)
	w.client.Login(t, w.name)
	return w
}

// write writes until stop is set. It returns errors, because it doesn't run on the goroutine of the test.
func (w *backupWriter) write(stop *atomic.Bool) error {
	for n := 0; !stop.Load(); n++ {
		e := backupEntry{sent: time.Now()}
		status, err := w.send(http.MethodPost, "/api/grocery/list/", fmt.Sprintf(`{"items": "number %d"}`, n))
		if err != nil {
			return err
		}
		if status != http.StatusCreated {
			return fmt.Errorf("status %d for a write", status)
		}
		e.acknowledged = time.Now()
		w.entries = append(w.entries, e)
		if n%20 == 19 {
			if status, err := w.send(http.MethodPost, "/api/user/token/refresh/", ""); err != nil || status != http.StatusOK {
				return fmt.Errorf("refresh: status %d, %w", status, err)
			}
		}
	}
	return nil
}

func (w *backupWriter) send(method, path, body string) (status int, err error) {
	r, err := http.NewRequestWithContext(context.Background(), method, w.client.Base+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+w.client.Access)
	res, err := w.client.HTTP.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close() //nolint:errcheck // the body is read to its end
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

// numbers returns how often the server has the item with each number.
func (w *backupWriter) numbers(t *testing.T) map[int]int {
	t.Helper()
	found := map[int]int{}
	for _, item := range apitest.Decode[[]struct{ Item string }](t, w.client.Call(t, http.MethodGet, "/api/grocery/list/", nil).Is(t, http.StatusOK)) {
		var n int
		_, err := fmt.Sscanf(item.Item, "number %d", &n)
		require.NoError(t, err)
		found[n]++
	}
	return found
}
