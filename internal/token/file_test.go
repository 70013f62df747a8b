package token

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newFile(t *testing.T) File { return File{Path: filepath.Join(t.TempDir(), "keys.json")} }

// requireTidy fails if there are files besides the keys and the lock, or if other users can read them.
func (f File) requireTidy(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(f.Path))
	require.NoError(t, err)
	for _, e := range entries {
		require.Contains(t, []string{"keys.json", "keys.json.lock"}, e.Name())
	}
	info, err := os.Stat(f.Path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode())
}

// atOnce calls f in n goroutines, which begin together.
func atOnce(n int, f func(n int)) {
	var wg sync.WaitGroup
	release := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-release
			f(i)
		})
	}
	close(release)
	wg.Wait()
}

func TestLoadOrCreate(t *testing.T) {
	t.Parallel()
	t.Run("CreatesOneKeyIfManyServersStartAtOnce", func(t *testing.T) {
		t.Parallel()
		for range 10 {
			f := newFile(t)
			var keys [20]Keys
			var errs [20]error
			atOnce(20, func(n int) { keys[n], _, errs[n] = f.LoadOrCreate(rand.Reader) })
			for n := range keys {
				require.NoError(t, errs[n])
				require.Len(t, keys[n], 1)
				require.Equal(t, keys[0], keys[n])
			}
			require.Zero(t, keys[0][0].SignsFrom, "it signs at once on any clock")
			require.Zero(t, keys[0][0].VerifiesUntil)
			f.requireTidy(t)
		}
	})

	t.Run("KeepsAFileThatItCannotRead", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		require.NoError(t, os.WriteFile(f.Path, []byte("my only copy"), 0o600))
		_, _, err := f.LoadOrCreate(rand.Reader)
		require.Error(t, err)
		text, err := os.ReadFile(f.Path)
		require.NoError(t, err)
		require.Equal(t, "my only copy", string(text))
	})

	t.Run("FailsWithoutAFolder", func(t *testing.T) {
		t.Parallel()
		_, _, err := File{Path: filepath.Join(t.TempDir(), "none", "keys.json")}.LoadOrCreate(rand.Reader)
		require.ErrorIs(t, err, fs.ErrNotExist)
	})
}

func TestChange(t *testing.T) {
	t.Parallel()
	t.Run("LosesNoKeyIfManyChangeTheFileAtOnce", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		first, _, err := f.LoadOrCreate(rand.Reader)
		require.NoError(t, err)
		all := map[string]bool{first[0].ID: true}
		added, errs := [20]Key{}, [20]error{}
		for n := range added {
			added[n] = newTestKey(t, now.Add(-time.Duration(n)*time.Second)) // signing already
			all[added[n].ID] = true
		}
		atOnce(40, func(n int) {
			if n >= 20 { // read meanwhile: the file is always complete
				if _, err := f.Load(); err != nil {
					errs[n-20] = err
				}
				return
			}
			_, err := f.Change(func(ks Keys) (Keys, error) { return ks.Rotate(added[n], now, lifetime) })
			if err != nil {
				errs[n] = err
			}
		})
		require.NoError(t, errors.Join(errs[:]...))
		keys, err := f.Load()
		require.NoError(t, err)
		require.Len(t, keys, 21)
		for n, k := range keys {
			require.True(t, all[k.ID])
			require.True(t, n == 0 || !k.SignsFrom.Before(keys[n-1].SignsFrom), "the newest last")
		}
		f.requireTidy(t)
	})

	t.Run("KeepsOwnerAndModeOfTheFile", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		_, _, err := f.LoadOrCreate(rand.Reader)
		require.NoError(t, err)
		owner := os.Getuid()
		if owner == 0 { // root rotates the keys of a server that runs as somebody else
			owner = 65534
			require.NoError(t, os.Chown(f.Path, owner, owner))
		}
		require.NoError(t, os.Chmod(f.Path, 0o400))
		_, err = f.Change(func(ks Keys) (Keys, error) { return ks.Rotate(newTestKey(t, now.Add(time.Minute)), now, lifetime) })
		require.NoError(t, err)
		for _, path := range []string{f.Path, f.Path + ".lock"} {
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.EqualValues(t, 0o400, info.Mode().Perm(), path)
			require.EqualValues(t, owner, info.Sys().(*syscall.Stat_t).Uid, path)
		}
	})

	t.Run("WritesKeysAndTimes", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		_, _, err := f.LoadOrCreate(rand.Reader)
		require.NoError(t, err)
		next := newTestKey(t, now.Add(time.Minute).In(time.FixedZone("", 7200)))
		written, err := f.Change(func(ks Keys) (Keys, error) { return ks.Rotate(next, now, lifetime) })
		require.NoError(t, err)
		read, err := f.Load()
		require.NoError(t, err)
		require.Equal(t, written, read)
		require.Equal(t, next.SignsFrom.Add(lifetime), read[0].VerifiesUntil)
	})

	t.Run("ChangesNothingWhenItFails", func(t *testing.T) {
		t.Parallel()
		f := newFile(t)
		_, err := f.Change(func(ks Keys) (Keys, error) { return ks, nil })
		require.ErrorIs(t, err, fs.ErrNotExist)
		before, _, err := f.LoadOrCreate(rand.Reader)
		require.NoError(t, err)
		reason := fmt.Errorf("no")
		_, err = f.Change(func(Keys) (Keys, error) { return nil, reason })
		require.ErrorIs(t, err, reason)
		after, err := f.Load()
		require.NoError(t, err)
		require.Equal(t, before, after)
		f.requireTidy(t)
	})
}

func TestKeysAsAText(t *testing.T) {
	t.Parallel()
	f := newFile(t)
	keys, _, err := f.LoadOrCreate(rand.Reader)
	require.NoError(t, err)
	text, err := os.ReadFile(f.Path)
	require.NoError(t, err)
	asText := File{Path: filepath.Join(t.TempDir(), "missing", "keys.json"), Text: string(text)}

	same, created, err := asText.LoadOrCreate(rand.Reader)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, keys, same)
	a, err := Open("https://cook.example.org", asText, rand.Reader, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NotNil(t, a.Issuer())
	a.Follow(t.Context()) // it returns: there is nothing to follow

	_, err = asText.Change(func(keys Keys) (Keys, error) { return keys, nil })
	require.ErrorIs(t, err, errReadOnly)
	_, err = File{Text: string(text) + "x"}.Load()
	require.ErrorContains(t, err, "not a JWK Set")
	require.NotContains(t, err.Error(), string(text))
}
