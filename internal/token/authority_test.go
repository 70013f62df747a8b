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
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func (f File) open(t *testing.T, logs *bytes.Buffer) *Authority {
	t.Helper()
	a, err := Open(name, f, rand.Reader, slog.New(slog.NewTextHandler(logs, nil)))
	require.NoError(t, err)
	return a
}

// rotate adds a key to the file that signs later than now.
func (f File) rotate(t *testing.T, later time.Duration) Key {
	t.Helper()
	next := newTestKey(t, now.Add(later))
	_, err := f.Change(func(ks Keys) (Keys, error) { return ks.Rotate(next, now, lifetime) })
	require.NoError(t, err)
	return next
}

func TestAuthority(t *testing.T) {
	t.Parallel()
	t.Run("AcceptsTheTokensOfEveryServerDuringARotation", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		servers := []*Authority{f.open(t, &bytes.Buffer{}), f.open(t, &bytes.Buffer{})}
		next := f.rotate(t, AnnounceFor)
		for second := range 2 * int(AnnounceFor/time.Second) {
			at := now.Add(time.Duration(second) * time.Second)
			switch second { // one server loads the key at once, the other one as late as possible
			case 1:
				servers[0].reload(t.Context())
			case int(AnnounceFor/time.Second) - 1:
				servers[1].reload(t.Context())
			}
			for n, a := range servers {
				text := issueAccess(t, a.Issuer(), at)
				_, err := servers[1-n].Issuer().VerifyAccess(text, now)
				require.NoError(t, err, "after %d s", second)
				require.Equal(t, !at.Before(next.SignsFrom), strings.HasPrefix(text, next.headers[access]), "after %d s", second)
			}
		}
	})

	t.Run("LoadsAChangedFileWithinASecond", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := newFile(t)
			a := f.open(t, &bytes.Buffer{})
			ctx, stop := context.WithCancel(t.Context())
			var following sync.WaitGroup
			following.Go(func() { a.Follow(ctx) })
			f.rotate(t, time.Hour)

			<-time.After(ReloadEvery)
			synctest.Wait()

			require.Len(t, a.Issuer().keys, 2)
			stop()
			following.Wait()
		})
	})

	t.Run("KeepsItsKeysIfTheFileIsBrokenAndLogsThatOnce", func(t *testing.T) {
		t.Parallel()
		f, logs := newFile(t), &bytes.Buffer{}
		a := f.open(t, logs)
		text := issueAccess(t, a.Issuer(), now)
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

	t.Run("LoadsTheFileOnlyIfItHasChanged", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		a := f.open(t, &bytes.Buffer{})
		before := a.Issuer()
		a.reload(t.Context())
		require.Same(t, before, a.Issuer(), "with the tokens that were verified before")
		f.rotate(t, time.Hour)
		a.reload(t.Context())
		require.NotSame(t, before, a.Issuer())
	})

	t.Run("WarnsIfOtherUsersCanReadTheFile", func(t *testing.T) {
		t.Parallel()
		f, logs := newFile(t), &bytes.Buffer{}
		f.open(t, logs)
		require.Contains(t, logs.String(), "created a new keys file", "the operator may have lost one")
		logs.Reset()
		f.open(t, logs)
		require.Empty(t, logs.String())
		require.NoError(t, os.Chmod(f.Path, 0o640))
		f.open(t, logs)
		require.Contains(t, logs.String(), "chmod 600")
	})

	t.Run("FailsToOpenAnEmptyFile", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		require.NoError(t, os.WriteFile(f.Path, nil, 0o600))
		_, err := Open(name, f, rand.Reader, slog.New(slog.DiscardHandler))
		require.Error(t, err)
	})
}
