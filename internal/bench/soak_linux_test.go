package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestSoakPutsTheServerUnderLoadWithoutAnError(t *testing.T) {
	t.Parallel()
	out := t.TempDir()
	var text bytes.Buffer

	err := run(t.Context(), config{
		soak: 2 * time.Second, users: 40, recipes: 10, large: 60, connections: 2, rounds: 1, seconds: 0.1, starts: 1, dir: dataFolder(t), out: out,
	}, &text, io.Discard)

	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(out, "soak.md"))
	require.NoError(t, err)
	require.Equal(t, text.String(), string(written))
	require.Regexp(t, `\* [\d,]{3,} requests, 0 of them with an answer`, text.String())
	require.Contains(t, text.String(), "GET recipes (10 × 8); GET recipes, unchanged (304); ")
	require.NotContains(t, text.String(), "login")
	for _, h := range held {
		require.Regexp(t, `\| `+h.title[:7]+`[^|]*\| [1-9][\d.]+ \| [1-9][\d.]+ \|`, text.String())
	}
}

func TestSoakReport(t *testing.T) {
	t.Parallel()
	report := func(memory ...float64) string {
		r := soakReport{wrong: 1, firstWrong: " One: plan: answered 500 instead of 200."}
		for _, m := range memory {
			r.samples = append(r.samples, sample{memory: m})
		}
		return r.markdown()
	}
	require.Contains(t, report(50, 90, 50, 50, 50), "| memory (PSS), MiB | 50.0 | 50.0 | 90.0 | no |")
	require.Contains(t, report(50, 50, 50, 50, 59), "| memory (PSS), MiB | 50.0 | 59.0 | 59.0 | **yes** |")
	require.Contains(t, report(10, 10, 10, 10, 13), "| memory (PSS), MiB | 10.0 | 13.0 | 13.0 | no |", "a few more may be chance")
	require.Contains(t, report(), "No sample was taken: make it longer.")
	require.Contains(t, report(), "0 requests, 1 of them with an answer that was not to be expected. One: plan: answered 500 instead of 200.")
}

func TestLoad(t *testing.T) {
	t.Parallel()
	var answered atomic.Int64
	statuses := []int{http.StatusNotModified, http.StatusOK, http.StatusInternalServerError}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(statuses[answered.Add(1)%3])
	}))
	defer srv.Close()
	newOne := func() *load {
		get := request(http.MethodGet, "/", "", "")
		l, err := newLoad(t.Context(), srv.Listener.Addr().String(), 1,
			&operation{Name: "unchanged", status: http.StatusNotModified, also: http.StatusOK, once: true, requests: [][]byte{get, get, get, get, get, get}})
		require.NoError(t, err)
		t.Cleanup(l.close)
		return l
	}

	t.Run("FailsWithTheFirstUnexpectedStatus", func(t *testing.T) {
		_, _, err := newOne().run(t.Context(), time.Minute)
		require.ErrorContains(t, err, "unchanged: answered ")
	})

	t.Run("CountsUnexpectedStatusesWhereItIsTolerant", func(t *testing.T) {
		l := newOne()
		l.tolerant = true
		took, _, err := l.run(t.Context(), time.Minute)
		require.NoError(t, err)
		require.Len(t, took, 6)
		require.EqualValues(t, 4, l.wrong.Load())
	})

	t.Run("TakesTheOtherStatusWhereOthersWriteMeanwhile", func(t *testing.T) {
		l := newOne()
		l.tolerant, l.mixed = true, true
		_, _, err := l.run(t.Context(), time.Minute)
		require.NoError(t, err)
		require.EqualValues(t, 2, l.wrong.Load())
		require.Equal(t, " One: unchanged: answered 500 instead of 304.", *l.first.Load())
	})
}
