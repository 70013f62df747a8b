package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestBodies covers every operation that takes a body. With the race detector it takes most of this package's CPU time: the largest
// body has 16 MiB, and the limit is reached on every operation.
func TestBodies(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "writer", awkward)
	caller := cookieless(t, s) // a cookie would stand for the body
	caller.Access = k.Access
	var calls []apitest.Request
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.Body != nil }) {
		calls = append(calls, k.Prepare(t, o))
	}
	before := everyRow(t, s)
	is := func(t *testing.T, status int, code string, r apitest.Request, a *apitest.Response) {
		t.Helper()
		require.Equal(t, status, a.StatusCode, "%s %.60q: %s", r.ID, r.Text, a.Text)
		require.Equal(t, code, a.Problem(t).Code, "%s %.60q", r.ID, r.Text)
	}

	t.Run("Refuse", func(t *testing.T) { // done when all of it is
		t.Run("WhatIsNotDeclaredAsJSON", func(t *testing.T) {
			t.Parallel()
			for _, r := range calls {
				for _, header := range []string{
					"Content-Type: text/plain", "Content-Type:", "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/jsonp",
					"Content-Type: application/json; charset=latin1", "Content-Type: text/plain, application/json", "Content-Encoding: br",
				} {
					is(t, http.StatusUnsupportedMediaType, "unsupported_media_type", r, r.Send(t, caller, header))
				}
			}
		})

		t.Run("WhatIsTooLarge", func(t *testing.T) {
			t.Parallel()
			for _, r := range calls {
				for _, told := range []bool{true, false} {
					is(t, http.StatusRequestEntityTooLarge, "body_too_large", r, r.SendPadded(t, caller, r.Body.MaxBytes+1, told))
				}
			}
		})

		t.Run("WhatIsNoJSONObject", func(t *testing.T) {
			t.Parallel()
			for _, r := range calls {
				for _, text := range malformed(r) {
					r.Text = text
					a := r.Send(t, caller)
					is(t, http.StatusBadRequest, "malformed_body", r, a)
					require.Empty(t, a.Problem(t).Errors)
					require.Regexp(t, `\(line \d+, column \d+, byte offset \d+\)\.$`, a.Problem(t).Detail)
					require.NotContains(t, a.Text, "kohlrabi")
				}
				if r.Text = ""; r.Body.Required { // of what isn't there the type doesn't matter
					is(t, http.StatusBadRequest, "malformed_body", r, r.Send(t, caller))
					is(t, http.StatusBadRequest, "malformed_body", r, r.Send(t, caller, "Content-Type: text/plain"))
				}
			}
		})

		t.Run("InOneOrder", func(t *testing.T) {
			t.Parallel()
			for _, r := range calls {
				tooLarge, evil, text := r.Body.MaxBytes+1, "Origin: https://evil.example.org", "Content-Type: text/plain"
				good := r.Text
				r.URL, r.Text = nowhere(r.Operation), "{"
				if r.Declares(http.StatusForbidden) {
					is(t, http.StatusForbidden, "cross_site_request", r, r.SendPadded(t, caller, tooLarge, true, evil, text))
				}
				is(t, http.StatusUnsupportedMediaType, "unsupported_media_type", r, r.SendPadded(t, caller, tooLarge, true, text))
				is(t, http.StatusUnsupportedMediaType, "unsupported_media_type", r, r.SendPadded(t, caller, tooLarge, false, text))
				is(t, http.StatusRequestEntityTooLarge, "body_too_large", r, r.SendPadded(t, caller, tooLarge, true))
				is(t, http.StatusRequestEntityTooLarge, "body_too_large", r, r.SendPadded(t, caller, tooLarge, false))
				is(t, http.StatusBadRequest, "malformed_body", r, r.Send(t, caller))
				if r.HasID() {
					r.Text = good
					is(t, http.StatusNotFound, "not_found", r, r.Send(t, caller))
				}
			}
		})
	})
	require.Equal(t, before, everyRow(t, s), "a call that fails has changed nothing")
	require.NotContains(t, s.Logs.String(), "kohlrabi")

	t.Run("MayBeAsLargeAsTheContractSays", func(t *testing.T) {
		for _, r := range calls {
			for _, told := range []bool{true, false} {
				r := k.Prepare(t, r.Operation)
				a := r.SendPadded(t, caller, r.Body.MaxBytes, told)
				require.Equal(t, r.Success(), a.StatusCode, r.ID+a.Text)
			}
		}
	})

	t.Run("MayBeDeclaredAsJSONInAnyWay", func(t *testing.T) {
		for _, r := range calls {
			for _, header := range []string{"Content-Type: application/json; charset=UTF-8", "Content-Type: Application/JSON", "Content-Encoding: identity"} {
				k.Prepare(t, r.Operation).Succeed(t, caller, header)
			}
		}
	})

	t.Run("MayBeginWithAByteOrderMark", func(t *testing.T) {
		for _, r := range calls {
			r := k.Prepare(t, r.Operation)
			r.Text = "\ufeff" + r.Text
			r.Succeed(t, caller)
		}
	})

	t.Run("AreNotReadWhereNoneIsTaken", func(t *testing.T) {
		for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.Body == nil }) {
			r := k.Prepare(t, o)
			r.Text = "{"
			r.Succeed(t, caller, "Content-Type: text/plain")
		}
	})
}

// malformed returns bodies that can't be read, some of them nearly those of this request.
func malformed(r apitest.Request) []string {
	inside := strings.TrimSuffix(strings.TrimPrefix(r.Text, "{"), "}")
	return []string{
		`[]`, "[" + r.Text + "]", `null`, `"x"`, `7`, `true`, `{`, ` `, r.Text[:len(r.Text)-1], r.Text + `{}`, r.Text + "x", r.Text + ",", r.Text + "\x00",
		`{` + inside + `,` + inside + `}`, `{` + inside + `,"other":{"a":1,"a":2}}`, `{` + inside + `,}`, `{` + inside + `,"other":'x'}`,
		"{" + inside + ",\"other\":\"\xff\"}", "{" + inside + ",\"\xff\":1}", `{` + inside + `,"other":"\ud800"}`, `{` + inside + `,"other":"\udc00\ud800"}`,
		`{` + inside + `,"other":01}`, `{` + inside + `,"other":NaN}`, `{` + inside + `,"other":+1}`, `{` + inside + `,"other":.5}`, `{` + inside + `,other:1}`,
		`{` + inside + `,"other":/**/1}`, `{` + inside + `,"other":"\u12"}`, `{` + inside + `,"o\ud83c":1}`, `{` + inside + `,"other":[{"a":1,"\u0061":2}]}`,
		"{" + inside + ",\"other\":\"\xed\xa0\x80\"}", `{` + inside + `,"x":"kohlrabi","x":"kohlrabi"}`, r.Text + " kohlrabi", strings.ReplaceAll(r.Text, `"`, "'"), `{` + inside + `,"other":"` + "\n" + `"}`, `{` + inside + `}//`, "\ufeff\ufeff" + r.Text,
		strings.Repeat(`{"a":`, 12_000), `{` + inside + `,"other":` + strings.Repeat(`[`, 12_000) + strings.Repeat(`]`, 12_000) + `}`,
	}
}
