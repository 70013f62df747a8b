package ocipe_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// canaries are secrets that a log must not contain. Each is in a token, a cookie, a header, a query, or a body.
var canaries = []string{"canary-password", "canary-new", "canary-access", "canary-refresh", "canary-soup", "canary-search", "canary-code", "canary-url", "canary-detail", "canary-header"}

func TestALogHasNoSecrets(t *testing.T) {
	t.Parallel()
	session := try{end: status(http.StatusOK, `{"access":"canary-access"}`, "Api-Version", "0.0.0", "Set-Cookie", "refresh_token=canary-refresh", "X-Request-Id", "id-of-canary")}
	leaky := try{end: status(http.StatusBadGateway, `{"code":"unavailable","detail":"canary-detail"}`, "X-Request-Id", "id-of-502", "Set-Cookie", "refresh_token=canary-refresh")}
	tries := []try{failure("refused"), session}
	for _, failed := range failures {
		if failed.name != "silence" && failed.repeated {
			tries = append(tries, failed, leaky, session)
		}
	}
	f := &faultyTransport{tries: tries}
	var log bytes.Buffer
	c, err := ocipe.New("http://admin:canary-url@cook.example.org",
		ocipe.WithHTTPClient(&http.Client{Transport: f}), ocipe.WithSleep(func(time.Duration) {}),
		ocipe.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	if err != nil {
		t.Fatal(err)
	}
	makeCalls(t, c, len(tries), f)
	for _, canary := range canaries {
		if strings.Contains(log.String(), canary) {
			t.Errorf("the log contains %s", canary)
		}
	}
	for _, expected := range []string{
		`"level":"DEBUG","msg":"ocipe: request","method":"GET","path":"/api/recipes/"`, `"level":"WARN","msg":"ocipe: request failed, trying again"`,
		`"request_id":"id-of-canary"`, `"request_id":"id-of-502"`, `"status":502`, `"error":"dial tcp: connection refused"`,
	} {
		if !strings.Contains(log.String(), expected) {
			t.Errorf("the log doesn't contain %s:\n%s", expected, log.String())
		}
	}
}

// makeCalls makes calls with secrets until n requests have been sent.
func makeCalls(t *testing.T, c *ocipe.Client, n int, f *faultyTransport) {
	t.Helper()
	header := func(_ context.Context, r *http.Request) error {
		r.Header.Set("X-Secret", "canary-header")
		return nil
	}
	if err := c.Login(t.Context(), "chiara", "canary-password"); err != nil {
		t.Fatal(err)
	}
	for len(f.sent) < n {
		_, first := c.CreateRecipeWithResponse(t.Context(), api.RecipeInput{Name: "canary-soup"}, header)
		_, second := c.ListRecipesWithResponse(t.Context(), &api.ListRecipesParams{Search: new("canary-search")})
		third := c.ChangePassword(t.Context(), "canary-password", "canary-new")
		fourth := c.ResetPassword(t.Context(), "chiara", "canary-code", "canary-new")
		if err := errors.Join(first, second, third, fourth); err != nil && strings.Contains(err.Error(), "canary-password") {
			t.Errorf("the error is %v", err)
		}
	}
	for _, canary := range []string{"canary-soup", "canary-new", "canary-code"} {
		if !strings.Contains(bodies(f), canary) {
			t.Errorf("%s wasn't sent", canary)
		}
	}
}

func bodies(f *faultyTransport) string {
	var all strings.Builder
	for _, request := range f.sent {
		_, _ = io.WriteString(&all, request.body)
	}
	return all.String()
}

func TestAClientWithoutALoggerLogsNothing(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	warnings := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	for _, options := range [][]ocipe.Option{nil, {ocipe.WithLogger(warnings)}} {
		c, _ := newFaultyClient(nil, options...)
		if _, err := c.GetFridgeWithResponse(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if log.Len() > 0 {
		t.Errorf("a logger of warnings has %s", log.String())
	}
}
