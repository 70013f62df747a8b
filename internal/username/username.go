// Package username normalises the names of accounts, the same way at registration and at login.
package username

import (
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/fold"
)

// Normalize returns the form that is checked, counted and shown: NFKC (UAX #15).
func Normalize(name string) string { return norm.NFKC.String(name) }

// Key returns the form by which an account is found and unique: Unicode's toNFKC_Casefold (section
// 3.13.5), so that neither case, nor width, nor characters that can't be seen make another name.
func Key(name string) string {
	return norm.NFKC.String(visible.String(fold.Case(norm.NFKC.String(name))))
}

// visible removes what can't be seen.
var visible = runes.Remove(runes.Predicate(func(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}))
