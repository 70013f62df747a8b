package ocipe_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

const refreshPath = "POST /api/user/token/refresh/"

// newFaultyClient returns a client with a session, and its transport.
func newFaultyClient(tries []try, options ...ocipe.Option) (*ocipe.Client, *faultyTransport) {
	f := &faultyTransport{tries: tries}
	transport := ocipe.WithHTTPClient(&http.Client{Transport: f})
	c, err := ocipe.New("http://cook.example.org/kitchen/", append([]ocipe.Option{transport, ocipe.WithAPIToken("ocipe_pat_")}, options...)...)
	if err != nil {
		panic(err)
	}
	return c, f
}

// send sends a request for an operation, as the generated methods do.
func send(ctx context.Context, c *ocipe.Client, o operation, body io.Reader) error {
	url := "http://cook.example.org/kitchen" + regexp.MustCompile(`{\w+}`).ReplaceAllString(o.path, "7")
	r, err := http.NewRequestWithContext(ctx, o.method, url, body)
	if err != nil {
		return err
	}
	res, err := c.ClientInterface.(*api.Client).Client.Do(r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// TestNoRequestIsPerformedTwiceUnlessThatIsHarmless calls every operation of the contract with sequences of failures.
func TestNoRequestIsPerformedTwiceUnlessThatIsHarmless(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, o := range withKnownTraits(t) {
		for _, first := range failures {
			for range 8 {
				tries := []try{first, failures[rand.N(len(failures))], failures[rand.N(len(failures))], success}
				synctest.Test(t, func(t *testing.T) { checkTries(t, o, tries, seen) })
			}
		}
	}
	for _, kind := range []string{"once", "repeated", "repeated with a key", "a POST without a key is repeated", "a refresh is repeated"} {
		if seen[kind] < 20 {
			t.Errorf("%q was seen %d times", kind, seen[kind])
		}
	}
}

func checkTries(t *testing.T, o operation, tries []try, seen map[string]int) {
	if slices.ContainsFunc(tries, func(f try) bool { return f.isLeftToTheProgram(o) }) {
		return
	}
	c, f := newFaultyClient(tries)
	var body io.Reader
	if o.method != http.MethodGet {
		body = strings.NewReader(`{"name":"Leek soup"}`)
	}
	err := send(t.Context(), c, o, body)
	n, handled := len(f.sent), false
	if (err == nil) != (tries[n-1].name == "success") {
		t.Errorf("%v: %s after %d tries is the error %v", o, tries[n-1].name, n, err)
	}
	if n > 3 || n < 3 && tries[n-1].repeated && (o.method != http.MethodPost || o.keyed) {
		t.Errorf("%v was sent %d times, the last ended with %s", o, n, tries[n-1].name)
	}
	for i := range n - 1 {
		checkRetry(t, o, tries[i], f.sent[i], f.sent[i+1], o.keyed)
		handled = handled || tries[i].handled
		if since := f.sent[i+1].at.Sub(f.sent[0].at); handled && o.String() == refreshPath && since > 5*time.Second {
			t.Errorf("a refresh was repeated after %v", since)
		}
	}
	count(seen, o, n, o.keyed)
}

// isLeftToTheProgram reports whether the program must handle such a failure, because the operation has no timeout, or because the
// program reads the response while it arrives.
func (f try) isLeftToTheProgram(o operation) bool {
	switch path.Base(o.path) {
	case "export":
		return f.name == "silence" || f.name == "half a body"
	case "import", "bulk":
		return f.name == "silence"
	}
	return false
}

// checkRetry checks that a try may follow another try, which ended with failed.
func checkRetry(t *testing.T, o operation, failed try, before, after sent, isIdempotent bool) {
	wait := after.at.Sub(before.at)
	switch {
	case !failed.repeated:
		t.Errorf("%v was repeated after %s", o, failed.name)
	case wait < failed.retryAfter:
		t.Errorf("%v was repeated %v after %s", o, wait, failed.name)
	case before.body != after.body:
		t.Errorf("%v was repeated with the body %q", o, after.body)
	case isIdempotent != (before.key != "") || before.key != after.key:
		t.Errorf("%v was sent with the keys %q and %q", o, before.key, after.key)
	case o.method == http.MethodPost && !isIdempotent && failed.handled && o.String() != refreshPath:
		t.Errorf("%v was repeated after %s", o, failed.name)
	}
}

func count(seen map[string]int, o operation, n int, isIdempotent bool) {
	switch {
	case n == 1:
		seen["once"]++
	case isIdempotent:
		seen["repeated with a key"]++
	case o.String() == refreshPath:
		seen["a refresh is repeated"]++
	case o.method == http.MethodPost:
		seen["a POST without a key is repeated"]++
	default:
		seen["repeated"]++
	}
}

func TestEveryCallHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	c, f := newFaultyClient(nil)
	for range 20 {
		for _, o := range withKnownTraits(t) {
			if !o.keyed {
				continue
			}
			if err := send(t.Context(), c, o, strings.NewReader("{}")); err != nil {
				t.Fatal(err)
			}
		}
	}
	keys := map[string]bool{}
	for _, request := range f.sent {
		if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(request.key) {
			t.Errorf("%s has the key %q", request.path, request.key)
		}
		keys[request.key] = true
	}
	if len(keys) != len(f.sent) {
		t.Errorf("%d requests have %d keys", len(f.sent), len(keys))
	}
}

func TestAProgramMaySetTheKey(t *testing.T) {
	t.Parallel()
	c, f := newFaultyClient([]try{failure("502")}, ocipe.WithSleep(func(time.Duration) {}))
	if _, err := c.CreateRecipeWithResponse(t.Context(), api.RecipeInput{}, ocipe.IdempotencyKey("order-7")); err != nil {
		t.Fatal(err)
	}
	if len(f.sent) != 2 || f.sent[0].key != "order-7" || f.sent[1].key != "order-7" {
		t.Errorf("the requests are %v", f.sent)
	}
}

func TestABodyThatCannotBeReadAgainIsSentOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"refused", "502", "503 overloaded"} {
		c, f := newFaultyClient([]try{failure(name)})
		_, err := c.CreateRecipeWithBodyWithResponse(t.Context(), "application/json", io.MultiReader(strings.NewReader("{}")))
		if err == nil || len(f.sent) != 1 {
			t.Errorf("after %s, the error is %v and %d requests were sent", name, err, len(f.sent))
		}
	}
}

func TestWithRetriesLimitsTheTries(t *testing.T) {
	t.Parallel()
	for retries, want := range map[int]int{-1: 1, 0: 1, 1: 2, 5: 6} {
		f := failure("503 overloaded")
		c, sent := newFaultyClient([]try{f, f, f, f, f, f, f}, ocipe.WithRetries(retries), ocipe.WithSleep(func(time.Duration) {}))
		_, err := c.ListGroceryItems(t.Context())
		e, ok := errors.AsType[*ocipe.Error](err)
		if len(sent.sent) != want || !ok || e.Tries != want {
			t.Errorf("with %d retries, %d requests were sent; the error is %v", retries, len(sent.sent), err)
		}
	}
}
