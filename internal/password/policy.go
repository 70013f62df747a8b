package password

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/username"
)

// MaxBytes is the maximum length of a password in UTF-8. It limits the work of a hash.
const MaxBytes = 1024

// maxSentBytes is the maximum length of a password before normalization, which may make it longer, or at most four times shorter.
const maxSentBytes = 4 * MaxBytes

// common has one password per line, sorted. COMMON-LICENSE names its source.
//
//go:embed common.txt
var common string

// Normalize returns the form in which a password is checked, measured and hashed: spaces of any kind become U+0020, then the
// text is converted to NFC (RFC 8265, section 4.2.2, OpaqueString). So users can type a password on systems that compose letters
// differently. Characters that OpaqueString forbids, such as control characters and the invisible ones in emoji, stay: a user
// who can type them may use them.
func Normalize(password string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Zs, r) {
			return ' '
		}
		return r
	}, password))
}

const tooCommon = "This password is one of the most common ones, which attackers try first."

// Policy decides which passwords are accepted.
type Policy struct {
	MinLength int // in Unicode characters
}

// Check normalizes a new password with [Normalize]. It returns an error of the field `password` if the policy rejects the
// password, and otherwise nil. The name of the account may be empty if it isn't known.
func (p Policy) Check(password, name string) []apperr.FieldError {
	invalid := func(code, detail string) []apperr.FieldError {
		return []apperr.FieldError{{Path: "password", Code: code, Detail: detail}}
	}
	tooLong := fmt.Sprintf("A password must have at most %d bytes.", MaxBytes)
	if len(password) > maxSentBytes {
		return invalid("too_long", tooLong)
	}
	password = Normalize(password)
	switch {
	case password == "":
		return invalid("blank", "A password is required.")
	case strings.ContainsRune(password, 0):
		return invalid("invalid_characters", "A password must not contain NUL characters.")
	case utf8.RuneCountInString(password) < p.MinLength:
		return invalid("too_short", fmt.Sprintf("A password must have at least %d characters.", p.MinLength))
	case len(password) > MaxBytes:
		return invalid("too_long", tooLong)
	case isCommon(password):
		return invalid("too_common", tooCommon)
	case containsName(password, name):
		return invalid("same_as_username", "The password must not be the username, or the username and a few characters.")
	case containsName(password, serviceName):
		return invalid("service_name", "The password must not be the name of this service and a few characters.")
	case isCommon(username.Key(password)): // in letters of another width
		return invalid("too_common", tooCommon)
	case isRepeated(password):
		return invalid("one_character", "The password must not repeat the same characters.")
	case isRun(password):
		return invalid("keyboard_run", "The password must not follow the keys of a keyboard or the alphabet.")
	}
	return nil
}

// isCommon ignores case and surrounding space, as the makers of the list recommend.
func isCommon(password string) bool {
	word := strings.ToLower(strings.TrimSpace(password))
	if strings.Contains(word, "\n") {
		return false // would match several lines
	}
	return strings.Contains("\n"+common, "\n"+word+"\n")
}
