package ocipe_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/ocipe/ocipe/sdk/ocipe"
)

func TestNewRejectsWhatIsNotAServerURL(t *testing.T) {
	t.Parallel()
	for _, invalid := range []string{"", ":", "cook.example.org", "cook.example.org:8080", "ftp://cook.example.org", "/api"} {
		if _, err := ocipe.New(invalid); err == nil || !strings.Contains(err.Error(), "https://cook.example.org") {
			t.Errorf("New(%q) returned the error %v; it should show a valid URL", invalid, err)
		}
	}
}

func TestAResponseOfAnotherServerIsAnErrorThatNamesTheURL(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.Handler{
		"404":             http.NotFoundHandler(),
		"200 of a portal": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := httptest.NewServer(handler)
			t.Cleanup(other.Close)
			c, err := ocipe.New(other.URL)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.CheckHealthWithResponse(t.Context())
			if err == nil || !strings.Contains(err.Error(), "check the URL") {
				t.Fatalf("the error is %v; it should say: check the URL", err)
			}
		})
	}
}

func TestTheREADMEShowsTheExamples(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	examples, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 5 {
		t.Errorf("the README has %d blocks of Go; at least 5 are expected", len(blocks))
	}
	for _, block := range blocks {
		body := regexp.MustCompile(`(?m)^(.)`).ReplaceAllString(block[1], "\t$1")
		if !strings.Contains(string(examples), body) {
			t.Errorf("this isn't in example_test.go:\n%s", block[1])
		}
	}
}
