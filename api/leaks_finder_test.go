package api_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// The canaries have only lower-case letters and digits, so that no encoding and no case folding changes them.
const (
	canaryText  = "canarytextofauser"    // in all free texts of users
	canaryValue = "canaryvaluebroken"    // in invalid values
	canaryToken = "canarytokenxyz"       // in invalid tokens, cookies and ETags
	canaryLogin = "canarypassword7c1bf9" // in invalid passwords
)

var canaries = []string{canaryText, canaryValue, canaryToken, canaryLogin}

// secrets has all secrets that were sent or issued: passwords, tokens, cookies and codes.
type secrets struct {
	mu  sync.Mutex
	all []string
}

// add adds a secret. Of a JWT, it adds only the payload and the signature, because all tokens have the same header.
func (s *secrets) add(secret string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for part := range strings.SplitSeq(secret, ".") {
		if len(part) >= 8 && !strings.HasPrefix(part, "eyJhbGci") && !slices.Contains(s.all, part) {
			s.all = append(s.all, part)
		}
	}
}

// in returns the secrets and canaries in a text.
func (s *secrets) in(text string, canaries ...string) (found []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range slices.Concat(s.all, canaries) {
		if strings.Contains(text, one) {
			found = append(found, one)
		}
	}
	return found
}

// secretName matches the names of members whose values are secrets, if their format doesn't show that.
var secretName = regexp.MustCompile(`(?i)^(access|refresh|token|secret|code|.*password)$`)

// readBody adds the secrets in a JSON body, which its schema identifies.
func (s *secrets) readBody(schema *openapi3.Schema, text string) {
	var body map[string]any
	if json.Unmarshal([]byte(text), &body) != nil || schema == nil {
		return
	}
	for name, value := range body {
		property := schema.Properties[name]
		secret, isText := value.(string)
		if isText && property != nil && (secretName.MatchString(name) || property.Value.WriteOnly) && !strings.HasPrefix(secret, "canary") {
			s.add(secret)
		}
	}
}

// readResponse adds the secrets in a response: cookies, and those of the body.
func (s *secrets) readResponse(o apitest.Operation, a *apitest.Response) {
	for _, cookie := range a.Cookies() {
		s.add(cookie.Value)
	}
	if a.StatusCode < http.StatusBadRequest {
		s.readBody(o.Result, a.Text)
	}
}

// leakTest is a server whose log and responses are searched.
type leakTest struct {
	*apitest.Server
	secrets secrets
	named   map[string]bool // operations whose errors have the names of invalid elements (x-named-list)

	mu       sync.Mutex
	statuses map[int]int // the number of responses with each status
}

func newLeakTest(t *testing.T, change ...func(*apitest.Config)) *leakTest {
	t.Helper()
	h := &leakTest{Server: apitest.Start(t, change...), named: map[string]bool{}, statuses: map[int]int{}}
	h.secrets.add(apitest.Password)
	doc, err := apitest.Document()
	require.NoError(t, err)
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			h.named[op.OperationID] = op.Extensions["x-named-list"] != nil
		}
	}
	return h
}

// send sends a request and searches its response.
func (h *leakTest) send(t *testing.T, c *apitest.Client, r leakRequest) *apitest.Response {
	t.Helper()
	if r.Body != nil {
		h.secrets.readBody(r.Body.Schema, r.Text)
	}
	a := r.Send(t, c, r.headers...)
	h.requireNoSecrets(t, r, a)
	return a
}

// requireNoSecrets fails the test if a response contains a known secret, or if an error contains a text that was sent.
func (h *leakTest) requireNoSecrets(t *testing.T, r leakRequest, a *apitest.Response) {
	t.Helper()
	h.mu.Lock()
	h.statuses[a.StatusCode]++
	h.mu.Unlock()
	var forbidden []string
	if a.StatusCode >= http.StatusBadRequest {
		forbidden = []string{canaryToken, canaryLogin}
		if !h.named[r.ID] {
			forbidden = append(forbidden, canaryText)
		}
		if !h.named[r.ID] || !strings.HasSuffix(r.broken, ".name") {
			forbidden = append(forbidden, canaryValue)
		}
	}
	header := a.Header.Clone()
	header.Del("Set-Cookie")
	text := a.Text
	if a.StatusCode < http.StatusBadRequest && issues(r.Operation) {
		text = ""
	}
	var lines strings.Builder
	require.NoError(t, header.Write(&lines))
	if found := h.secrets.in(text+lines.String(), forbidden...); len(found) > 0 {
		t.Errorf("%s %s, %s: the response %d has %q: %s", r.Method, r.Path, r.what, a.StatusCode, found, a.Text)
	}
	h.secrets.readResponse(r.Operation, a)
}

// issues reports whether a successful response has a secret in its body.
func issues(o apitest.Operation) bool {
	if o.Result == nil {
		return false
	}
	for name := range o.Result.Properties {
		if secretName.MatchString(name) {
			return true
		}
	}
	return false
}

// newBareClient returns a client that sends an access token and no cookies. It doesn't check responses, because those of a broken server
// aren't in the contract.
func newBareClient(t *testing.T, url, access string) *apitest.Client {
	t.Helper()
	c := apitest.ClientOf(t, url)
	c.Access = access
	c.HTTP.Jar, c.HTTP.Transport = nil, http.DefaultTransport
	return c
}
