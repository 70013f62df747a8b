package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	statuses := []int{http.StatusNotModified, http.StatusOK, http.StatusInternalServerError}
	// newTestLoad sends six requests, two for each status.
	newTestLoad := func(t *testing.T) *load {
		t.Helper()
		var n atomic.Int64
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(statuses[(n.Add(1)-1)%3])
		}))
		t.Cleanup(srv.Close)
		requests := slices.Repeat([][]byte{request(http.MethodGet, "/", "", "")}, 6)
		l, err := newLoad(t.Context(), srv.Listener.Addr().String(), 1,
			&operation{Name: "unchanged", status: http.StatusNotModified, also: http.StatusOK, once: true, requests: requests})
		require.NoError(t, err)
		t.Cleanup(l.close)
		return l
	}

	t.Run("FailsAtTheFirstUnexpectedStatus", func(t *testing.T) {
		t.Parallel()
		took, _, err := newTestLoad(t).run(t.Context(), time.Hour)
		require.EqualError(t, err, "unchanged: status 200 instead of 304")
		require.Len(t, took, 1)
	})

	t.Run("CountsUnexpectedStatusesIfItIsTolerant", func(t *testing.T) {
		t.Parallel()
		l := newTestLoad(t)
		l.tolerant = true
		took, _, err := l.run(t.Context(), time.Hour)
		require.NoError(t, err)
		require.Len(t, took, 6)
		require.EqualValues(t, 4, l.wrong.Load())
	})

	t.Run("AcceptsTheOtherStatusIfOthersWrite", func(t *testing.T) {
		t.Parallel()
		l := newTestLoad(t)
		l.tolerant, l.mixed = true, true
		_, _, err := l.run(t.Context(), time.Hour)
		require.NoError(t, err)
		require.EqualValues(t, 2, l.wrong.Load())
		require.Equal(t, " One: unchanged: status 500 instead of 304.", *l.first.Load())
	})

	t.Run("EndsWithTheTimeAfterOneRequestAtLeast", func(t *testing.T) {
		t.Parallel()
		took, _, err := newTestLoad(t).run(t.Context(), 0)
		require.NoError(t, err)
		require.Len(t, took, 1)
	})
}
