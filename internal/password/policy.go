package password

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/username"
)

// MaxBytes is the most that a password may have, in UTF-8: what a client can make the server hash is bounded.
const MaxBytes = 1024

// common is sorted, one password a line; COMMON-LICENSE says where it comes from.
//
//go:embed common.txt
var common string

// Policy decides which passwords are accepted.
type Policy struct {
	MinLength int // in Unicode characters
}

// Check returns what is wrong with a new password for the account of this name, as faults of the member
// `password`; none: it is accepted. The name may be empty if it isn't known.
func (p Policy) Check(password, name string) []apperr.FieldError {
	flaw := func(code, detail string) []apperr.FieldError {
		return []apperr.FieldError{{Path: "password", Code: code, Detail: detail}}
	}
	switch {
	case password == "":
		return flaw("blank", "A password is needed.")
	case strings.ContainsRune(password, 0):
		return flaw("invalid_characters", "A password must not have NUL characters.")
	case utf8.RuneCountInString(password) < p.MinLength:
		return flaw("too_short", fmt.Sprintf("A password must have at least %d characters.", p.MinLength))
	case len(password) > MaxBytes:
		return flaw("too_long", fmt.Sprintf("A password must have at most %d bytes.", MaxBytes))
	case isCommon(password):
		return flaw("too_common", "This password is one of the most used ones; whoever attacks tries it first.")
	case name != "" && username.Key(strings.TrimSpace(password)) == username.Key(strings.TrimSpace(name)):
		return flaw("same_as_username", "The password must not be the username.")
	}
	return nil
}

// isCommon compares without regard to case and surrounding space, as the list was made to be used.
func isCommon(password string) bool {
	word := strings.ToLower(strings.TrimSpace(password))
	if strings.Contains(word, "\n") {
		return false // would match several lines
	}
	return strings.Contains("\n"+common, "\n"+word+"\n")
}
