package faults

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestARepeatedRequestWhoseResponseWasLost commits a write while the server gets no response from the database, and then kills the server
// or lets it respond with 503. The client repeats the request with the same key a hundred times at other servers.
func TestARepeatedRequestWhoseResponseWasLost(t *testing.T) {
	t.Parallel()
	c := newServerCluster(t)
	others := []killableServer{c.serve(t, c.URL), c.serve(t, c.URL)}
	cook := apitest.ClientOf(t, others[0].url)
	cook.Register(t, "cook")
	cook.Login(t, "cook")
	recipe := apitest.Decode[struct{ ID int64 }](t, cook.Call(t, http.MethodPost, "/api/recipes/",
		`{"name": "soup", "meat_type": "none", "longevity": 1, "frequency": "rarely", "ingredients": [{"name": "leek"}]}`)).ID
	for _, lost := range []struct{ path, body, count string }{
		{"/api/fridge/ingredient/", `{"name": "leek", "group": "Veg"}`, `select count(*) from fridge_items`},
		{"/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d]}`, recipe), `select count(*) from plans`},
		{"/api/grocery/list/", `{"items": "milk"}`, `select count(*) from grocery_items`},
		{"/api/user/api-tokens/", `{"name": "script", "scopes": ["recipes:read"], "expires_in_days": 1}`, `select count(*) from api_tokens`},
	} {
		for _, end := range []string{"kill -9", "503"} {
			t.Run(lost.path+" "+end, func(t *testing.T) {
				proxy, database := c.newMutableProxy(t)
				server := c.serve(t, database)
				request := keyedRequest{access: cook.Access, path: lost.path, body: lost.body, key: uuid.NewString()}
				before, done := c.Int(t, lost.count), make(chan outcome, 1)
				stop := muteBeforeCommit(t, c, proxy, lost.count, before)
				go func() { done <- request.send(server.url) }()
				stop(done)

				if end == "503" {
					require.Equal(t, http.StatusServiceUnavailable, (<-done).status)
				} else {
					server.kill()
					require.Zero(t, (<-done).status, "no response")
				}

				first := request.mustSend(t, others[0].url)
				require.Equal(t, "true", first.replayed)
				var repetitions sync.WaitGroup
				for i := range 100 {
					repetitions.Go(func() {
						again := request.send(others[i%2].url)
						assert.Contains(t, []int{first.status, http.StatusConflict}, again.status, again.text)
						if again.status == first.status {
							assert.Equal(t, first.text, again.text)
						}
					})
				}
				repetitions.Wait()
				require.Equal(t, before+1, c.Int(t, lost.count))
			})
		}
	}
}

// muteBeforeCommit takes a lock that stops the statement of the request. The returned function mutes the proxy, releases the lock, and
// waits until the write is committed.
func muteBeforeCommit(t *testing.T, c serverCluster, proxy *mutableProxy, count string, before int64) (stop func(response <-chan outcome)) {
	t.Helper()
	tx, err := c.Pool.Begin(context.Background())
	require.NoError(t, err)
	_, err = tx.Exec(context.Background(), `select from user_versions for update`)
	require.NoError(t, err)
	return func(response <-chan outcome) {
		pgtest.Eventually(t, func() bool {
			select {
			case early := <-response:
				require.FailNow(t, "the request didn't wait", early)
			default:
			}
			return c.Int(t, `select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'ocipe'`) > 0
		})
		proxy.mute()
		require.NoError(t, tx.Rollback(context.Background()))
		pgtest.Eventually(t, func() bool { return c.Int(t, count) > before })
	}
}

// TestRepeatedRequestsWhileServersAreKilled sends requests to three servers that are killed and restarted. Each request is repeated with
// its key, at any server, until it has a response.
func TestRepeatedRequestsWhileServersAreKilled(t *testing.T) {
	t.Parallel()
	const workers, requests, kills = 6, 40, 12
	c := newServerCluster(t)
	var servers [3]atomic.Pointer[killableServer]
	for i := range servers {
		s := c.serve(t, c.URL)
		servers[i].Store(&s)
	}
	cook := apitest.ClientOf(t, servers[0].Load().url)
	cook.Register(t, "cook")
	cook.Login(t, "cook")
	var working sync.WaitGroup
	var repetitions atomic.Int64
	killed := make(chan struct{})
	for range workers {
		working.Go(func() {
			for sent := 0; ; sent++ {
				select {
				case <-killed:
					if sent >= requests {
						return
					}
				default:
				}
				key := uuid.NewString()
				r := keyedRequest{access: cook.Access, path: "/api/fridge/ingredient/", body: fmt.Sprintf(`{"name": %q, "group": "Veg"}`, key), key: key}
				for {
					a := r.send(servers[rand.IntN(len(servers))].Load().url)
					if a.status == http.StatusCreated {
						break
					}
					repetitions.Add(1)
					if !assert.Contains(t, []int{0, http.StatusConflict, http.StatusServiceUnavailable}, a.status, a.text) {
						return
					}
				}
			}
		})
	}
	for n := range kills {
		at := c.Int(t, `select count(*) from fridge_items`)
		pgtest.Eventually(t, func() bool { return c.Int(t, `select count(*) from fridge_items`) > at+int64(workers) })
		servers[n%len(servers)].Load().kill()
		s := c.serve(t, c.URL)
		servers[n%len(servers)].Store(&s)
	}
	close(killed)
	working.Wait()

	require.Positive(t, repetitions.Load(), "requests were lost")
	require.Zero(t, c.Int(t, `select count(*) from (select name from fridge_items group by name having count(*) > 1) as twice`))
	require.Equal(t, c.Int(t, `select count(*) from idempotency_keys`), c.Int(t, `select count(*) from fridge_items`))
}

// keyedRequest is a request with a key.
type keyedRequest struct{ access, path, body, key string }

// outcome is the response to a request.
type outcome struct {
	status         int // 0: no response
	text, replayed string
}

// send sends the request once.
func (r keyedRequest) send(to string) (o outcome) {
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, to+r.path, strings.NewReader(r.body))
	if err != nil {
		return o
	}
	request.GetBody = nil // so that net/http doesn't repeat the request
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+r.access)
	request.Header.Set("Idempotency-Key", r.key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return o
	}
	defer response.Body.Close() //nolint:errcheck // the body is read to its end
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return o
	}
	return outcome{response.StatusCode, string(text), response.Header.Get("Idempotent-Replayed")}
}

// mustSend sends the request again while it is still running on another server.
func (r keyedRequest) mustSend(t *testing.T, to string) (o outcome) {
	t.Helper()
	pgtest.Eventually(t, func() bool {
		o = r.send(to)
		return o.status != http.StatusConflict && o.status != http.StatusServiceUnavailable
	})
	require.Less(t, o.status, 300, o.text)
	return o
}
