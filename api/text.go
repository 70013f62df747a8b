package api

import (
	"strings"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/username"
	"github.com/ocipe/ocipe/internal/validate"
)

// textForms returns the forms by `format`, of all formats of strings that a request may have.
func textForms(policy password.Policy) map[string]validate.Format {
	asSent := func(s string) string { return s }
	asName := func(s string) string { return strings.TrimSpace(username.Normalize(s)) }
	return map[string]validate.Format{
		"base64url": {}, // trimmed, as all texts without a format: the cursor says itself what is wrong with it
		"username":  {Normalize: asName},
		// The contract's pattern says what of ASCII is allowed; it can't name the letters of all scripts in a way that
		// every reader of patterns understands.
		"new-username": {Normalize: asName, Check: username.Check},
		"password":     {Normalize: asSent},
		// What the limits can't say. The use case checks it again, with the username beside it; checked
		// here, all faults of a body are told at once.
		"new-password": {Normalize: asSent, Check: func(s string) []apperr.FieldError { return policy.Check(s, "") }},
		"jwt":          {Normalize: asSent},
	}
}
