package contractfuzz_test

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// jsonEncoder is one way to write a JSON value. internal/validate tests escapes, notations of numbers and orders of members.
type jsonEncoder struct {
	*rapid.T
	space      string // between tokens
	addUnknown bool   // with members that the schema doesn't know
	text       strings.Builder
}

// encodeBody writes a body. It may add members that the schema doesn't know: the server must ignore them.
func encodeBody(t *rapid.T, s *openapi3.Schema, body any) string {
	w := &jsonEncoder{
		T:          t,
		space:      rapid.SampledFrom([]string{"", " ", "\n\t", "\r\n  "}).Draw(t, "white space"),
		addUnknown: rapid.IntRange(0, 3).Draw(t, "unknown members") == 3,
	}
	w.text.WriteString(w.space)
	w.value(s, body)
	w.text.WriteString(w.space)
	return w.text.String()
}

func (w *jsonEncoder) value(s *openapi3.Schema, value any) {
	switch v := value.(type) {
	case map[string]any:
		w.object(s, v)
	case []any:
		w.text.WriteString("[" + w.space)
		for i, one := range v {
			if i > 0 {
				w.text.WriteString("," + w.space)
			}
			w.value(s.Items.Value, one)
		}
		w.text.WriteString(w.space + "]")
	case rawJSON:
		w.text.WriteString(string(v))
	default:
		text, err := json.Marshal(v)
		require.NoError(w, err)
		w.text.Write(text)
	}
}

func (w *jsonEncoder) object(s *openapi3.Schema, object map[string]any) {
	members := slices.Sorted(maps.Keys(object))
	w.text.WriteString("{" + w.space)
	for i, name := range members {
		if i > 0 {
			w.text.WriteString("," + w.space)
		}
		w.text.WriteString(`"` + name + `"` + w.space + ":" + w.space)
		w.value(s.Properties[name].Value, object[name])
	}
	if w.addUnknown && s.Type.Is("object") {
		if len(members) > 0 {
			w.text.WriteString(",")
		}
		w.text.WriteString(w.unknown(s))
	}
	w.text.WriteString(w.space + "}")
}

// unknown returns a member that the schema doesn't know: names are case-sensitive and aren't trimmed.
func (w *jsonEncoder) unknown(s *openapi3.Schema) string {
	all := []string{"", "__proto__", "accuracy", "id", "user_id"}
	for _, name := range memberNames(s) {
		all = append(all, strings.ToUpper(name), name+" ", name+`\u0000`)
	}
	all = slices.DeleteFunc(all, func(name string) bool { return s.Properties[name] != nil })
	value := rapid.SampledFrom([]string{"null", "0", `"\u0000"`, "1e400", "[]", `{"id": {"id": 1}}`, strings.Repeat("[", 50) + strings.Repeat("]", 50), "true"})
	return `"` + rapid.SampledFrom(all).Draw(w.T, "unknown member") + `":` + value.Draw(w.T, "unknown value")
}

// encodeQuery writes a parameter: a space is + or %20, and any character may be escaped.
func encodeQuery(t *rapid.T, name, value string) string {
	escaped := url.QueryEscape(value)
	switch rapid.IntRange(0, 3).Draw(t, "escapes of "+name) {
	case 1:
		escaped = strings.ReplaceAll(escaped, "+", "%20")
	case 2:
		var all strings.Builder
		for _, b := range []byte(value) {
			all.WriteString("%" + strings.ToLower(strconv.FormatInt(0x100+int64(b), 16)[1:]))
		}
		escaped = all.String()
	}
	return name + "=" + escaped
}

// normalized returns the form in which a value is stored: with trimmed texts, without unknown members and, if defaults is true, with the
// defaults of omitted members.
func normalized(s *openapi3.Schema, value any, defaults bool) any {
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for _, name := range memberNames(s) {
			property := s.Properties[name].Value
			if sent, given := v[name]; given {
				object[name] = normalized(property, sent, true) // even a patch replaces whole lists
			} else if defaults && property.Default != nil {
				object[name] = property.Default
			}
		}
		return object
	case []any:
		list := make([]any, 0, len(v))
		for _, one := range v {
			list = append(list, normalized(s.Items.Value, one, true))
		}
		return list
	case string:
		if isName(s) {
			return nameOf(v)
		}
		if trimmed(s) {
			return strings.TrimSpace(v)
		}
	}
	return value
}
