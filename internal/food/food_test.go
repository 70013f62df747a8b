package food

import (
	"encoding/json"
	"math/big"
	"os"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// oneFood has one food in each row: a language, and names of the food in it.
var oneFood = [][]string{
	{"en", "tomatoes", "Tomato, ripe", "TOMATOES", "tomato, chopped", "fresh tomatoes", "tomato (diced)", " tomato "},
	{"en", "crème fraîche", "creme fraiche", "crème fraiche", "Cre\u0300me frai\u0302che"},
	{"en", "jalapeño", "jalapenos", "jalapeno peppers"},
	{"en", "bay leaf", "bay leaves", "bayleaf", "bay-leaves"},
	{"en", "butter", "butter, melted", "Butter (softened)", "cold butter"},
	{"en", "eggs", "egg", "large eggs", "beaten egg"},
	{"en", "kohlrabi", "Kohlrabis"},
	{"en", "potato", "potatoes", "Potatoes, peeled"},
	{"en", "loaf of bread", "bread"},
	{"en", "cherry", "cherries"},
	{"en", "anchovy", "anchovies"},
	{"en", "spring onions", "scallions", "green onion", "Spring-onion"},
	{"en", "fresh coriander", "cilantro", "coriander", "coriander leaves"},
	{"en", "aubergine", "eggplants"},
	{"en", "courgettes", "zucchini"},
	{"en", "powdered sugar", "icing sugar", "confectioners' sugar", "confectioner’s sugar", "Confectioners Sugar"},
	{"en", "garbanzo beans", "chickpeas", "chick peas"},
	{"en", "prawns", "shrimp", "raw shrimp"},
	{"en", "rocket", "arugula"},
	{"en", "cornstarch", "corn starch", "cornflour"},
	{"en", "baking soda", "bicarbonate of soda"},
	{"en", "beetroot", "beets"},
	{"en", "minced beef", "ground beef", "beef mince"},
	{"en", "dragon beans", "Dragon bean", "dragon beans, chopped"}, // not in the dictionary
	{"de", "Zwiebel", "Zwiebeln", "ZWIEBELN", "Zwiebel, gehackt"},
	{"", "Butter", "Butter, zerlassen", "Butter, weich", "zerlassene Butter", "geschmolzene Butter"},
	{"", "water", "water, lauw", "lauw water"},
	{"", "Kirsche", "Kirschen"},
	{"", "pomme", "pommes"},
	{"", "grosella", "grosellas"},
	{"", "pato", "patos"},
	{"", "berro", "berros"},
	{"", "pimiento", "pimientos"},
	{"", "cebollino", "cebollinos"},
	{"", "beer", "beers"},
	{"", "eieren", "eieren, geklutst"},
	{"de", "Möhren", "Karotte", "Moehren", "Mohren", "Mohrrüben"},
	{"de", "Äpfel", "Apfel", "Aepfel"},
	{"de", "Eier", "Ei", "Eiern"},
	{"de", "frischer Koriander", "Koriander"},
	{"de", "Sahne", "Rahm", "Obers"},
	{"fr", "pommes de terre", "pomme de terre"},
	{"fr", "œufs", "œuf", "oeufs", "Oeuf"},
	{"fr", "poireaux", "poireau"},
	{"fr", "crème fraîche", "creme fraiche"},
	{"fr", "échalotes", "echalote", "échalote, émincée"},
	{"nl", "uien", "ui"},
	{"nl", "tomaten", "tomaat"},
	{"nl", "aardappelen", "aardappels", "aardappel"},
	{"nl", "bonen", "boon"},
	{"es", "limones", "limón", "limon"},
	{"es", "patatas", "papa"},
	{"es", "pimientos rojos", "pimiento rojo"},
	{"it", "uova", "uovo"},
	{"it", "pomodori", "pomodoro"},
	{"it", "zucchine", "zucchina"},
	{"it", "peperoni rossi", "peperone rosso"},
	{"vi", "hành lá", "Hành Lá", "hanh la"},
	{"vi", "bò", "thịt bò"},
	{"vi", "trứng gà", "trứng"},
}

func TestNamesOfOneFoodHaveOneKey(t *testing.T) {
	t.Parallel()
	for _, names := range oneFood {
		for _, n := range names[2:] {
			require.Equal(t, find(names[1], names[0]).Key, find(n, names[0]).Key, "%q and %q", names[1], n)
		}
	}
}

func TestFoodsThatLookAlikeStayApart(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]string{
		{"bò", "bơ"}, {"dừa", "dứa"}, {"me", "mè"}, {"ngò", "ngô"}, {"rau má", "rau mà"},
		{"milk", "coconut milk"}, {"milk", "buttermilk"}, {"milk", "milk chocolate"}, {"chicken stock", "chicken breast"},
		{"coriander", "coriander seeds"}, {"coriander", "ground coriander"}, {"tomato", "tomato paste"}, {"tomato", "cherry tomatoes"},
		{"baking powder", "baking soda"}, {"sugar", "brown sugar"}, {"sugar", "powdered sugar"}, {"flour", "corn flour"},
		{"corn flour", "cornflour"}, {"potato", "sweet potato"}, {"onion", "onion powder"}, {"onion", "spring onion"},
		{"garlic", "garlic powder"}, {"thyme", "dried thyme"}, {"egg", "egg white"}, {"egg", "eggplant"}, {"butter", "peanut butter"},
		{"pepper", "bell pepper"}, {"pepper", "peppers"}, {"rice", "rice vinegar"}, {"cream", "cream cheese"}, {"cream", "sour cream"},
		{"vinegar", "balsamic vinegar"}, {"oil", "olive oil"}, {"lemon", "lemon juice"}, {"lemon", "lime"}, {"beef", "minced beef"},
		{"wine", "red wine vinegar"}, {"chocolate", "white chocolate"}, {"yeast", "fresh yeast"}, {"plum", "prune"}, {"sage", "sago"},
	} {
		require.NotEqual(t, find(pair[0], "").Key, find(pair[1], "").Key, "%q and %q", pair[0], pair[1])
	}
}

func TestALanguageDecidesBetweenNames(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"prune", "en", "prune"}, {"prune", "fr", "plum"}, {"paprika", "en", "paprika"}, {"paprika", "nl", "bell pepper"},
		{"raisins", "en", "raisin"}, {"raisins", "fr", "grape"}, {"pan", "es", "bread"}, {"burro", "it", "butter"},
		{"limone", "it", "lemon"}, {"col", "", "cabbage"}, {"Zwiebeln", "", "onion"}, {"Zwiebeln", "en", "onion"},
	} {
		require.Equal(t, c[2], find(c[0], c[1]).Key, "%q in %q", c[0], c[1])
	}
}

func TestTheFoodSaysHowTheNameLedToIt(t *testing.T) {
	t.Parallel()
	require.Equal(t, Food{Key: "onion", Term: "onion", Name: "Onions", Match: Spelling}, find("Onions", "en"))
	require.Equal(t, Food{Key: "spring onion", Term: "scallion", Name: "scallions", Match: Synonym, OwnName: "spring onion"}, find("scallions", "en"))
	require.Equal(t, Food{Key: "potato", Term: "Kartoffel", Name: "Kartoffeln", Match: Translation, OwnName: "potato"}, find("Kartoffeln", "de"))
	require.Equal(t, "butter", find("butter, melted", "en").Name)
	require.Equal(t, Spelling, find("butter, melted", "en").Match)
}

func TestAnAliasWins(t *testing.T) {
	t.Parallel()
	c := New([]Setting{
		{Name: "onion", Aliases: []string{"Grandma's bulbs", "courgette"}, PieceWeight: big.NewRat(200, 1), Density: big.NewRat(1, 2), Staple: true},
		{Name: "grandma's bulbs", Aliases: []string{"bulblets"}, Aisle: "Vegetables"},
	})

	for _, name := range []string{"Grandmas bulb", "courgettes", "bulblet"} {
		f := c.Find(name, "en")
		require.Equal(t, "onion", f.Key, name)
		require.Equal(t, Alias, f.Match, name)
	}
	require.Equal(t, "courgette", c.Find("zucchini", "en").Key)
	w, ok := c.PieceWeight("onion", nil)
	require.True(t, ok)
	require.Equal(t, Factor{Value: big.NewRat(200, 1), Source: User, Description: "your setting: 1 piece = 200 g"}, w)
	d, ok := c.Density("onion")
	require.True(t, ok)
	require.Equal(t, Factor{Value: big.NewRat(1, 2), Source: User, Description: "your setting: 1 ml = 0.5 g"}, d)
	s, ok := c.Settings("onion")
	require.True(t, ok)
	require.True(t, s.Staple)
	require.Equal(t, "Vegetables", s.Aisle)
}

func TestFactorsComeFromTheTable(t *testing.T) {
	t.Parallel()
	var c *Catalog
	d, ok := c.Density("flour")
	require.True(t, ok)
	require.Equal(t, "USDA SR21 20081, Wheat flour, white, all-purpose, enriched, bleached: 1 cup = 125 g", d.Description)
	cup, _ := new(big.Rat).SetString("236.5882365")
	require.Equal(t, "125", new(big.Rat).Mul(d.Value, cup).RatString())
	w, ok := c.PieceWeight("onion", nil)
	require.True(t, ok)
	require.Equal(t, "110", w.Value.RatString())
	_, ok = c.PieceWeight(c.Find("kohlrabi", "en").Key, nil)
	require.False(t, ok, "SR21 has no piece of it")
	_, ok = c.Density(c.Find("low-sodium chicken broth", "en").Key)
	require.True(t, ok, "it weighs what chicken broth does")
	_, ok = c.Density(c.Find("dragon beans", "en").Key)
	require.False(t, ok)
}

// TestThePlansNamesLeadToTheirFoods checks that each name in the example plans belongs to the expected food and to no other.
func TestThePlansNamesLeadToTheirFoods(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../planner/testdata/plans.json")
	require.NoError(t, err)
	var plans []struct {
		Name   string
		Foods  []struct{ Name string }
		Expect []struct {
			Food      string
			Names     []string
			ApartFrom []string `json:"apart_from"`
		}
	}
	require.NoError(t, json.Unmarshal(data, &plans))
	require.Len(t, plans, 30)
	for _, p := range plans {
		if p.Name == "Zwiebel is onion because the cook said so" {
			continue // it tests an alias of a name that the dictionary may know as a translation
		}
		keys := map[string]string{}
		for _, e := range p.Expect {
			key := find(e.Food, "").Key
			require.Empty(t, keys[key], "%s: %q is %q", p.Name, e.Food, keys[key])
			keys[key] = e.Food
			for _, n := range e.Names {
				require.Equal(t, key, find(n, "").Key, "%s: %q", p.Name, n)
			}
			for _, n := range e.ApartFrom {
				require.NotEqual(t, key, find(n, "").Key, "%s: %q", p.Name, n)
			}
		}
	}
}

func TestFindTakesAnyName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"𠀀𠀀 漢漢s", "ÿÿ", "\U00010000xx"}), rapid.StringMatching(`[a-zäöüéèñđơư' ,()-]{0,40}`)).Draw(t, "name")
		language := rapid.SampledFrom([]string{"", "en", "de", "vi", "xx"}).Draw(t, "language")
		var c *Catalog
		f := c.Find(name, language)
		require.Equal(t, f, find(name, language))
		require.Equal(t, f.Match == Spelling, f.OwnName == "")
		require.True(t, !utf8.ValidString(name) || utf8.ValidString(f.Key+f.Term+f.Name), "%+q", f)
	})
}

func BenchmarkFind(b *testing.B) {
	c := New([]Setting{{Name: "onion", Aliases: []string{"bulb"}}})
	for b.Loop() {
		c.Find("tomatoes, chopped", "en")
	}
}

func BenchmarkFindWithoutCache(b *testing.B) {
	for b.Loop() {
		find("tomatoes, chopped", "en")
	}
}
