package api

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/fault"
)

// checkBody reads the body, checks it against the contract, and leaves its normalised form for the
// generated code to decode. It fails with the first of: content type, size, content.
func (s *Server) checkBody(op *operation, w http.ResponseWriter, r *http.Request) error {
	reader := bufio.NewReader(http.MaxBytesReader(w, r.Body, op.maxBytes))
	present := r.ContentLength > 0
	if r.ContentLength < 0 { // chunked, perhaps empty
		_, err := reader.Peek(1)
		present = err == nil
	}
	if present && !isJSON(r.Header) { // the type of no body doesn't matter
		return fault.New(codeUnsupportedMediaType)
	}
	if r.ContentLength > op.maxBytes {
		return tooLarge(op.maxBytes)
	}
	text, err := io.ReadAll(reader)
	switch {
	case err != nil && errors.As(err, new(*http.MaxBytesError)):
		return tooLarge(op.maxBytes)
	case err != nil:
		return fault.New(codeMalformedBody) // the client broke off
	case len(text) == 0 && op.optional:
		r.Body, r.ContentLength = http.NoBody, 0
		return nil
	}
	// json v2 refuses what RFC 8259 leaves open: repeated names, invalid UTF-8, lone surrogates, trailing data.
	var members map[string]jsontext.Value
	if err := json.Unmarshal(text, &members); err != nil || members == nil {
		return fault.New(codeMalformedBody)
	}
	body, err := known(op.body, members)
	if err != nil {
		return fault.New(codeMalformedBody)
	}
	if flaws := s.checkObject(op.body, body); len(flaws) > 0 {
		return fault.Invalid(flaws...)
	}
	if text, err = json.Marshal(body); err != nil {
		return err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return nil
}

// known decodes the members that the schema knows; what others hold doesn't matter.
func known(schema *openapi3.Schema, members map[string]jsontext.Value) (map[string]any, error) {
	body := map[string]any{}
	for name := range schema.Properties {
		if text, ok := members[name]; ok {
			var value any
			if err := json.Unmarshal(text, &value); err != nil {
				return nil, err
			}
			body[name] = value
		}
	}
	return body, nil
}

// isJSON tells whether a body is declared as application/json in UTF-8, not compressed.
func isJSON(h http.Header) bool {
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset, given := params["charset"]
	encoding := h.Get("Content-Encoding")
	return err == nil && media == "application/json" && (!given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")) &&
		(encoding == "" || strings.EqualFold(encoding, "identity"))
}

// checkObject normalises the texts of a body in place and returns its faults, all of them, one for each
// member, in the order of their paths.
func (s *Server) checkObject(schema *openapi3.Schema, body map[string]any) []fault.Field {
	flaws := s.normalize(schema, body)
	err := schema.VisitJSON(body, openapi3.MultiErrors(), openapi3.DisableSchemaErrorDetails())
	for _, e := range schemaErrors(err) {
		flaws = append(flaws, flaw(e))
	}
	slices.SortStableFunc(flaws, func(a, b fault.Field) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(flaws, func(a, b fault.Field) bool { return a.Path == b.Path })
}

func schemaErrors(err error) []*openapi3.SchemaError {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		var all []*openapi3.SchemaError
		for _, one := range many {
			all = append(all, schemaErrors(one)...)
		}
		return all
	}
	if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		return []*openapi3.SchemaError{one}
	}
	return nil
}

// flaw turns a finding of the validator into a fault: the only place where that is done. Neither its text
// nor its value is used, since both may hold what was sent.
func flaw(e *openapi3.SchemaError) fault.Field {
	f := fault.Field{Path: strings.Join(e.JSONPointer(), ".")}
	text, _ := e.Value.(string)
	switch {
	case e.SchemaField == "required":
		f.Code, f.Detail = "required", "This member is required."
	case e.SchemaField == "minLength" && text == "":
		f.Code, f.Detail = "blank", "This text must not be empty."
	case e.SchemaField == "minLength":
		f.Code, f.Detail = "too_short", fmt.Sprintf("This text must have at least %d characters.", e.Schema.MinLength)
	case e.SchemaField == "maxLength":
		f.Code, f.Detail = "too_long", fmt.Sprintf("This text must have at most %d characters.", *e.Schema.MaxLength)
	case e.SchemaField == "pattern":
		f.Code, f.Detail = "invalid_characters", "This text has characters that are not allowed here."
	default: // "type" and "nullable"; so far every member is a string
		f.Code, f.Detail = "not_a_string", "This member must be a string."
	}
	return f
}
