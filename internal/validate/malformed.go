package validate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Malformed is the error of a body that isn't a single JSON object. It never contains a value that was sent, but it has the
// path of a repeated member.
type Malformed struct {
	Reason       string // a sentence without its period
	Line, Column int    // of the place, counted in characters from 1
	Offset       int    // of the place, counted in bytes from 0
}

// Error returns the reason and the place.
func (m *Malformed) Error() string {
	return fmt.Sprintf("%s (line %d, column %d, byte offset %d).", m.Reason, m.Line, m.Column, m.Offset)
}

var byteOrderMark = []byte("\ufeff")

// malformedAt returns an error at a place in a body.
func malformedAt(text []byte, offset int, reason string) *Malformed {
	offset = max(0, min(offset, len(text)))
	before := bytes.TrimPrefix(text[:offset], byteOrderMark)
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	return &Malformed{reason, bytes.Count(before, []byte("\n")) + 1, utf8.RuneCount(line) + 1, offset}
}

// notAnObject returns the error of a body that doesn't begin like an object.
func notAnObject(text []byte) *Malformed {
	start := 0
	if bytes.HasPrefix(text, byteOrderMark) {
		start = len(byteOrderMark)
	}
	begin := len(text) - len(bytes.TrimLeft(text[start:], " \t\r\n"))
	rest := text[begin:]
	reason := "The body isn't JSON: it must begin with {"
	switch {
	case len(text) == start:
		reason = "The body is empty; send a JSON object"
	case len(rest) == 0:
		begin, reason = start, "The body has only white space; send a JSON object"
	case isUTF16(text):
		begin, reason = 0, "The body is in UTF-16 or UTF-32; send it in UTF-8"
	case rest[0] == '[':
		reason = "The body is an array; send a JSON object"
	case rest[0] == '"':
		reason = "The body is a string; send a JSON object"
	case rest[0] == '-', '0' <= rest[0] && rest[0] <= '9':
		reason = "The body is a number; send a JSON object"
	case isWord(rest, "null"), isWord(rest, "true"), isWord(rest, "false"):
		reason = "The body is null, true or false; send a JSON object"
	case !utf8.FullRune(rest), invalidUTF8(rest):
		reason = "The body isn't valid UTF-8"
	}
	return malformedAt(text, begin, reason)
}

// isUTF16 reports whether a text has a byte order mark of UTF-16 or UTF-32, or a zero byte where these encodings have one.
func isUTF16(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\xfe\xff")) || bytes.HasPrefix(text, []byte("\xff\xfe")) ||
		len(text) > 1 && (text[0] == 0 || text[1] == 0)
}

func isWord(text []byte, word string) bool {
	return string(bytes.TrimRight(text, " \t\r\n")) == word
}

func invalidUTF8(text []byte) bool {
	r, size := utf8.DecodeRune(text)
	return r == utf8.RuneError && size <= 1
}

// trailingData returns the error of a body that goes on after its object, which ends at offset without a byte order mark.
func trailingData(text []byte, offset int64) *Malformed {
	end := int(offset)
	if bytes.HasPrefix(text, byteOrderMark) {
		end += len(byteOrderMark)
	}
	end = len(text) - len(bytes.TrimLeft(text[min(end, len(text)):], " \t\r\n"))
	return malformedAt(text, end, "There is more after the JSON object")
}

// syntaxError returns the error of a body that the decoder rejects.
func syntaxError(text []byte, err error) *Malformed {
	found, ok := errors.AsType[*jsontext.SyntacticError](err)
	if !ok {
		return malformedAt(text, len(text), "The body isn't valid JSON")
	}
	offset := int(found.ByteOffset)
	if bytes.HasPrefix(text, byteOrderMark) {
		offset += len(byteOrderMark)
	}
	offset = min(offset, len(text))
	switch {
	case isUTF16(text):
		return malformedAt(text, 0, "The body is in UTF-16 or UTF-32; send it in UTF-8")
	case errors.Is(err, jsontext.ErrDuplicateName):
		return malformedAt(text, offset, fmt.Sprintf("The member %s is repeated", quotedPath(found.JSONPointer)))
	case errors.Is(err, io.ErrUnexpectedEOF), offset == len(text):
		return malformedAt(text, len(text), "The body ends before its JSON object does")
	}
	inText := strings.Contains(found.Err.Error(), " in string") || strings.Contains(found.Err.Error(), "invalid UTF-8")
	if inText {
		return malformedAt(text, offset, textReason(text[offset:]))
	}
	return malformedAt(text, offset, reason(text[:offset], text[offset:], found.Err.Error()))
}

// textReason says what is wrong inside a JSON string.
func textReason(rest []byte) string {
	switch {
	case invalidUTF8(rest):
		return "A text isn't valid UTF-8, perhaps because it is in Latin-1 or Windows-1252"
	case bytes.HasPrefix(rest, []byte(`\u`)) && len(rest) > 2 && (rest[2] == 'd' || rest[2] == 'D'):
		return "A text has a lone surrogate: \\ud800 to \\udfff are only allowed in pairs"
	case rest[0] == '\\':
		return "A text has an invalid escape"
	case rest[0] == '\n', rest[0] == '\r':
		return "A text has a line break that isn't escaped, or doesn't end with a quotation mark"
	default:
		return "A text has a control character that isn't escaped"
	}
}

// reason says what is wrong between the strings of a JSON text.
func reason(before, rest []byte, found string) string {
	last, next := byte(0), rest[0]
	if before = bytes.TrimRight(before, " \t\r\n"); len(before) > 0 {
		last = before[len(before)-1]
	}
	switch {
	case next == ',' && last != ':' || last == ',' && (next == '}' || next == ']'):
		return commaReason(rest)
	case strings.Contains(found, "max depth"):
		return "The JSON is nested too deeply"
	case invalidUTF8(rest):
		return "The body isn't valid UTF-8"
	case next == '\'':
		return "There is a single quotation mark; JSON has only double ones"
	case next == '/', next == '#':
		return "There is a comment, which JSON doesn't have"
	case strings.Contains(found, "in number"), next == '+', next == '.', last == '0' && '0' <= next && next <= '9':
		return "A number isn't written as in JSON"
	case bytes.HasPrefix(rest, []byte("NaN")), bytes.HasPrefix(rest, []byte("Infinity")):
		return "JSON has neither NaN nor Infinity"
	case strings.Contains(found, "name must be a string"), last == '{':
		return "The name of a member must be in double quotation marks"
	case strings.Contains(found, "expecting ':'"):
		return "A colon is missing after the name of a member"
	case strings.Contains(found, "expecting ','"):
		return "A comma or a closing bracket is missing"
	default:
		return "A value is missing, or isn't written as in JSON"
	}
}

// commaReason says what is wrong with a comma, at rest or just before it.
func commaReason(rest []byte) string {
	following := bytes.TrimLeft(rest, ", \t\r\n")
	if len(following) > 0 && (following[0] == '}' || following[0] == ']') {
		return "There is a comma after the last member or element"
	}
	return "There is a comma too many"
}

// maxPath is the maximum length, in characters, of the path in an error.
const maxPath = 100

// quotedPath returns the dotted path of a member in quotation marks, clipped, with unusual characters escaped.
func quotedPath(pointer jsontext.Pointer) string {
	var steps []string
	for step := range pointer.Tokens() {
		steps = append(steps, step)
	}
	path := []rune(strings.Join(steps, "."))
	if len(path) > maxPath {
		path = append(path[:maxPath:maxPath], '…')
	}
	quoted := strconv.Quote(string(path))
	if len(quoted) > 3*maxPath { // mostly escapes
		quoted = quoted[:3*maxPath] + `…"`
	}
	return quoted
}
