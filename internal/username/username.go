// Package username normalizes and checks the names of accounts, in the same way for registration and login.
package username

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
)

// Normalize returns a name in NFKC (UAX #15). Names are checked, measured, stored and shown in this form.
func Normalize(name string) string { return norm.NFKC.String(name) }

// Check returns a field error if the normalized name of a new account has characters other than letters, marks and digits
// of any script (Unicode's categories L, M and N) and @ . + _ -. Otherwise it returns nil.
func Check(name string) []apperr.FieldError {
	for _, r := range name {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune("@.+_-", r) {
			return []apperr.FieldError{{Path: "username", Code: "invalid_characters", Detail: "Use only letters, digits and @ . + _ - in a username."}}
		}
	}
	return nil
}

// Key returns the form in which names are unique, looked up and compared: names that differ only in case, width or
// invisible characters have the same key. A name of invisible characters has the key "".
func Key(name string) string { return casefold.Text(name) }
