package request

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPanicIsA500AndLoggedWithItsStack(t *testing.T) {
	t.Parallel()
	var logs strings.Builder
	l := Log{Clock: time.Now, Log: slog.New(slog.NewJSONHandler(&logs, nil))}
	handler := l.Wrap(l.Recover(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("the soup is hot") })))
	w := httptest.NewRecorder()

	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/fridge/", nil))

	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, w.Body.String(), `"code":"internal_error"`)
	require.NotContains(t, w.Body.String(), "soup")
	id := w.Header().Get("X-Request-Id")
	require.NotEmpty(t, id)
	require.Contains(t, logs.String(), id)
	require.Contains(t, logs.String(), "the soup is hot")
	require.Contains(t, logs.String(), "request_internal_test.go")
}

func TestAPanicInTheMiddleOfAResponseBreaksItOff(t *testing.T) {
	t.Parallel()
	l := Log{Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
	server := httptest.NewServer(l.Wrap(l.Recover(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("half a response ", 1000))
		panic("the soup is hot")
	}))))
	defer server.Close()
	res, err := http.Get(server.URL)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // broken off
	_, err = io.ReadAll(res.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func TestClientBehindProxies(t *testing.T) {
	t.Parallel()
	proxies := TrustedProxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	cases := []struct {
		name, peer, client string
		headers            []string // name, value, …
		secure             bool
	}{
		{name: "NoProxy", peer: "192.0.2.1:5", client: "192.0.2.1"},
		{name: "IgnoresHeadersOfStrangers", peer: "192.0.2.1:5", headers: []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https", "Forwarded", "for=198.51.100.8;proto=https"}, client: "192.0.2.1"},
		{name: "BelievesAProxy", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-Proto", "https"}, client: "198.51.100.7", secure: true},
		{name: "IgnoresWhatTheClientWrote", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "203.0.113.9, 198.51.100.7"}, client: "198.51.100.7"},
		{name: "AChainOfProxies", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "203.0.113.9, 198.51.100.7, 10.9.9.9"}, client: "198.51.100.7"},
		{name: "SeveralLines", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "198.51.100.7", "X-Forwarded-For", "10.9.9.9"}, client: "198.51.100.7"},
		{name: "RFC7239", peer: "[::1]:5", headers: []string{"Forwarded", `for=203.0.113.9, For="[2001:db8::1]:4711";proto=HTTPS;by=_x`}, client: "2001:db8::1"},
		{name: "RFC7239Proto", peer: "[::1]:5", headers: []string{"Forwarded", `for=203.0.113.9;proto=https`}, client: "203.0.113.9", secure: true},
		{name: "MappedIPv4", peer: "[::ffff:10.1.2.3]:5", headers: []string{"X-Forwarded-For", "::ffff:198.51.100.7"}, client: "198.51.100.7"},
		{name: "WithPort", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "198.51.100.7:4711"}, client: "198.51.100.7"},
		{name: "Garbage", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "198.51.100.7, unknown"}, client: "10.1.2.3"},
		{name: "Obfuscated", peer: "10.1.2.3:5", headers: []string{"Forwarded", "for=_hidden"}, client: "10.1.2.3"},
		{name: "TheTwoAgree", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "198.51.100.7", "Forwarded", "for=198.51.100.7"}, client: "198.51.100.7"},
		{name: "TheTwoDiffer", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "198.51.100.7", "Forwarded", "for=203.0.113.9"}, client: "10.1.2.3"},
		{name: "AllAreProxies", peer: "10.1.2.3:5", headers: []string{"X-Forwarded-For", "10.0.0.1, 10.0.0.2"}, client: "10.0.0.1"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			r.RemoteAddr = c.peer
			for pair := range slices.Chunk(c.headers, 2) {
				r.Header.Add(pair[0], pair[1])
			}
			require.Equal(t, c.client, proxies.Client(r).String())
			require.Equal(t, c.secure, proxies.Secure(r))
		})
	}
}

func TestThePanicOfBodyHasNothingOfTheBody(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`{"servings":"canary"}`, `{"servings":{"canary":1}}`, `{"servings":123456789.5}`, `{"note":["canary"]}`, `{"note":1, "canary"}`} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest(http.MethodPost, "/", nil)
			r = r.WithContext(&requestContext{Context: t.Context(), state: State{Body: []byte(text)}})
			defer func() {
				p := recover()
				require.Contains(t, fmt.Sprint(p), "the contract and struct")
				require.NotContains(t, fmt.Sprint(p), "canary")
				require.NotContains(t, fmt.Sprint(p), "123456789")
			}()
			Body[struct {
				Servings int    `json:"servings"`
				Note     string `json:"note"`
			}](r)
		})
	}
}
