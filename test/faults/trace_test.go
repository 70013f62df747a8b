package faults

import (
	"bytes"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestTracesGoToTheCollectorThatTheStandardVariablesName reads the data that a server sends: protobuf, in which texts are readable.
func TestTracesGoToTheCollectorThatTheStandardVariablesName(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var sent []byte
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // the test fails if something is missing
		mu.Lock()
		defer mu.Unlock()
		sent = append(append(sent, r.URL.Path...), body...)
	}))
	defer collector.Close()
	pg := startFreezablePostgres(t)
	s := startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir(), "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL, "OTEL_RESOURCE_ATTRIBUTES=place=pantry")
	c := registerUser(t, s, "traced")
	const trace = "0af7651916cd43dd8448eb211c80319c"
	c.Do(t, http.MethodGet, "/api/recipes/?search=gorgonzola", "", "Authorization: Bearer "+c.Access, "Traceparent: 00-"+trace+"-b7ad6b7169203331-01").Is(t, http.StatusOK)
	s.requireStop(t, true)

	mu.Lock()
	defer mu.Unlock()
	id, err := hex.DecodeString(trace)
	require.NoError(t, err)
	for _, text := range []string{"/v1/traces", "GET /api/recipes/", "ListRecipes", "ocipe", "pantry", "listRecipes", string(id)} {
		require.True(t, bytes.Contains(sent, []byte(text)), text)
	}
	require.False(t, bytes.Contains(sent, []byte("gorgonzola")), "spans have no texts of users")
	require.Contains(t, s.logs.String(), `"trace":"`+trace+`"`)
}

// TestAFailingCollectorIsLoggedOnceAndDelaysNothing stops a server that can't connect to its collector.
func TestAFailingCollectorIsLoggedOnceAndDelaysNothing(t *testing.T) {
	t.Parallel()
	pg := startFreezablePostgres(t)
	s := startServerProcess(t, "DATABASE_URL="+pg.url, "DATA_DIR="+t.TempDir(), "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:1", "OTEL_BSP_SCHEDULE_DELAY=10", "OTEL_EXPORTER_OTLP_TIMEOUT=100")
	c := registerUser(t, s, "traced")
	const warning = "traces can't be sent"
	pgtest.Eventually(t, func() bool {
		c.Do(t, http.MethodGet, "/api/monitoring/healthz/", "").Is(t, http.StatusOK)
		return bytes.Contains([]byte(s.logs.String()), []byte(warning))
	}, "the failure is logged")
	s.requireStop(t, true)
	require.Equal(t, 1, bytes.Count([]byte(s.logs.String()), []byte(warning)))
}
