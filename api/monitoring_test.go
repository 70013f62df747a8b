package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

const readyPath = "/api/monitoring/readyz/"

// TestAServerThatStopsServesAndClosesConnections announces the stop of one of two replicas.
func TestAServerThatStopsServesAndClosesConnections(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "unhurried")
	stopping := s.Replica(t, func(c *apitest.Config) { c.Stopping = true }).Client(t)
	stopping.Access = user.Access

	stopping.Do(t, http.MethodGet, readyPath, "").Is(t, http.StatusServiceUnavailable)
	require.NotContains(t, s.Logs.String(), `"level":"ERROR"`, "a stop is no error")
	for _, a := range []*apitest.Response{
		stopping.Do(t, http.MethodGet, "/api/monitoring/healthz/", "").Is(t, http.StatusOK),
		stopping.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "Freezer"}`).Is(t, http.StatusCreated),
		stopping.Call(t, http.MethodGet, "/api/fridge/", nil).Is(t, http.StatusOK),
		stopping.Do(t, http.MethodGet, "/nope", "").Is(t, http.StatusNotFound),
	} {
		require.True(t, a.Close, "the response closes the connection")
	}

	user.Do(t, http.MethodGet, readyPath, "").Is(t, http.StatusOK)
	require.False(t, user.Call(t, http.MethodGet, "/api/fridge/", nil).Close)
}
