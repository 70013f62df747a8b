package contract

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
)

// TestRequestsAreRejectedBeforeAnyWorkIsDoneForThem uses a guard that can't authenticate requests: it would panic.
func TestRequestsAreRejectedBeforeAnyWorkIsDoneForThem(t *testing.T) {
	t.Parallel()
	var asked [][2]bool
	guard := Guard{CheckLoad: func(ofUser, writes bool) error {
		asked = append(asked, [2]bool{ofUser, writes})
		return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, nil)
	}}
	for level, lines := range map[slog.Level]int{slog.LevelInfo: 0, slog.LevelDebug: 1} {
		asked = nil
		var text bytes.Buffer
		log := request.Log{Log: slog.New(slog.NewTextHandler(&text, &slog.HandlerOptions{Level: level})), Clock: time.Now}
		handler := guard.wrap(&operation{needsAdmission: true, needsUser: true, writes: true}, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			assert.Fail(t, "the request was handled")
		}))
		w := httptest.NewRecorder()

		log.Wrap(handler).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/recipes/", strings.NewReader(`{}`)))

		require.Equal(t, http.StatusServiceUnavailable, w.Code)
		require.Equal(t, "2", w.Header().Get("Retry-After"))
		require.Contains(t, w.Body.String(), `"code":"overloaded"`)
		require.Equal(t, [][2]bool{{true, true}}, asked)
		require.Equal(t, lines, strings.Count(text.String(), "\n"), "there may be very many: %s", text.String())
	}
}
