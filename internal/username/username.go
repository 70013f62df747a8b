// Package username normalises the names of accounts, the same way at registration and at login.
package username

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/fold"
)

// Normalize returns the form that is checked, counted and shown: NFKC (UAX #15).
func Normalize(name string) string { return norm.NFKC.String(name) }

// Check returns the fault of a new account's name in its normal form, if it has one: characters that are neither letters,
// marks nor digits of any script (Unicode's categories L, M and N) nor one of @ . + _ -.
func Check(name string) []apperr.FieldError {
	for _, r := range name {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N) && !strings.ContainsRune("@.+_-", r) {
			return []apperr.FieldError{{Path: "username", Code: "invalid_characters", Detail: "Use only letters, digits and @ . + _ - in a username."}}
		}
	}
	return nil
}

// Key returns the form by which an account is found and unique: Unicode's toNFKC_Casefold (section
// 3.13.5), so that neither case, nor width, nor characters that can't be seen make another name.
func Key(name string) string {
	return norm.NFKC.String(visible.String(fold.Case(norm.NFKC.String(name))))
}

// visible removes what can't be seen.
var visible = runes.Remove(runes.Predicate(func(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}))
