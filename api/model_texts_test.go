package api_test

import (
	"strings"

	"pgregory.net/rapid"
)

// The words of which texts are made: few, so that they meet again, in other spellings and among what is special to SQL,
// URLs and JSON. Those at the front are drawn more often.
var (
	modelNames = []string{
		"soup", "Soup", "SOUP", "Straße", "STRASSE", "É", "é", "E\u0301", "e\u0301", "İ", "i", "100%", "_", `\`, `"q"`, "a,b",
		"'", "<b>&", "10 soups", "9 soups", "z", "ezä", "Σας", "ΣΑΣ", "%s", "😀", "a\u2028b",
	}
	modelKinds = []string{"fish", "Fish", "ÄU", "äu", "a", "B", "_", "😀", "ﬀ", `\`}
	modelFoods = []string{"leek", "Salt", "egg", "le\u200bek", "a\u00a0 B", "a b", "Leek", "LEEK", "İ", "i", "É", "é", "e\u0301", "Straße", "STRASSE", "a,b", "a", `"{}\`, "null", "%", "ΣΑΣ"}
	modelHeld  = []string{"Leek", "SALT", "A\u200b b", "e\u0301", "STRASSE", "leek", "Egg", "É", "İ", "e\u0301", "STRASSE", "Straße", "A,B", "ΣΑΣ", `"{}\`, "null"}
	modelNotes = []string{"", "soup", "two\nlines", "STRASSE", `\n`, "é", "0"}
	modelParts = []string{
		"leeksalt", "leek salt", "salt leek", "soup leek", "e", "ez", "s", "S", "ss", "ß", "SOUP", "é", "É", "E\u0301", "%", "_", `\`, "'", `"`, "i", "İ", "i\u0307", ",", " ", "fish",
		"leek", "a", "σας", "ΣΑΣ", "ﬀ", "FF", "0", "&", "+", "\n", "", "nothing",
	}
)

// modelFolding is Unicode's full case folding of what the words above are made of, but for İ, which counts as i. It is
// written out: the server's own would prove nothing.
var modelFolding = strings.NewReplacer("E\u0301", "é", "e\u0301", "é", "É", "é", "ß", "ss", "İ", "i", "Σ", "σ", "ς", "σ", "Α", "α",
	"Ä", "ä", "ﬀ", "ff", "i\u0307", "i", "\u2028", " ", "\u200b", "")

// modelFold is the form in which names and words are the same.
func modelFold(text string) string {
	return strings.Join(strings.Fields(modelASCII.Replace(modelFolding.Replace(text))), " ")
}

// modelPlain is a folded text without accents.
func modelPlain(folded string) string {
	return strings.NewReplacer("é", "e", "ä", "a", "û", "u", "\u0301", "").Replace(folded)
}

// modelHas tells whether a folded word is in a text: with its accents, or in any accents if it has none.
func modelHas(text, word string) bool {
	folded := modelFold(text)
	return strings.Contains(folded, word) || modelPlain(word) == word && strings.Contains(modelPlain(folded), word)
}

// modelLower is the lower case of the words above.
func modelLower(text string) string {
	return modelASCII.Replace(strings.NewReplacer("İ", "i", "É", "é", "Σ", "σ", "Α", "α", "Ä", "ä").Replace(text))
}

// modelASCII brings A to Z into lower case.
var modelASCII = func() *strings.Replacer {
	var pairs []string
	for c := 'A'; c <= 'Z'; c++ {
		pairs = append(pairs, string(c), string(c+'a'-'A'))
	}
	return strings.NewReplacer(pairs...)
}()

// text draws a text: as it is sent, and as it must come back.
func (w *modelRun) text(of string, words []string) (sent, want string) {
	want = rapid.SampledFrom(words).Draw(w.T, of)
	if w.chance(4, "two words") {
		want = strings.TrimSpace(want + " " + rapid.SampledFrom(words).Draw(w.T, of+" too"))
	}
	want = strings.TrimSpace(want)
	pad := rapid.SampledFrom([]string{"", "", " ", "\n\t ", "\u00a0"})
	return pad.Draw(w.T, "before") + want + pad.Draw(w.T, "behind"), want
}
