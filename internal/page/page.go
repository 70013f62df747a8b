// Package page splits lists into pages that stay stable while rows are added and deleted: a page begins after the key of
// the last row of the previous page, even if that row has been deleted.
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

// MinTime and MaxTime are before and after the times of all rows.
var (
	MinTime = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	MaxTime = time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
)

// Request asks for a page. The zero value asks for the whole list.
type Request struct {
	Limit  int64  // the maximum number of rows, 1 or more; 0 for all
	Cursor string // where the page begins; empty for the first page
}

// AtMost returns the maximum number of rows to read from the database: one more than Limit, to find out whether there is a
// next page. Nil means all.
func (r Request) AtMost() *int64 {
	if r.Limit == 0 {
		return nil
	}
	return new(r.Limit + 1)
}

// Cut returns the rows of the page and whether there is a next page. rows must have been read with [Request.AtMost].
func Cut[R any](r Request, rows []R) (page []R, more bool) {
	if r.Limit > 0 && int64(len(rows)) > r.Limit {
		return rows[:r.Limit], true
	}
	return rows, false
}

// checksumSize is the number of bytes at the start of a cursor that identify its list.
const checksumSize = 12

// Cursor returns the cursor of the page that begins after the row with this key. list identifies the list, its order and its
// filters; the cursor is invalid for any other list.
func Cursor(list string, key any) (string, error) {
	text, err := json.Marshal(key)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(checksum(list, text), text...)), nil
}

// DecodeCursor decodes the key of the request's cursor into key. Without a cursor it leaves key as it is.
//
// It returns [apperr.InvalidInput] if the cursor was not made by [Cursor] for this list, or if there is no limit.
func DecodeCursor(r Request, list string, key any) error {
	if r.Cursor == "" {
		return nil
	}
	if r.Limit == 0 {
		return apperr.Invalid(apperr.FieldError{Path: "limit", Code: "required", Detail: "The parameter cursor requires limit."})
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(r.Cursor)
	if strings.ContainsAny(r.Cursor, "\r\n") { // the decoder would skip them
		err = errors.New("a line break")
	}
	if err == nil && len(raw) > checksumSize && bytes.Equal(raw[:checksumSize], checksum(list, raw[checksumSize:])) {
		err = json.Unmarshal(raw[checksumSize:], key)
		if err == nil {
			return nil
		}
	}
	return InvalidCursor()
}

// HasTime reports whether a row may have this time: one between [MinTime] and [MaxTime].
func HasTime(at time.Time) bool { return at.After(MinTime) && at.Before(MaxTime) }

// Time converts the time of a key, in microseconds since 1970. It returns [apperr.InvalidInput] for a time that no row can have.
func Time(micros int64) (time.Time, error) {
	if micros < MinTime.UnixMicro() || micros > MaxTime.UnixMicro() {
		return time.Time{}, InvalidCursor()
	}
	return time.UnixMicro(micros), nil
}

// InvalidCursor returns the error for a cursor that can't be used.
func InvalidCursor() error {
	return apperr.Invalid(apperr.FieldError{
		Path: "cursor", Code: "invalid_cursor",
		Detail: "Use the cursor from the Link header of the previous page, with the same ordering and filters.",
	})
}

// checksum returns a checksum of a list and a key. It doesn't prevent forged cursors. A forged cursor only reaches rows of its own user,
// but its key may contain anything, so check the key before use.
func checksum(list string, key []byte) []byte {
	of := sha256.Sum256(append(append([]byte(list), 0), key...))
	return of[:checksumSize]
}
