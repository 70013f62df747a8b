package contract

import (
	"strings"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/username"
	"github.com/ocipe/ocipe/internal/validate"
)

// formats returns what each `format` of the contract means: how a string is normalized and what is checked beyond its schema.
func formats(policy password.Policy) map[string]validate.Format {
	asSent := func(s string) string { return s }
	asName := func(s string) string { return strings.TrimSpace(username.Normalize(s)) }
	return map[string]validate.Format{
		"base64url": {}, // trimmed, as strings without a format are; package page checks the content
		"username":  {Normalize: asName},
		// The contract's pattern covers ASCII. No pattern for the letters of all scripts works in every regular expression dialect.
		"new-username": {Normalize: asName, Check: username.Check},
		"password":     {Normalize: password.Normalize},
		// The use case checks the policy again, with the username. Checking it here, too, reports all field errors at once.
		"new-password": {Normalize: password.Normalize, Check: func(s string) []apperr.FieldError { return policy.Check(s, "") }},
		"jwt":          {Normalize: asSent},
		"session-id":   {Normalize: asSent},
	}
}
