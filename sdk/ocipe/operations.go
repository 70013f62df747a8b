package ocipe

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// keyHeader is the header with the idempotency key. Requests with the same key are one call
// (draft-ietf-httpapi-idempotency-key-header-07).
const keyHeader = "Idempotency-Key"

// codeKeyInUse is the code of an error (409): an earlier try of the same call is still running on the server.
const codeKeyInUse api.ProblemCode = "idempotency_key_in_use"

// traits are the properties of an operation that decide how it is sent.
type traits struct {
	idempotent bool // the server performs requests with the same idempotency key only once
	refresh    bool // the server returns the same refresh token to a repeated request (docs/sessions.md)
	long       bool // it may take longer than the timeouts of the client
	streams    bool // the program reads the response while it arrives
}

// operations are the operations with traits. A test compares them with the contract.
var operations = map[string]traits{
	"POST /api/user/register/":            {idempotent: true},
	"POST /api/user/api-tokens/":          {idempotent: true},
	"POST /api/user/import/":              {idempotent: true, long: true},
	"POST /api/recipes/":                  {idempotent: true},
	"POST /api/recipes/bulk/":             {idempotent: true, long: true},
	"POST /api/foods/":                    {idempotent: true},
	"POST /api/fridge/ingredient/":        {idempotent: true},
	"POST /api/grocery/":                  {idempotent: true},
	"POST /api/grocery/list/restock/":     {idempotent: true},
	"POST /api/recipes/{id}/cook/":        {idempotent: true},
	"POST /api/grocery/list/":             {idempotent: true},
	"POST /api/grocery/plan/":             {idempotent: true},
	"POST /api/grocery/plan/overrides/":   {idempotent: true},
	"POST /api/user/token/refresh/":       {refresh: true},
	"GET /api/user/export/":               {long: true, streams: true},
	"POST /api/fridge/journal/{id}/undo/": {idempotent: true},
}

// traitsOf returns the traits of the operation that a request calls.
func (s *session) traitsOf(r *http.Request) traits {
	return operations[r.Method+" "+idSegment.ReplaceAllLiteralString(strings.TrimPrefix(r.URL.Path, s.basePath), "/{id}/")]
}

// idSegment matches an id in a path.
var idSegment = regexp.MustCompile(`/[0-9]+/`)

// addKey adds an idempotency key to a request that can have one, unless the program has set one.
func (s *session) addKey(r *http.Request) {
	if s.traitsOf(r).idempotent && r.Header.Get(keyHeader) == "" {
		r.Header.Set(keyHeader, uuid.NewString())
	}
}

// IdempotencyKey returns an argument for the generated method of an operation that adds something, such as CreateRecipeWithResponse. The
// call then uses this key instead of a random one. A program that stores the key before the call can repeat the call after a restart,
// within 24 hours. Use another key for each call.
func IdempotencyKey(key string) api.RequestEditorFn {
	return func(_ context.Context, r *http.Request) error {
		r.Header.Set(keyHeader, key)
		return nil
	}
}

// isRepeatable reports whether the effect of a request is the same if the server performs it twice. That is true for every PATCH of the
// contract, because it sets members to values.
func isRepeatable(r *http.Request, t traits) bool {
	return r.Method != http.MethodPost || t.idempotent
}

// hasBody reports whether a request has a body.
func hasBody(r *http.Request) bool { return r.Body != nil && r.Body != http.NoBody }

// canResend reports whether the body of a request can be sent again.
func canResend(r *http.Request) bool { return !hasBody(r) || r.GetBody != nil }
