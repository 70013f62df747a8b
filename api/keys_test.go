package api_test

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/token"
)

func TestKeySet(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.Client(t)
	const path = "/.well-known/jwks.json"

	t.Run("PublishesThePublicHalvesAlone", func(t *testing.T) {
		a := c.Do(t, http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, a.StatusCode)
		require.Equal(t, "public, max-age=10", a.Header.Get("Cache-Control"))
		var set struct{ Keys []map[string]any }
		require.NoError(t, json.Unmarshal([]byte(a.Text), &set))
		require.Len(t, set.Keys, 1)
		require.NotContains(t, set.Keys[0], "d")
		require.Len(t, set.Keys[0], 6, "what the contract names and nothing else")
	})

	t.Run("AnswersTheSameTagWith304", func(t *testing.T) {
		tag := c.Do(t, http.MethodGet, path, "").Header.Get("ETag")
		for _, header := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			a := c.Do(t, http.MethodGet, path, "", "If-None-Match: "+header)
			require.Equal(t, http.StatusNotModified, a.StatusCode, header)
			require.Equal(t, tag, a.Header.Get("ETag"))
			require.Empty(t, a.Text)
		}
		require.Equal(t, http.StatusOK, c.Do(t, http.MethodGet, path, "", `If-None-Match: "other"`).StatusCode)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
		require.NoError(t, err)
		r.Header["If-None-Match"] = []string{`"other"`, tag}
		res, err := c.HTTP.Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusNotModified, res.StatusCode, "two lines mean the same as one list")
	})
}

// TestKeyRotation rotates the keys of two running servers and never stops using them. The new key signs when the servers'
// clock says so, which is once both have read the file.
func TestKeyRotation(t *testing.T) {
	t.Parallel()
	const announcedFor = 30 * time.Minute // less than access tokens live
	var ahead atomic.Int64
	one := apitest.Start(t, func(c *apitest.Config) {
		c.Clock = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	two := one.Replica(t)
	user := one.User(t, "rotator")
	oldAccess := user.Access
	oldKey := headerOf(t, oldAccess)
	inUse := func() {
		t.Helper()
		require.Equal(t, http.StatusOK, user.Refresh(t).StatusCode)
		for _, s := range []*apitest.Server{one, two} {
			require.Equal(t, http.StatusOK, fridgeStatus(t, s, user.Access), "each server knows the key before the other signs with it")
			require.Equal(t, http.StatusOK, fridgeStatus(t, s, oldAccess), "what the old key signed stays valid")
		}
	}

	next, err := token.NewKey(rand.Reader, time.Now().Add(announcedFor))
	require.NoError(t, err)
	_, err = one.Config.Keys.Change(func(keys token.Keys) (token.Keys, error) {
		return keys.Rotate(next, time.Now(), one.Config.Sessions.RefreshTTL)
	})
	require.NoError(t, err)
	for _, s := range []*apitest.Server{one, two} {
		pgtest.Eventually(t, func() bool {
			inUse()
			return strings.Contains(s.Client(t).Do(t, http.MethodGet, "/.well-known/jwks.json", "").Text, next.ID)
		})
	}
	require.Equal(t, oldKey, headerOf(t, user.Access), "a key that is announced doesn't sign yet")

	ahead.Store(int64(announcedFor))

	inUse()
	require.Contains(t, headerOf(t, user.Access), next.ID)
	inUse()
}
