package api

import (
	"strings"

	"github.com/ocipe/ocipe/internal/fault"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/username"
)

// textForm is what the `format` of a string in the contract says beyond its limits.
type textForm struct {
	normalize func(string) string        // what is checked, counted and stored
	flaws     func(string) []fault.Field // beyond those of the schema; may be nil
}

// textForms returns the forms by `format`. A string of any other is trimmed.
func textForms(policy password.Policy) map[string]textForm {
	asSent := func(s string) string { return s }
	asName := func(s string) string { return strings.TrimSpace(username.Normalize(s)) }
	return map[string]textForm{
		"username": {normalize: asName},
		// The contract's pattern says what of ASCII is allowed; it can't name the letters of all scripts in a way that
		// every reader of patterns understands.
		"new-username": {normalize: asName, flaws: username.Check},
		"password":     {normalize: asSent},
		// What the limits can't say. The use case checks it again, with the username beside it; checked
		// here, all faults of a body are told at once.
		"new-password": {normalize: asSent, flaws: func(s string) []fault.Field { return policy.Check(s, "") }},
		"jwt":          {normalize: asSent},
	}
}
