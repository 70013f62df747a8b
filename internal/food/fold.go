package food

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/casefold"
)

// words returns the words of a name in lower case and without punctuation. A hyphen separates words, an apostrophe doesn't.
func words(name string) []string {
	return strings.FieldsFunc(apostrophes.Replace(casefold.Text(name)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '%'
	})
}

var apostrophes = strings.NewReplacer("'", "", "’", "")

// withoutMarks removes the marks of letters: "crème" and "creme" become the same.
func withoutMarks(word string) string {
	if isASCII(word) {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(word) {
		switch {
		case unicode.IsMark(r):
		case plainLetters[r] != "":
			b.WriteString(plainLetters[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plainLetters has plain forms of letters that have no decomposition in Unicode.
var plainLetters = map[rune]string{'đ': "d", 'ø': "o", 'ł': "l", 'œ': "oe", 'æ': "ae", 'ı': "i", 'ð': "d"}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// compatibleMarks reports whether two names with the same plain letters may be the same. Missing marks don't matter, but different marks
// do: bò is beef and bơ is butter.
func compatibleMarks(a, b string) bool {
	a, b = norm.NFD.String(a), norm.NFD.String(b)
	for a != "" && b != "" {
		la, lb := cutLetter(&a), cutLetter(&b)
		if la != lb && utf8.RuneCountInString(la) > 1 && utf8.RuneCountInString(lb) > 1 {
			return false
		}
	}
	return true
}

// cutLetter removes the first letter and its marks from a decomposed text, and returns them.
func cutLetter(s *string) string {
	first := true
	for i, r := range *s {
		if !first && !unicode.IsMark(r) {
			l := (*s)[:i]
			*s = (*s)[i:]
			return l
		}
		first = false
	}
	l := *s
	*s = ""
	return l
}

// stem removes the endings of plurals and genders in all languages from a plain word. The result isn't a word, but it is the same
// for "tomato", "tomatoes" and "Tomaten", for "leaf" and "leaves", and for "boon" and "bonen".
func stem(word string) string {
	w := withoutDoubles(word)
	if n := len(w); n > 2 && w[n-1] == 's' && !strings.HasSuffix(word, "ss") || strings.HasSuffix(w, "ux") {
		w = w[:n-1]
	}
	if n := len(w); n > 4 && strings.HasSuffix(w, "en") {
		w = w[:n-2]
	} else if n > 4 && (strings.HasSuffix(w, "eln") || strings.HasSuffix(w, "ern")) {
		w = w[:n-1]
	}
	if n := len(w); n > 4 && (strings.HasSuffix(w, "ie") || strings.HasSuffix(w, "oe") || strings.HasSuffix(w, "he")) {
		w = w[:n-1]
	}
	switch n := len(w); {
	case n > 3 && strings.IndexByte("aeioy", w[n-1]) >= 0:
		return w[:n-1]
	case n > 3 && w[n-1] == 'f':
		return w[:n-1] + "v"
	}
	return w
}

// withoutDoubles replaces doubled ASCII letters with one. Other letters have several bytes, which may repeat within a letter.
func withoutDoubles(word string) string {
	for i := 1; i < len(word); i++ {
		if word[i] == word[i-1] && isLetter(word[i]) {
			b := []byte(word[:i])
			for _, c := range []byte(word[i:]) {
				if c != b[len(b)-1] || !isLetter(c) {
					b = append(b, c)
				}
			}
			return string(b)
		}
	}
	return word
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
