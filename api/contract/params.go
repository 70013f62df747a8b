package contract

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-chi/chi/v5"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/validate"
)

// checkQuery checks the query parameters that the contract knows and puts their normal form into the URL, where the generated
// code reads them. It drops all other parameters and returns their names.
func checkQuery(op *operation, r *http.Request) (ignored []string, err error) {
	if r.URL.RawQuery == "" {
		return nil, nil
	}
	var fieldErrors []apperr.FieldError
	sent, known := parseQuery(r.URL.RawQuery), url.Values{}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		if !slices.ContainsFunc(op.query, func(p *validate.Parameter) bool { return p.Name() == name }) {
			ignored = append(ignored, name)
		}
	}
	for _, p := range op.query {
		if values := sent[p.Name()]; len(values) > 0 {
			normal, found := p.CheckAll(values)
			fieldErrors = append(fieldErrors, found...)
			known[p.Name()], sent[p.Name()] = normal, normal
		}
	}
	if len(fieldErrors) > 0 {
		return ignored, apperr.Invalid(fieldErrors...)
	}
	r.URL.RawQuery, request.Of(r).Query = known.Encode(), sent
	return ignored, nil
}

// parseQuery parses a query as browsers do (WHATWG URL, application/x-www-form-urlencoded parsing). It never fails; a % that doesn't
// begin an escape stands for itself.
func parseQuery(raw string) url.Values {
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

// checkPath decodes and checks the parameters of the path. The error of an invalid one is apperr.NotFound, as of an id that doesn't
// exist.
func checkPath(op *operation, r *http.Request) error {
	params := chi.RouteContext(r.Context()).URLParams
	for i, name := range params.Keys {
		if name == "*" && op.restParam != "" {
			name = op.restParam
			params.Keys[i] = name // where the generated code looks for it
		}
		text := params.Values[i]
		if r.URL.RawPath != "" {
			var err error
			if text, err = url.PathUnescape(text); err != nil {
				return apperr.New(apperr.NotFound)
			}
		}
		parameter, known := op.path[name]
		switch {
		case !known: // a parameter of chi itself
		case parameter == nil:
			if !isID(text) {
				return apperr.New(apperr.NotFound)
			}
			params.Values[i] = text
		default:
			normal, fieldErrors := parameter.Check(text)
			if len(fieldErrors) > 0 {
				return apperr.New(apperr.NotFound)
			}
			params.Values[i] = normal
		}
	}
	r.URL.RawPath = "" // tells the generated code that the values are decoded
	return nil
}

// pathWithValues returns the path as the contract writes it, with the values of its parameters. [checkPath] must have checked them.
func pathWithValues(op *operation, r *http.Request) string {
	path, params := op.route, chi.RouteContext(r.Context()).URLParams
	for i, name := range params.Keys {
		path = strings.Replace(path, "{"+name+"}", params.Values[i], 1)
	}
	return path
}

// isID reports whether a text is an id: a decimal number from 1 to 2^53-1 without leading zeros.
func isID(text string) bool {
	n, err := strconv.ParseUint(text, 10, 64) // accepts no sign
	return err == nil && text[0] != '0' && n <= validate.MaxID
}

// params compiles the parameters of an operation. It sorts those of the query by name, because their errors are reported in this order.
// An id in the path is nil: isID is its only rule.
func (c *Contract) params(all ...openapi3.Parameters) (query []*validate.Parameter, path map[string]*validate.Parameter, err error) {
	path = map[string]*validate.Parameter{}
	for _, list := range all {
		for _, p := range list {
			schema, name := p.Value.Schema.Value, p.Value.Name
			switch {
			case p.Value.In == openapi3.ParameterInPath && schema.Type.Is(openapi3.TypeInteger):
				path[name] = nil
				continue
			case p.Value.In != openapi3.ParameterInPath && p.Value.In != openapi3.ParameterInQuery:
				continue // the guard checks no rules of headers
			}
			parameter, err := validate.CompileParameter(schema, c.formats, name)
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
