// Package page cuts lists into pages that stay stable while rows come and go: a page begins after the key of the last
// row of the one before, wherever that row is now.
package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/apperr"
)

// The times beyond those of all rows: where a list by date begins.
var (
	BeginningOfTime = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	EndOfTime       = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// Request asks for a page. The zero value asks for the whole list.
type Request struct {
	Limit  int64  // how many rows at most, 1 or more; 0: all
	Cursor string // where to begin; empty: at the beginning
}

// AtMost is how many rows to ask the database for: one more than the page has, to know whether there are more. Nil: all.
func (r Request) AtMost() *int64 {
	if r.Limit == 0 {
		return nil
	}
	return new(r.Limit + 1)
}

// Cut returns the rows of the page, and whether there are more, of rows that were read with [Request.AtMost].
func Cut[R any](r Request, rows []R) (page []R, more bool) {
	if r.Limit > 0 && int64(len(rows)) > r.Limit {
		return rows[:r.Limit], true
	}
	return rows, false
}

// sumSize is how many bytes of a cursor say that it was made by [Cursor] for the same list.
const sumSize = 12

// Cursor returns the cursor of the page that begins after the row with this key. list names the list with its order
// and filters: in another one the cursor means nothing.
func Cursor(list string, key any) (string, error) {
	text, err := json.Marshal(key)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(sum(list, text), text...)), nil
}

// After decodes the key of a request's cursor. Without a cursor it leaves the key as it is.
//
// It fails with [apperr.InvalidInput] if the cursor was not made by [Cursor] for this list, or if there is no limit.
func After(r Request, list string, key any) error {
	if r.Cursor == "" {
		return nil
	}
	if r.Limit == 0 {
		return apperr.Invalid(apperr.FieldError{Path: "limit", Code: "required", Detail: "The parameter cursor requires limit."})
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(r.Cursor)
	if strings.ContainsAny(r.Cursor, "\r\n") { // which the decoder skips
		err = errors.New("a line's end")
	}
	if err == nil && len(raw) > sumSize && bytes.Equal(raw[:sumSize], sum(list, raw[sumSize:])) {
		err = json.Unmarshal(raw[sumSize:], key)
		if err == nil {
			return nil
		}
	}
	return Refused()
}

// Time returns the time of a key, in microseconds since 1970. It fails as [After] does for a time that no row has.
func Time(micros int64) (time.Time, error) {
	if micros < BeginningOfTime.UnixMicro() || micros > EndOfTime.UnixMicro() {
		return time.Time{}, Refused()
	}
	return time.UnixMicro(micros), nil
}

// Refused is the failure of a cursor that can't be used.
func Refused() error {
	return apperr.Invalid(apperr.FieldError{
		Path: "cursor", Code: "invalid_cursor",
		Detail: "Use the cursor from the Link header of the previous page, with the same ordering and filters.",
	})
}

// sum is no secret: who makes a cursor up reaches no row that isn't theirs, but may put anything into its key. Whoever
// uses a key looks at what it holds.
func sum(list string, key []byte) []byte {
	of := sha256.Sum256(append(append([]byte(list), 0), key...))
	return of[:sumSize]
}
