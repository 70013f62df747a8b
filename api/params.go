package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/validate"
)

// checkQuery checks the query parameters that the operation knows, and leaves their normal form in r.Form, for the
// generated code to read. Others are ignored, whatever they hold.
func (s *Server) checkQuery(op *operation, r *http.Request) error {
	if len(op.query) == 0 || r.URL.RawQuery == "" {
		return nil
	}
	var faults []apperr.FieldError
	sent := queryOf(r.URL.RawQuery)
	for _, p := range op.query {
		switch values := sent[p.Name()]; len(values) {
		case 0:
		case 1:
			normal, found := p.Check(values[0])
			faults = append(faults, found...)
			sent.Set(p.Name(), normal)
		default:
			faults = append(faults, apperr.FieldError{Path: p.Name(), Code: "repeated", Detail: "This parameter must be given once."})
		}
	}
	if len(faults) > 0 {
		return apperr.Invalid(faults...)
	}
	r.Form, exchangeOf(r.Context()).query = sent, sent
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

// checkPath decodes the parameters of the path. What can't name anything is answered as what names nothing: an id is
// a positive decimal number below 2^53, a name is a text.
func checkPath(op *operation, r *http.Request) error {
	params := chi.RouteContext(r.Context()).URLParams
	for i, name := range params.Keys {
		text := params.Values[i]
		if r.URL.RawPath != "" {
			var err error
			if text, err = url.PathUnescape(text); err != nil {
				return apperr.New(apperr.NotFound)
			}
		}
		parameter, known := op.path[name]
		switch {
		case !known: // chi's own
		case parameter == nil:
			if !isID(text) {
				return apperr.New(apperr.NotFound)
			}
			params.Values[i] = text
		default:
			normal, faults := parameter.Check(text)
			if len(faults) > 0 {
				return apperr.New(apperr.NotFound)
			}
			params.Values[i] = normal
		}
	}
	r.URL.RawPath = "" // by which the generated code knows that the values are plain
	return nil
}

// isID tells whether a text is an id as it is written: digits, of which the first is no zero.
func isID(text string) bool {
	n, err := strconv.ParseUint(text, 10, 64) // which takes no sign
	return err == nil && text[0] != '0' && n <= validate.MaxID
}

// params sorts the parameters of an operation; those of the query by name, in which order their faults are told. An id of
// the path has no rules but isID's: nil.
func (c *contract) params(all ...openapi3.Parameters) (query []*validate.Parameter, path map[string]*validate.Parameter, err error) {
	path = map[string]*validate.Parameter{}
	for _, list := range all {
		for _, p := range list {
			schema, name := p.Value.Schema.Value, p.Value.Name
			switch {
			case p.Value.In == openapi3.ParameterInPath && schema.Type.Is(openapi3.TypeInteger):
				path[name] = nil
				continue
			case p.Value.In != openapi3.ParameterInPath && p.Value.In != openapi3.ParameterInQuery:
				continue // those of headers have no rules of ours
			}
			parameter, err := validate.CompileParameter(schema, c.forms, name)
			if err != nil {
				return nil, nil, err
			}
			if p.Value.In == openapi3.ParameterInPath {
				path[name] = parameter
			} else {
				query = append(query, parameter)
			}
		}
	}
	slices.SortFunc(query, func(a, b *validate.Parameter) int { return strings.Compare(a.Name(), b.Name()) })
	return query, path, nil
}
