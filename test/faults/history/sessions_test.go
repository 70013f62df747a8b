package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

// revocationLimit is how long a server may accept the access tokens of a session that has ended on another server.
const revocationLimit = 3 * time.Second

// The states of a session.
const (
	notStarted = iota
	active
	ended
)

var sessionModel = porcupine.Model{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		byKey := map[string][]porcupine.Operation{}
		for _, o := range all {
			key := o.Input.(input).key
			byKey[key] = append(byKey[key], o)
		}
		var parts [][]porcupine.Operation
		for _, part := range byKey {
			parts = append(parts, decisiveOperations(part))
		}
		return parts
	},
	Init: func() any { return notStarted },
	Step: func(state, in, out any) (bool, any) {
		switch name := in.(input).name; {
		case name == "login":
			return state == notStarted, active
		case out.(output).status == http.StatusUnauthorized:
			return state == ended, ended
		case name == "logout":
			return state != notStarted, ended
		}
		return state == active, state
	},
}

// decisiveOperations returns the operations that are enough to check a session. A session ends only once: after the call of every success,
// and before the return of every 401. So the last call with a success and the first 401 represent all others, which would be too many for a
// search.
func decisiveOperations(part []porcupine.Operation) (some []porcupine.Operation) {
	var success, rejected []porcupine.Operation
	for _, o := range part {
		name := o.Input.(input).name
		switch status := o.Output.(output).status; {
		case name == "login" || name == "logout":
			some = append(some, o)
		case status == http.StatusOK && (len(success) == 0 || o.Call > success[0].Call):
			success = []porcupine.Operation{o}
		case status == http.StatusUnauthorized && (len(rejected) == 0 || o.Return < rejected[0].Return):
			rejected = []porcupine.Operation{o}
		}
	}
	return slices.Concat(some, success, rejected)
}

// sharedSession is a session that several clients use.
type sharedSession struct {
	key    string
	client *ocipe.Client

	refreshing sync.Mutex // only one refresh at a time, as in the SDK and the web client
	token      string     // the latest refresh token
	ended      sync.Once
}

// sessionClients are clients that share sessions of one account.
type sessionClients struct {
	fleet    *fleet
	recorder *recorder
	username string

	mu       sync.Mutex
	number   int
	sessions []*sharedSession // the latest sessions, the newest last
}

// startSessionClients starts clients of the sessions of one account.
func startSessionClients(ctx context.Context, t *testing.T, f *fleet, r *recorder, running *sync.WaitGroup, count int) {
	t.Helper()
	g := &sessionClients{fleet: f, recorder: r, username: f.name("guest")}
	f.account(t, g.username)
	pgtest.Eventually(t, func() bool { g.login(0); return g.random() != nil })
	for id := range count {
		running.Go(func() {
			for r.wait(ctx) {
				g.step(id)
			}
		})
	}
	require.NotNil(t, g.random())
}

// random returns one of the latest sessions. Most of them have ended.
func (g *sessionClients) random() *sharedSession {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.sessions) == 0 {
		return nil
	}
	return g.sessions[max(0, len(g.sessions)-1-rand.IntN(3))]
}

// step calls a random operation.
func (g *sessionClients) step(id int) {
	v := g.random()
	switch n := rand.IntN(100); {
	case n < 4:
		v.ended.Do(func() {
			g.logout(id, v)
			g.login(id)
		})
	case n < 40:
		g.refresh(id, v)
	default:
		g.use(id, v)
	}
}

// login starts a session. If its response is lost, no client uses the session.
func (g *sessionClients) login(id int) {
	v := &sharedSession{}
	client, err := g.fleet.newClient(ocipe.WithRefreshTokenFunc(func(token string) { v.token = token }))
	if err != nil {
		return
	}
	v.client = client
	g.mu.Lock()
	g.number++
	v.key = fmt.Sprintf("%s-%d", g.username, g.number)
	g.mu.Unlock()
	out := g.recorder.record(id, input{name: "login", key: v.key}, func() ([]row, error) {
		return nil, client.Login(context.Background(), g.username, password)
	})
	if out.unknown {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.sessions = append(slices.Clone(g.sessions), v)
}

// logout ends a session with a new client, so the other clients still have their access token.
func (g *sessionClients) logout(id int, v *sharedSession) {
	v.refreshing.Lock()
	client, err := g.fleet.newClient(ocipe.WithRefreshToken(v.token))
	v.refreshing.Unlock()
	if err != nil {
		return
	}
	g.recorder.record(id, input{name: "logout", key: v.key}, func() ([]row, error) { return nil, client.Logout(context.Background()) })
}

// use calls an operation with the access token, which a server may accept for a while after the end of the session.
func (g *sessionClients) use(id int, v *sharedSession) {
	called := time.Since(g.recorder.began)
	_, err := v.client.GetAccount(context.Background())
	returned := time.Since(g.recorder.began)
	out, _ := outcome(err)
	if out.status == http.StatusOK {
		called = max(0, called-revocationLimit)
	}
	g.recorder.add(id, input{name: "use", key: v.key}, out, called, returned)
}

// refresh continues a session from its refresh token, like a program that is restarted.
func (g *sessionClients) refresh(id int, v *sharedSession) {
	v.refreshing.Lock()
	defer v.refreshing.Unlock()
	token := v.token
	client, err := g.fleet.newClient(ocipe.WithRefreshToken(token), ocipe.WithRefreshTokenFunc(func(next string) {
		if next != "" {
			token = next
		}
	}))
	if err != nil {
		return
	}
	g.recorder.record(id, input{name: "refresh", key: v.key}, func() ([]row, error) {
		_, err := client.GetAccount(context.Background())
		return nil, err
	})
	v.token = token
}
