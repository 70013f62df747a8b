package api

import (
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/fault"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/username"
)

// textForm is what the `format` of a string in the contract says beyond its limits.
type textForm struct {
	normalize func(string) string // what is checked, counted and stored
	flaws     func(string) []fault.Field
}

// textForms returns the forms by `format`. A string of any other is trimmed.
func textForms(policy password.Policy) map[string]textForm {
	asSent := func(s string) string { return s }
	return map[string]textForm{
		"username": {normalize: func(s string) string { return strings.TrimSpace(username.Normalize(s)) }},
		"password": {normalize: asSent},
		// What the limits can't say. The use case checks it again, with the username beside it; checked
		// here, all faults of a body are told at once.
		"new-password": {normalize: asSent, flaws: func(s string) []fault.Field { return policy.Check(s, "") }},
		"jwt":          {normalize: asSent},
	}
}

// normalize brings every text that the schema knows into its form, and returns the faults that the schema
// can't find: a NUL character, which PostgreSQL can't store, and those of the form.
func (s *Server) normalize(schema *openapi3.Schema, body map[string]any) []fault.Field {
	var flaws []fault.Field
	for name, member := range schema.Properties {
		text, ok := body[name].(string)
		if !ok {
			continue
		}
		form, ok := s.forms[member.Value.Format]
		if !ok {
			form.normalize = strings.TrimSpace
		}
		body[name] = form.normalize(text)
		if strings.ContainsRune(text, 0) {
			flaws = append(flaws, fault.Field{
				Path: name, Code: "invalid_characters", Detail: "This text must not hold NUL characters.",
			})
		} else if form.flaws != nil {
			flaws = append(flaws, form.flaws(text)...)
		}
	}
	return flaws
}
