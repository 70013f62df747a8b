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
		"'", "<b>&", "Σας", "ΣΑΣ", "%s", "😀", "a\u2028b",
	}
	modelKinds  = []string{"fish", "Fish", "ÄU", "äu", "a", "B", "_", "😀", "ﬀ", `\`}
	modelGroups = []string{"A", "B", "a", "É", "a/b", "50%", "b?c=d&e", "#", "+", `"`, `\`, "😀", "ﬀ", "a/", "E\u0301"}
	modelFoods  = []string{"leek", "Salt", "egg", "Leek", "LEEK", "İ", "i", "É", "é", "e\u0301", "Straße", "STRASSE", "a,b", "a", `"{}\`, "null", "%", "ΣΑΣ"}
	modelHeld   = []string{"Leek", "SALT", "leek", "Egg", "É", "İ", "e\u0301", "STRASSE", "Straße", "A,B", "ΣΑΣ", `"{}\`, "null"}
	modelNotes  = []string{"", "soup", "two\nlines", "STRASSE", `\n`, "é", "0"}
	modelParts  = []string{
		"leeksalt", "leek salt", "s", "S", "ss", "ß", "SOUP", "é", "É", "E\u0301", "%", "_", `\`, "'", `"`, "i", "İ", "i\u0307", ",", " ", "fish",
		"leek", "a", "σας", "ΣΑΣ", "ﬀ", "FF", "0", "&", "+", "\n", "", "nothing",
	}
)

// modelFolding is Unicode's full case folding of what the words above are made of, but for İ, which counts as i. It is
// written out: the server's own would prove nothing.
var modelFolding = strings.NewReplacer("E\u0301", "é", "e\u0301", "é", "É", "é", "ß", "ss", "İ", "i", "Σ", "σ", "ς", "σ", "Α", "α",
	"Ä", "ä", "ﬀ", "ff")

func modelFold(text string) string { return modelASCII.Replace(modelFolding.Replace(text)) }

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

// text draws a text: as it is typed, and as it must come out.
func (w *modelRun) text(of string, words []string) (typed, kept string) {
	kept = rapid.SampledFrom(words).Draw(w.T, of)
	if w.chance(4, "two words") {
		kept = strings.TrimSpace(kept + " " + rapid.SampledFrom(words).Draw(w.T, of+" too"))
	}
	kept = strings.TrimSpace(kept)
	pad := rapid.SampledFrom([]string{"", "", " ", "\n\t ", "\u00a0"})
	return pad.Draw(w.T, "before") + kept + pad.Draw(w.T, "behind"), kept
}

// modelMissing stands for a member that is left out.
type modelMissing struct{}

// invalidMember is a fault that a body can have.
type invalidMember struct {
	member string
	value  any
	fault  string
}

// String names the fault in the record of a history.
func (f invalidMember) String() string { return f.fault }

// invalidTexts are those of a required text.
func invalidTexts(member string, most int) []invalidMember {
	return []invalidMember{
		{member, modelMissing{}, member + ":required"}, {member, " \n", member + ":blank"}, {member, 7, member + ":not_a_string"},
		{member, strings.Repeat("é", most+1), member + ":too_long"}, {member, nil, member + ":not_a_string"},
		{member, "a\x00", member + ":invalid_characters"}, {member, []string{"a"}, member + ":not_a_string"},
	}
}

// corrupt gives a body now and then some of these flaws, one a member, and returns the faults. In a patch nothing is
// required.
func (w *modelRun) corrupt(body map[string]any, patch bool, flaws []invalidMember) (faults []string) {
	if !w.chance(12, "corrupted") {
		return nil
	}
	corrupted := map[string]bool{}
	for range rapid.IntRange(1, 3).Draw(w.T, "faults") {
		f := rapid.SampledFrom(flaws).Draw(w.T, "fault")
		_, missing := f.value.(modelMissing)
		switch {
		case corrupted[f.member], missing && patch:
			continue
		case missing:
			delete(body, f.member)
		default:
			body[f.member] = f.value
		}
		corrupted[f.member] = true
		faults = append(faults, f.fault)
	}
	return faults
}
