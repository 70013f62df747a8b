package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	modelHistory = "/api/grocery/history/"
	modelFridge  = "/api/fridge/ingredient/"
	modelLines   = "/api/grocery/list/"
)

func modelItemPath(id int64) string { return fmt.Sprintf("%s%d/", modelFridge, id) }

func modelLinePath(id int64) string { return fmt.Sprintf("%s%d/", modelLines, id) }

// modelItem is an ingredient of the fridge.
type modelItem struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Group string `json:"group"`
}

// modelLine is an item of the checklist.
type modelLine struct {
	ID      int64  `json:"id"`
	Item    string `json:"item"`
	Checked bool   `json:"isChecked"`
}

// modelPlan is an entry of the history.
type modelPlan struct {
	ID        int64   `json:"id"`
	Recipes   []int64 `json:"recipes"`
	CreatedAt string  `json:"created_at"`
}

// modelBasket is the response to a plan.
type modelBasket struct {
	Buy  []modelNeed `json:"grocery_list"`
	Have []modelNeed `json:"others"`
}

func (w *modelRun) fillFridge(c *modelUser) {
	name, want := w.text("food", modelHeld)
	c.Call(w.tb, http.MethodPost, modelFridge, map[string]any{"name": name, "group": "any"}).Is(w.tb, http.StatusCreated)
	c.fridge = append(c.fridge, modelItem{Name: want})
}

func (w *modelRun) plan(c *modelUser) {
	if len(c.recipes) == 0 {
		return
	}
	ids := []int64{}
	for range rapid.IntRange(1, 5).Draw(w.T, "choices") {
		ids = append(ids, c.recipes[w.which(len(c.recipes))].ID)
	}
	want := c.basket(ids)
	a := c.Call(w.tb, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids})
	require.Equal(w, want, modelDecode[modelBasket](w, a.Is(w.tb, http.StatusOK)))
	w.count("a sum of quantities", slices.ContainsFunc(want.Buy, func(n modelNeed) bool { return strings.Contains(n.Quantity, " + ") }))
	w.count("something to buy, and something in the fridge", len(want.Buy) > 0 && len(want.Have) > 0)
	w.count("a recipe that is chosen twice", len(slices.Compact(slices.Sorted(slices.Values(ids)))) < len(ids))
	for i := range c.recipes {
		if slices.Contains(ids, c.recipes[i].ID) {
			c.recipes[i].State = "used"
		}
	}
	recent := modelDecode[[]modelPlan](w, w.ok(c, modelHistory+"recent/"))
	require.Len(w, recent, 1)
	w.newest.plan.requireNewer(w, recent[0].ID, recent[0].CreatedAt)
	require.Equal(w, ids, recent[0].Recipes)
	c.plans = append(c.plans, recent[0])
}

// basket returns the sum of the recipes' ingredients.
func (c *modelUser) basket(ids []int64) modelBasket {
	var all []modelNeed
	for _, id := range ids {
		r := c.recipes[slices.IndexFunc(c.recipes, func(r modelRecipe) bool { return r.ID == id })]
		for _, need := range r.Ingredients {
			at := slices.IndexFunc(all, func(n modelNeed) bool { return modelFold(n.Name) == modelFold(need.Name) })
			switch {
			case at < 0:
				all = append(all, need)
			case all[at].Quantity == "":
				all[at].Quantity = need.Quantity
			case need.Quantity != "":
				all[at].Quantity += " + " + need.Quantity
			}
		}
	}
	basket := modelBasket{[]modelNeed{}, []modelNeed{}}
	for _, need := range all {
		if slices.ContainsFunc(c.fridge, func(i modelItem) bool { return modelFold(i.Name) == modelFold(need.Name) }) {
			basket.Have = append(basket.Have, need)
		} else {
			basket.Buy = append(basket.Buy, need)
		}
	}
	return basket
}

func (w *modelRun) pageHistory(c *modelUser) {
	all := append([]modelPlan{}, c.plans...)
	slices.Reverse(all)
	require.Equal(w, all, modelPages[modelPlan](w, c, modelHistory, url.Values{}, len(all)))
}

// The words of all texts. There are few, so that many texts share them. Some are spellings of the same word, and some have characters
// that are special in SQL, URLs and JSON. The first words are drawn more often.
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
		"leeksalt", "leek salt", "leek\x1fsalt", `","`, "salt leek", "soup leek", "e", "ez", "s", "S", "ss", "ß", "SOUP", "é", "É", "E\u0301", "%", "_", `\`, "'", `"`, "i", "İ", "i\u0307", ",", " ", "fish",
		"leek", "a", "σας", "ΣΑΣ", "ﬀ", "FF", "0", "&", "+", "\n", "", "nothing",
	}
)

// modelFolding is Unicode's full case folding of the characters in the words above, except for İ, which counts as i. It doesn't use the
// code of the server, because that would prove nothing.
var modelFolding = strings.NewReplacer("E\u0301", "é", "e\u0301", "é", "É", "é", "ß", "ss", "İ", "i", "Σ", "σ", "ς", "σ", "Α", "α",
	"Ä", "ä", "ﬀ", "ff", "i\u0307", "i", "\u2028", " ", "\x1f", " ", "\u200b", "")

// modelFold returns the form in which names and words are compared.
func modelFold(text string) string {
	return strings.Join(strings.Fields(modelASCII.Replace(modelFolding.Replace(text))), " ")
}

// modelPlain returns a folded text without accents.
func modelPlain(folded string) string {
	return strings.NewReplacer("é", "e", "ä", "a", "û", "u", "\u0301", "").Replace(folded)
}

// modelHas reports whether a folded word is in a text. A word with accents must have the same accents in the text; a word without accents
// matches any accents.
func modelHas(text, word string) bool {
	folded := modelFold(text)
	return strings.Contains(folded, word) || modelPlain(word) == word && strings.Contains(modelPlain(folded), word)
}

// modelLower returns the lower case of the words above.
func modelLower(text string) string {
	return modelASCII.Replace(strings.NewReplacer("İ", "i", "É", "é", "Σ", "σ", "Α", "α", "Ä", "ä").Replace(text))
}

// modelASCII turns A to Z into lower case.
var modelASCII = func() *strings.Replacer {
	var pairs []string
	for c := 'A'; c <= 'Z'; c++ {
		pairs = append(pairs, string(c), string(c+'a'-'A'))
	}
	return strings.NewReplacer(pairs...)
}()

// text draws a text. It returns the text to send and the text that the server must return.
func (w *modelRun) text(of string, words []string) (sent, want string) {
	want = rapid.SampledFrom(words).Draw(w.T, of)
	if w.chance(4, "two words") {
		want = strings.TrimSpace(want + " " + rapid.SampledFrom(words).Draw(w.T, of+" too"))
	}
	want = strings.TrimSpace(want)
	pad := rapid.SampledFrom([]string{"", "", " ", "\n\t ", "\u00a0"})
	return pad.Draw(w.T, "before") + want + pad.Draw(w.T, "behind"), want
}
