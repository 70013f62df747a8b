// Package faults tests what happens when servers, databases and connections fail. Many tests compare the data after a fault with a
// ledger of the acknowledged requests.
package faults

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// backupUnderLoad runs writers, and makes a backup after some of their writes. It returns the writers with their ledgers, and the times at
// which the backup began and ended.
func backupUnderLoad(t *testing.T, dir, file string, writers int) (all []*backupWriter, began, ended time.Time) {
	t.Helper()
	s := startBackedUpServer(t, dir)
	var stop atomic.Bool
	var working sync.WaitGroup
	failures := make(chan error, writers)
	for n := range writers {
		w := newBackupWriter(t, s.url, n)
		all = append(all, w)
		working.Go(func() { failures <- w.write(&stop) })
	}
	count := apitest.ClientOf(t, s.url)
	count.Access = all[0].client.Access
	waitFor := func(items int) {
		pgtest.Eventually(t, func() bool {
			return len(apitest.Decode[[]any](t, count.Call(t, http.MethodGet, "/api/grocery/list/", nil))) >= items
		})
	}
	waitFor(50)
	var messages bytes.Buffer
	began = time.Now()
	require.NoError(t, runCommand(t.Context(), &messages, nil, []string{"OCIPE_DATA_DIR=" + dir}, "backup", file), messages.String())
	ended = time.Now()
	waitFor(len(apitest.Decode[[]any](t, count.Call(t, http.MethodGet, "/api/grocery/list/", nil))) + 50)
	stop.Store(true)
	working.Wait()
	for range writers {
		require.NoError(t, <-failures)
	}
	require.NoError(t, s.stop())
	return all, began, ended
}

// checkBackupLedger checks that a restored account has all items that were acknowledged before the backup began, no items that were sent
// after it ended, no duplicates, and no gap, because the writer sends one item after the other. It returns the number of lost items.
func checkBackupLedger(t *testing.T, w *backupWriter, began, ended time.Time) (lost int) {
	t.Helper()
	found := w.numbers(t)
	for n, e := range w.entries {
		switch {
		case e.acknowledged.Before(began):
			require.Equal(t, 1, found[n], "%s, number %d, acknowledged before the backup", w.name, n)
		case e.sent.After(ended):
			require.Zero(t, found[n], "%s, number %d, sent after the backup", w.name, n)
		}
		require.LessOrEqual(t, found[n], 1)
		if found[n] == 0 {
			lost++
		} else {
			require.Zero(t, lost, "%s has number %d, but not an earlier one", w.name, n)
		}
	}
	require.Len(t, w.entries, len(found)+lost, "nothing comes from nowhere")
	return lost
}

func TestABackupUnderLoadAgreesWithTheLedger(t *testing.T) {
	t.Parallel()
	from, to := pgtest.DataDir(t), pgtest.DataDir(t)
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	all, began, ended := backupUnderLoad(t, from, file, 6)
	keys, err := os.ReadFile(filepath.Join(from, "keys.json"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(to, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(to, "keys.json"), keys, 0o600))
	var messages bytes.Buffer
	require.NoError(t, runCommand(t.Context(), &messages, nil, []string{"OCIPE_DATA_DIR=" + to}, "restore", file), messages.String())

	s, lost := startBackedUpServer(t, to), 0
	for _, w := range all {
		w.client.Base = s.url
		require.Equal(t, http.StatusUnauthorized, w.client.FridgeStatus(t), "the access token is older than the restore")
		w.client.Refresh(t).Is(t, http.StatusOK) // with a token of the lost time, which still works
		lost += checkBackupLedger(t, w, began, ended)
		w.client.Refresh(t).Is(t, http.StatusOK)
	}
	require.Positive(t, lost, "there was a lost time")
}

func TestATokenOfALostAccountOpensNoOther(t *testing.T) {
	t.Parallel()
	from, to := pgtest.DataDir(t), pgtest.DataDir(t)
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	s := startBackedUpServer(t, from)
	kept := apitest.ClientOf(t, s.url)
	kept.Register(t, "kept")
	require.NoError(t, runCommand(t.Context(), &bytes.Buffer{}, nil, []string{"OCIPE_DATA_DIR=" + from}, "backup", file))
	var lost []*apitest.Client
	for _, name := range []string{"lost-1", "lost-2", "lost-3"} {
		c := apitest.ClientOf(t, s.url)
		c.Register(t, name)
		c.Login(t, name)
		lost = append(lost, c)
	}
	require.NoError(t, s.stop())
	keys, err := os.ReadFile(filepath.Join(from, "keys.json"))
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(to, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(to, "keys.json"), keys, 0o600))
	require.NoError(t, runCommand(t.Context(), &bytes.Buffer{}, nil, []string{"OCIPE_DATA_DIR=" + to}, "restore", file))

	s = startBackedUpServer(t, to)
	for _, name := range []string{"new-1", "new-2", "new-3", "new-4"} {
		c := apitest.ClientOf(t, s.url)
		c.Register(t, name)
		c.Login(t, name)
		for _, thief := range lost {
			thief.Base = s.url
			for _, path := range []string{"/api/fridge/", "/api/recipes/", "/api/grocery/list/", "/api/user/me/"} {
				thief.Call(t, http.MethodGet, path, nil).Is(t, http.StatusUnauthorized)
			}
			thief.Call(t, http.MethodPost, "/api/grocery/list/", map[string]string{"items": "poison"}).Is(t, http.StatusUnauthorized)
		}
		require.Empty(t, apitest.Decode[[]any](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil)))
	}
	for _, thief := range lost {
		thief.Refresh(t).Is(t, http.StatusUnauthorized)
	}
}
