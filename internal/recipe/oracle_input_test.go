package recipe_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/recipe"
)

// pieces are the parts of odd texts: characters with a meaning in SQL, LIKE, regular expressions, JSON and arrays, and letters
// with unusual case rules or several spellings.
var pieces = strings.Split("% _ \\ ' \" { } , . * ? [ ] ( ) | ^ $ NULL null \\u0041 ; -- a A b é É e\u0301 E\u0301 \u0301 s ss SS ß ẞ ſ k K \u212a i I ı İ i\u0307 "+
	"fi \ufb01 FI ffi \ufb03 \ufb00 Σ σ ς ǰ J\u030c j ŉ ʼN Ꭰ \uab70 ᏸ Ᏸ ᾳ αι ΑΙ \u0345 Å å \u212b Ω ω \u2126 ΐ Ϊ\u0301 x\u0301\u0323 x\u0323\u0301 가 \u1100\u1161 中 🍋 \u0001 \u007f \u00a0a \u200b \ufeff \U0010ffff leek Leek LEEK salt egg", " ")

// oddText returns a text that the contract allows: trimmed and not blank.
func oddText(r *rand.Rand) string {
	for {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteString(pieces[r.IntN(len(pieces))])
			if r.IntN(4) == 0 {
				b.WriteString(" ")
			}
		}
		if text := strings.TrimSpace(b.String()); text != "" {
			return text
		}
	}
}

func oddRecipes(r *rand.Rand, count int) []recipe.Input {
	names := make([]string, 8) // few, so that many recipes share them
	for i := range names {
		names[i] = oddText(r)
	}
	var inputs []recipe.Input
	for range count {
		in := recipe.Input{Name: oddText(r), MeatType: oddText(r), Longevity: 1, Frequency: "weekday", State: "active", Ingredients: []recipe.Ingredient{}}
		if r.IntN(2) == 0 {
			in.Note = oddText(r) + "\n" + oddText(r)
		}
		for range r.IntN(7) {
			in.Ingredients = append(in.Ingredients, recipe.Ingredient{Name: inAnyCase(r, names[r.IntN(len(names))]), Quantity: oddText(r)})
		}
		inputs = append(inputs, in)
	}
	return inputs
}

func inAnyCase(r *rand.Rand, text string) string {
	switch r.IntN(7) {
	case 0:
		return strings.ToUpper(text)
	case 1:
		return strings.ToLower(text)
	case 2:
		return norm.NFD.String(text)
	case 3: // without accents
		return strings.Map(func(c rune) rune {
			if c >= 0x300 && c < 0x370 {
				return -1
			}
			return c
		}, norm.NFD.String(text))
	case 4:
		return strings.ReplaceAll(text, " ", "\u00a0\u200b ")
	}
	return text
}

// any returns a random recipe.
func (o *oracle) any(r *rand.Rand) recipe.Recipe {
	ids := slices.Sorted(maps.Keys(o.stored))
	return o.stored[ids[r.IntN(len(ids))]]
}

// query returns a query for texts that exist, for parts of them in any spelling, for texts that seem to exist, or for any text.
func (o *oracle) query(t *testing.T, r *rand.Rand) recipe.Query {
	t.Helper()
	var q recipe.Query
	if r.IntN(3) > 0 {
		q.Search = o.needle(t, r)
	}
	if q.Search == "" || r.IntN(2) == 0 {
		var wanted []string
		for range 1 + r.IntN(5) {
			name := oddText(r)
			if needs := ingredientsOf(t, o.any(r)); len(needs) > 0 && r.IntN(6) > 0 {
				name = " " + inAnyCase(r, needs[r.IntN(len(needs))].Name)
			}
			wanted = append(wanted, name, []string{"", " ", name}[r.IntN(3)])
		}
		q.Ingredients = wanted
	}
	return q
}

func (o *oracle) needle(t *testing.T, r *rand.Rand) string {
	t.Helper()
	one := o.any(r)
	texts := []string{one.Name, one.MeatType, one.Note}
	for _, i := range ingredientsOf(t, one) {
		texts = append(texts, i.Name)
	}
	text, other := texts[r.IntN(len(texts))], texts[r.IntN(len(texts))]
	switch r.IntN(8) {
	case 0:
		return oddText(r)
	case 1: // across two texts, with a possible separator
		return text + []string{"", " ", ",", "\x1f", "\n", `","`, "\x1e"}[r.IntN(7)] + other
	}
	if words := strings.Fields(text + " " + other); r.IntN(4) == 0 { // some words of two texts, in another order
		r.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
		return strings.Join(words[:min(len(words), 3)], " ")
	}
	letters := []rune(text)
	if len(letters) == 0 {
		return ""
	}
	from := r.IntN(len(letters))
	to := from + 1 + r.IntN(min(len(letters)-from, 6))
	return inAnyCase(r, string(letters[from:to]))
}

// change replaces, updates, adds and deletes some recipes: the search must follow.
func (o *oracle) change(t *testing.T, r *rand.Rand) {
	t.Helper()
	for _, in := range oddRecipes(r, 4) {
		replaced, err := o.service.Replace(t.Context(), o.userID, o.any(r).ID, nil, in)
		require.NoError(t, err)
		o.stored[replaced.ID] = asListed([]recipe.Recipe{replaced})[0]
	}
	for i, in := range oddRecipes(r, 8) {
		patch := []recipe.Patch{{Name: &in.Name}, {MeatType: &in.MeatType}, {Note: &in.Note}, {Ingredients: in.Ingredients}}[i%4]
		updated, err := o.service.Update(t.Context(), o.userID, o.any(r).ID, nil, patch)
		require.NoError(t, err)
		o.stored[updated.ID] = asListed([]recipe.Recipe{updated})[0]
	}
	gone := o.any(r).ID
	require.NoError(t, o.service.Delete(t.Context(), o.userID, gone, nil))
	delete(o.stored, gone)
	o.add(t, oddRecipes(r, 2)...)
}
