package faults

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// loadUsers is the number of users. Each of them sends one request after the other.
const loadUsers = 8

// fridgeLoad is the load: users who add, read, change and delete.
type fridgeLoad struct {
	base  string
	users []*loadUser
	stop  func() // ends the load, and waits for it

	mu     sync.Mutex
	failed []requestFailure
}

// loadUser adds items to a fridge and keeps a ledger.
type loadUser struct {
	load   *fridgeLoad
	client *http.Client
	access string
	rounds atomic.Int64

	added   map[string]bool // names of acknowledged items
	unknown map[string]bool // names of items whose request failed
}

// insecureTransport accepts the certificates of these tests.
func insecureTransport() *http.Transport {
	return &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
}

// startFridgeLoad starts the load, which ends with the test.
func startFridgeLoad(t *testing.T, base string) *fridgeLoad {
	t.Helper()
	w := &fridgeLoad{base: base}
	var stopped atomic.Bool
	var running sync.WaitGroup
	for i := range loadUsers {
		u := &loadUser{load: w, client: &http.Client{Transport: insecureTransport()}, added: map[string]bool{}, unknown: map[string]bool{}}
		name := fmt.Sprintf("user-%d", i)
		_, err := u.try(http.MethodPost, "/api/user/register/", apitest.Credentials(name, apitest.Password), http.StatusCreated)
		require.NoError(t, err)
		text, err := u.try(http.MethodPost, "/api/user/token/", apitest.Credentials(name, apitest.Password), http.StatusOK)
		require.NoError(t, err)
		var token struct{ Access string }
		require.NoError(t, json.Unmarshal(text, &token))
		u.access = token.Access
		w.users = append(w.users, u)
	}
	for _, u := range w.users {
		running.Go(func() {
			for !stopped.Load() {
				u.round()
			}
		})
	}
	w.stop = sync.OnceFunc(func() {
		stopped.Store(true)
		running.Wait()
	})
	t.Cleanup(func() {
		w.stop()
		for _, u := range w.users {
			u.client.CloseIdleConnections()
		}
	})
	return w
}

// round adds, changes, reads and deletes an item.
func (u *loadUser) round() {
	n := u.rounds.Add(1)
	name := fmt.Sprintf("item %d", n)
	text, ok := u.send(http.MethodPost, "/api/fridge/ingredient/", fmt.Sprintf(`{"name": %q, "group": "g"}`, name), http.StatusCreated)
	if !ok {
		u.unknown[name] = true
		return
	}
	u.added[name] = true
	var item struct{ ID int64 }
	if json.Unmarshal(text, &item) != nil {
		u.load.fail(time.Now(), "not an item: "+string(text))
		return
	}
	path := fmt.Sprintf("/api/fridge/ingredient/%d/", item.ID)
	u.send(http.MethodPatch, path, `{"group": "h"}`, http.StatusOK)
	u.send(http.MethodGet, "/api/fridge/", "", http.StatusOK)
	if n%4 != 0 { // every fourth item stays
		if _, ok := u.send(http.MethodDelete, path, "", http.StatusNoContent); ok {
			delete(u.added, name)
		} else {
			delete(u.added, name)
			u.unknown[name] = true
		}
	}
}

// send is try for a request that must succeed: it records the error.
func (u *loadUser) send(method, path, body string, want int) ([]byte, bool) {
	began := time.Now()
	text, err := u.try(method, path, body, want)
	if err != nil {
		u.load.fail(began, method+" "+path+": "+err.Error())
	}
	return text, err == nil
}

// try sends a request and returns the body of the response, or an error if it has another status.
func (u *loadUser) try(method, path, body string, want int) ([]byte, error) {
	r, err := http.NewRequest(method, u.load.base+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.GetBody = nil // so that net/http doesn't repeat a request after a lost connection: the test is about the proxy
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if u.access != "" {
		r.Header.Set("Authorization", "Bearer "+u.access)
	}
	res, err := u.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close() //nolint:errcheck // the body is read to its end
	text, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s: %s", res.Status, text)
	}
	return text, err
}

func (w *fridgeLoad) fail(began time.Time, what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = append(w.failed, requestFailure{began, what})
}

func (w *fridgeLoad) failures() []requestFailure {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]requestFailure(nil), w.failed...)
}

// forget deletes the recorded errors, which were expected.
func (w *fridgeLoad) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failed = nil
}

// progress waits until every user has begun some more rounds.
func (w *fridgeLoad) progress(t *testing.T) {
	t.Helper()
	for _, u := range w.users {
		from := u.rounds.Load()
		pgtest.Eventually(t, func() bool { return u.rounds.Load() >= from+5 }, "requests go on: %v", w.failures())
	}
}

// check ends the load and compares the fridges with the ledgers.
func (w *fridgeLoad) check(t *testing.T) {
	t.Helper()
	w.stop()
	total := 0
	for _, u := range w.users {
		text, err := u.try(http.MethodGet, "/api/fridge/", "", http.StatusOK)
		require.NoError(t, err)
		found := countItems(t, text)
		for name := range u.added {
			require.Equal(t, 1, found[name], "%s was acknowledged", name)
			total++
		}
		for name, times := range found {
			require.Equal(t, 1, times, "%s was added once", name)
			require.True(t, u.added[name] || u.unknown[name], "%s was deleted", name)
		}
	}
	require.Positive(t, total)
	rounds := int64(0)
	for _, u := range w.users {
		rounds += u.rounds.Load()
	}
	t.Logf("%d rounds of four requests; %d items stayed", rounds, total)
}

// countItems counts the names in a fridge.
func countItems(t *testing.T, text []byte) map[string]int {
	t.Helper()
	found := map[string]int{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			if name, ok := v["name"].(string); ok && strings.HasPrefix(name, "item ") {
				found[name]++
			}
			for _, one := range v {
				walk(one)
			}
		}
	}
	var fridge any
	require.NoError(t, json.Unmarshal(text, &fridge))
	walk(fridge)
	return found
}
