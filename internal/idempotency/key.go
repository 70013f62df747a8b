// Package idempotency identifies repeated requests by the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header-07).
// Package postgres stores keys, each in the transaction of the effect of its request.
package idempotency

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Header is the name of the header.
const Header = "Idempotency-Key"

// Retention is how long a key is kept.
const Retention = 24 * time.Hour

// MaxLength is the maximum length of a key in bytes, without quotes.
const MaxLength = 255

// Key is the idempotency key of a request. It isn't safe for concurrent use.
type Key struct {
	Text        string            // without quotes
	Fingerprint [sha256.Size]byte // of the request; see [Key.SetFingerprint]

	// Sealed is the secret in the response, encrypted. A use case sets it before the effect. If Replayed is true, it is that of the
	// first request.
	Sealed []byte
	// Replayed is true if the request is a repetition: it has no effect, and its response is that of the first request.
	Replayed bool

	body hash.Hash
}

// Parse returns the key in the lines of the header. It returns nil if there are none, and [apperr.InvalidInput] unless there is
// one line with a valid key: a String (RFC 9651, section 3.3.3), or visible ASCII characters other than quote, backslash and comma.
func Parse(lines []string) (*Key, error) {
	if len(lines) == 0 {
		return nil, nil //nolint:nilnil // no key is no error
	}
	if len(lines) > 1 {
		return nil, invalid("repeated", "The header must be given only once.")
	}
	text, ok := unquote(strings.Trim(lines[0], " \t"))
	switch {
	case !ok:
		return nil, invalid("invalid_characters", "A key is printable ASCII, in double quotes, or without quotes, spaces and commas.")
	case text == "":
		return nil, invalid("blank", "A key must have at least one character.")
	case len(text) > MaxLength:
		return nil, invalid("too_long", "A key must have at most 255 characters.")
	}
	return &Key{Text: text, body: sha256.New()}, nil
}

func invalid(code, detail string) error {
	return apperr.Invalid(apperr.FieldError{Path: Header, Code: code, Detail: detail})
}

// unquote returns the value of a header line. ok is false if it has invalid characters.
func unquote(line string) (text string, ok bool) {
	inner, quoted := strings.CutPrefix(line, `"`)
	if !quoted {
		return line, !strings.ContainsFunc(line, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`"\,`, c) })
	}
	plain := make([]byte, 0, len(inner))
	for i := 0; i < len(inner); i++ {
		switch c := inner[i]; {
		case c == '"':
			return string(plain), i == len(inner)-1
		case c == '\\' && i+1 < len(inner) && (inner[i+1] == '"' || inner[i+1] == '\\'):
			i++
			plain = append(plain, inner[i])
		case c == '\\' || c < ' ' || c > '~':
			return "", false
		default:
			plain = append(plain, c)
		}
	}
	return "", false // the closing quote is missing
}

// Write adds the next bytes of the body to the fingerprint. It returns no error.
func (k *Key) Write(body []byte) (int, error) { return k.body.Write(body) }

// SetFingerprint sets the fingerprint of the request from its method, its path, its query in normal form, and the body that was
// written. Requests with the same key are the same request if they have the same fingerprint.
func (k *Key) SetFingerprint(method, path, query string) {
	sum := sha256.New()
	for _, part := range []string{method, path, query, string(k.body.Sum(nil))} {
		size := binary.BigEndian.AppendUint32(nil, uint32(len(part))) //nolint:gosec // parts of a request line are short
		sum.Write(append(size, part...))
	}
	sum.Sum(k.Fingerprint[:0])
}

// Hash returns the SHA-256 of the key. Only the hash is stored.
func (k *Key) Hash() [sha256.Size]byte { return sha256.Sum256([]byte(k.Text)) }

// LockID returns the number of the advisory lock that the owner of the key holds during the effect.
func (k *Key) LockID(owner int64) int64 {
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(nil, uint64(owner)), k.Text...)) //nolint:gosec // any bits will do
	return int64(binary.BigEndian.Uint64(sum[:]))                                              //nolint:gosec // any bits will do
}
