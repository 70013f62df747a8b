package ocipe_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

func TestAnImportIsRepeatedFromTheBeginningOfItsFile(t *testing.T) {
	t.Parallel()
	server := newBreakingServer(t, breaks["reset"], breaks["closed"])
	file := strings.Repeat(`{"recipes":[]} `, 100_000)
	reader := &slowReader{Reader: strings.NewReader(file)}
	if _, err := server.newClient(t, transportOfItsOwn(t, nil)).ImportAccount(t.Context(), reader); err != nil {
		t.Fatal(err)
	}
	if n := len(server.received()); n != 3 || slices.ContainsFunc(server.received(), func(s sent) bool { return s.body != file || s.key != server.received()[0].key }) {
		t.Errorf("%d requests were sent", n)
	}
}

// slowReader triggers the race detector if two requests read it at the same time.
type slowReader struct {
	*strings.Reader
	reads int
}

func (r *slowReader) Read(p []byte) (int, error) {
	r.reads++
	return r.Reader.Read(p[:min(len(p), 1000)])
}

// A server may respond before it has read the body, while the client is still sending it.
func TestAnImportWaitsUntilItsFileIsNoLongerRead(t *testing.T) {
	t.Parallel()
	responses, received := 0, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if responses++; responses <= 2 {
			w.Header().Set("Connection", "close")
			respond(w, http.StatusServiceUnavailable, api.Problem{Code: api.ProblemCodeOverloaded})
			return
		}
		body, _ := io.ReadAll(r.Body)
		received = string(body)
		respond(w, http.StatusCreated, api.ImportedCounts{Recipes: 1})
	}))
	t.Cleanup(server.Close)
	c, err := ocipe.New(server.URL, ocipe.WithSleep(func(time.Duration) {}))
	if err != nil {
		t.Fatal(err)
	}
	file := strings.Repeat(`{"recipes":[]} `, 500_000)
	counts, err := c.ImportAccount(t.Context(), &slowReader{Reader: strings.NewReader(file)})
	if err != nil || counts.Recipes != 1 || received != file {
		t.Errorf("the counts are %v, the error is %v, and %d bytes of %d were received", counts, err, len(received), len(file))
	}
}

func TestAnExportIsReadAsItArrives(t *testing.T) {
	t.Parallel()
	read := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "0.0.0")
		_, _ = io.WriteString(w, "first ")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-read:
			_, _ = io.WriteString(w, "second")
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	c, err := ocipe.New(server.URL, ocipe.WithTryTimeout(time.Nanosecond), ocipe.WithTimeout(time.Nanosecond))
	if err != nil {
		t.Fatal(err)
	}
	file, err := c.ExportAccount(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, len("first "))
	_, err = io.ReadFull(file, first)
	close(read)
	second, rest := io.ReadAll(file)
	if err := errors.Join(err, rest, file.Close()); err != nil || string(first)+string(second) != "first second" {
		t.Errorf("the file is %q%q, the error %v", first, second, err)
	}
}
