// Package username normalises the names of accounts, the same way at registration and at login.
package username

import (
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Normalize returns the form that is checked, counted and shown: NFKC (UAX #15).
func Normalize(name string) string { return norm.NFKC.String(name) }

// Key returns the form by which an account is found and unique: Unicode's toNFKC_Casefold (section
// 3.13.5), so that neither case, nor width, nor characters that can't be seen make another name.
func Key(name string) string {
	ignorable := runes.Remove(runes.In(unicode.Other_Default_Ignorable_Code_Point))
	selectors := runes.Remove(runes.In(unicode.Variation_Selector))
	chain := transform.Chain(norm.NFKC, cases.Fold(), runes.Map(foldCherokee), ignorable, selectors, norm.NFKC)
	key, _, err := transform.String(chain, name)
	if err != nil {
		return name // no transformer of the chain fails on any input
	}
	return key
}

// foldCherokee puts right the one script whose case folding goes to the capitals (CaseFolding.txt), and which
// x/text swaps instead.
func foldCherokee(r rune) rune {
	switch {
	case r >= 0x13F8 && r <= 0x13FD:
		return r - 8
	case r >= 0xAB70 && r <= 0xABBF:
		return r - 0xAB70 + 0x13A0
	}
	return r
}
