package token

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// follow opens the keys file as a server does, and follows it until the test is over.
func (f File) follow(t *testing.T) *Authority {
	t.Helper()
	a := f.open(t, &bytes.Buffer{})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { a.Follow(ctx) })
	t.Cleanup(func() {
		stop()
		wg.Wait()
	})
	return a
}

func (f File) open(t *testing.T, logs *bytes.Buffer) *Authority {
	t.Helper()
	a, err := Open(name, f, rand.Reader, time.Now, slog.New(slog.NewTextHandler(logs, nil)))
	require.NoError(t, err)
	return a
}

// rotate adds a key to the file that signs after a while.
func (f File) rotate(t *testing.T, in time.Duration) Key {
	t.Helper()
	next := newTestKey(t, time.Now().Add(in))
	_, err := f.Change(func(ks Keys) (Keys, error) { return ks.Rotate(next, time.Now(), lifetime) })
	require.NoError(t, err)
	return next
}

func TestAuthority(t *testing.T) {
	t.Parallel()
	t.Run("FollowsARotationWithoutOneFailedVerification", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		servers := []*Authority{f.follow(t), f.follow(t)}
		next := f.rotate(t, 4*time.Second)
		written := time.Now()
		loaded := func(a *Authority) bool { return len(a.Issuer().keys) == 2 }
		pace := time.NewTicker(time.Millisecond)
		defer pace.Stop()
		var known time.Time // when both had the new key
		for signs := false; !signs; <-pace.C {
			for n, a := range servers {
				text, err := a.Issuer().MintAccess(Access{
					ID: tokenID, UserID: 7, SessionID: session, IssuedAt: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
				}, time.Now())
				require.NoError(t, err)
				_, err = servers[1-n].Issuer().VerifyAccess(text, time.Now())
				require.NoError(t, err)
				signs = strings.HasPrefix(text, next.headers[access])
			}
			if known.IsZero() && loaded(servers[0]) && loaded(servers[1]) {
				known = time.Now()
			}
			require.Less(t, time.Since(written), 10*time.Second, "the new key never signs")
		}
		require.WithinDuration(t, written, known, 2*time.Second)
		require.False(t, time.Now().Before(next.SignsFrom))
	})

	t.Run("KeepsItsKeysWhenTheFileIsBrokenAndSaysSoOnce", func(t *testing.T) {
		t.Parallel()
		f, logs := newFile(t), &bytes.Buffer{}
		a := f.open(t, logs)
		text := mintAccess(t, a.Issuer(), time.Now())
		good, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(f.Path, good[:50], 0o600))

		for range 3 {
			a.reload(t.Context())
		}
		_, err = a.Issuer().VerifyAccess(text, now)
		require.NoError(t, err)
		require.NoError(t, os.Remove(f.Path))
		a.reload(t.Context())
		_, err = a.Issuer().VerifyAccess(text, now)
		require.NoError(t, err)
		require.Equal(t, 1, strings.Count(logs.String(), "level=ERROR"))

		require.NoError(t, os.WriteFile(f.Path, good, 0o600))
		f.rotate(t, time.Hour)
		a.reload(t.Context())
		require.Len(t, a.Issuer().keys, 2)
		require.Contains(t, logs.String(), "keys loaded")
	})

	t.Run("LoadsAFileOnlyWhenItHasChanged", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		a := f.open(t, &bytes.Buffer{})
		before := a.Issuer()
		a.reload(t.Context())
		require.Same(t, before, a.Issuer(), "and with it the tokens that were verified before")
		f.rotate(t, time.Hour)
		a.reload(t.Context())
		require.NotSame(t, before, a.Issuer())
	})

	t.Run("WarnsOfAFileThatOthersCanRead", func(t *testing.T) {
		t.Parallel()
		f, logs := newFile(t), &bytes.Buffer{}
		f.open(t, logs)
		require.Contains(t, logs.String(), "made a new keys file", "which matters where one was lost")
		logs.Reset()
		f.open(t, logs)
		require.Empty(t, logs.String())
		require.NoError(t, os.Chmod(f.Path, 0o640))
		f.open(t, logs)
		require.Contains(t, logs.String(), "chmod 600")
	})

	t.Run("DoesNotOpenWithoutKeys", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		require.NoError(t, os.WriteFile(f.Path, nil, 0o600))
		_, err := Open(name, f, rand.Reader, time.Now, slog.New(slog.DiscardHandler))
		require.Error(t, err)
	})
}
