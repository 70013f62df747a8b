package food

import "strings"

// Counted returns the singular or plural of an English name to write after a number of pieces: "egg" after 1 and "eggs" after 2. It
// changes only the last word, and only if the dictionary has the name in English and the table has the weight of a piece: other foods
// aren't counted.
func Counted(name string, many bool) string {
	f := findCached(name, "en")
	if _, known := weightsOf(f.Key).counted["piece"]; !known || f.Match == Translation {
		return name
	}
	rest, word := name[:len(name)-len(lastWord(name))], lastWord(name)
	isName := func(one string) bool {
		return strings.EqualFold(one, lastWord(f.Key)) || strings.EqualFold(one, lastWord(f.Term))
	}
	for _, e := range pluralEndings {
		stem, found := strings.CutSuffix(word, e.many)
		if one := stem + e.one; found && isName(one) {
			if many {
				return name
			}
			return rest + one
		}
	}
	if many && isName(word) {
		return rest + pluralOf(word)
	}
	return name
}

func lastWord(name string) string { return name[strings.LastIndexAny(name, " -")+1:] }

// pluralEndings are the endings of English plurals and of their singulars.
var pluralEndings = []struct{ many, one string }{{"ies", "y"}, {"ves", "f"}, {"es", ""}, {"s", ""}}

// invariantNouns has words whose plural is the same as the singular, and words that aren't counted.
var invariantNouns = map[string]bool{
	"bread": true, "carp": true, "choi": true, "cod": true, "corn": true, "fennel": true, "haddock": true, "halibut": true, "herring": true,
	"mackerel": true, "okra": true, "perch": true, "pike": true, "shiitake": true, "sole": true, "spinach": true, "trout": true,
}

// pluralOf returns the plural of an English word. It doesn't change a word that ends in s, which may be a plural already.
func pluralOf(word string) string {
	lower := strings.ToLower(word)
	ends := func(endings ...string) bool {
		for _, e := range endings {
			if strings.HasSuffix(lower, e) {
				return true
			}
		}
		return false
	}
	switch {
	case invariantNouns[lower], ends("s", "fish"):
		return word
	case ends("y") && !ends("ay", "ey", "oy", "uy"):
		return word[:len(word)-1] + "ies"
	case ends("ch", "sh", "x", "tomato", "potato", "mango"):
		return word + "es"
	}
	return word + "s"
}
