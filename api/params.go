package api

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"github.com/ocipe/ocipe/internal/fault"
)

// checkQuery checks the query parameters that the operation knows, and leaves their normal form for the generated
// code to read. Others are ignored, whatever they hold.
func (s *Server) checkQuery(op *operation, r *http.Request) error {
	if len(op.query) == 0 {
		return nil
	}
	in, sent := input{forms: s.forms}, queryOf(r.URL.RawQuery)
	for _, p := range op.query {
		values := sent[p.Name]
		if len(values) == 0 {
			continue
		}
		if len(values) > 1 {
			in.add(p.Name, "repeated", "This parameter must be given once.")
			continue
		}
		text := in.text(p.Schema.Value, values[0], p.Name)
		var value any = text
		if p.Schema.Value.Type.Is("integer") {
			value = integerParam(text)
		}
		in.visit(p.Schema.Value, value, p.Name)
		sent.Set(p.Name, text)
	}
	if flaws := in.flaws(); len(flaws) > 0 {
		return fault.Invalid(flaws...)
	}
	exchangeOf(r.Context()).query = sent
	r.URL.RawQuery = sent.Encode()
	return nil
}

// queryOf takes a query apart (WHATWG URL, application/x-www-form-urlencoded parsing): nothing in it is an error; a %
// that begins no escape stands for itself.
func queryOf(raw string) url.Values {
	values := url.Values{}
	for pair := range strings.SplitSeq(raw, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if name = unescape(name); name != "" {
			values.Add(name, unescape(value))
		}
	}
	return values
}

func unescape(text string) string {
	if !strings.ContainsAny(text, "%+") {
		return text
	}
	plain := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '+':
			plain = append(plain, ' ')
		case c == '%' && i+2 < len(text) && isHex(text[i+1]) && isHex(text[i+2]):
			b, _ := strconv.ParseUint(text[i+1:i+3], 16, 8) // two digits fit
			plain = append(plain, byte(b))
			i += 2
		default:
			plain = append(plain, c)
		}
	}
	return string(plain)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

var decimal = regexp.MustCompile(`^-?[0-9]+$`)

// integerParam returns the number, or the text if it is none.
func integerParam(text string) any {
	if !decimal.MatchString(text) {
		return text
	}
	value, _ := strconv.ParseFloat(text, 64) // out of range: an infinity
	return clip(value)
}

// checkPath decodes the parameters of the path. What can't name anything is answered as what names nothing: an id is
// a positive decimal number below 2^53, a name is a text.
func checkPath(op *operation, r *http.Request) error {
	params := chi.RouteContext(r.Context()).URLParams
	for i, name := range params.Keys {
		text := params.Values[i]
		if r.URL.RawPath != "" {
			var err error
			if text, err = url.PathUnescape(text); err != nil {
				return fault.New(fault.NotFound)
			}
		}
		schema := op.path[name]
		switch {
		case schema == nil:
			continue // chi's own
		case schema.Type.Is("integer") && !isID(text):
			return fault.New(fault.NotFound)
		}
		text = strings.TrimSpace(text)
		if text == "" || strings.ContainsRune(text, 0) || !utf8.ValidString(text) || isTooLong(schema, text) {
			return fault.New(fault.NotFound)
		}
		params.Values[i] = text
	}
	r.URL.RawPath = "" // by which the generated code knows that the values are plain
	return nil
}

func isTooLong(schema *openapi3.Schema, text string) bool {
	return schema.MaxLength != nil && uint64(utf8.RuneCountInString(text)) > *schema.MaxLength
}

var idForm = regexp.MustCompile(`^[1-9][0-9]{0,15}$`)

func isID(text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && n <= maxID && idForm.MatchString(text)
}

// paramsOf sorts the parameters of an operation.
func paramsOf(all ...openapi3.Parameters) (query []*openapi3.Parameter, path map[string]*openapi3.Schema) {
	path = map[string]*openapi3.Schema{}
	for _, list := range all {
		for _, p := range list {
			switch p.Value.In {
			case openapi3.ParameterInQuery:
				query = append(query, p.Value)
			case openapi3.ParameterInPath:
				path[p.Value.Name] = p.Value.Schema.Value
			}
		}
	}
	return query, path
}
