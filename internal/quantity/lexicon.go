package quantity

import (
	"embed"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// Languages returns the supported languages as ISO 639-1 codes.
func Languages() []string { return slices.Clone(languages) }

var languages = []string{"en", "de", "fr", "nl", "es", "it", "vi"}

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// class is a set of word classes. A word may be in several classes: the Dutch word "of" means "or".
type class uint64

const (
	aboutWord     class = 1 << iota // about, ca.
	aboutAfter                      // or so, circa: after the number
	rangeWord                       // to, or: between the ends of a range
	rangeStart                      // from, between: before a range
	articleWord                     // a: the number 1 before a unit or a food
	indefinite                      // a few, some: no number
	linkWord                        // of: between unit and food
	sizeWord                        // large, ripe, heaped: becomes a note
	prepWord                        // chopped
	adverbWord                      // finely: belongs to the prepWord after it
	prepPhrase                      // cut into: starts a preparation, to the end of the segment
	notePhrase                      // for, to taste: starts a note, to the end of the segment
	fixedName                       // bay leaves: a name that must not be split
	juiceWord                       // juice, zest: a preparation before "of 1 lemon"
	afterFoodWord                   // clove, slice: may be a unit after the food
	modifierWord                    // white: isn't a food without the word after it
	headWord                        // broth: completes a modifierWord
	orWord                          // or: between two foods
	andWord                         // and
	plusWord                        // plus, and: between two amounts
	cannedWord                      // canned: preparations after it belong to the name
	tasteWord                       // to taste: a complete quantity without a measure
	systemWord                      // imperial, metric
	numberSuffix                    // and a half
	groupWord                       // dozen
	numberWord                      // two, half
	unitWord
	notNumber    // type, no.: the number after it isn't an amount
	onlyFat      // noix: a unit only before a fatWord, as in noix de beurre
	fatWord      // butter
	laterPrep    // roasted: a preparation after a comma, part of the name elsewhere
	unitSize     // thick: a note before a unit, part of the name elsewhere
	branchWord   // branche: a stalk of celery, a stick of cinnamon, otherwise a sprig
	celeryWord   // celery
	cinnamonWord // cinnamon
	hintWord     // flour: a frequent food, used only to detect the language
	minusWord    // minus: before an amount that is taken off the first one
	adjective    // white: like a modifierWord, but a comma may follow it
	perPerson    // per person: the amount isn't that of the recipe
)

// classNames maps names in the files to classes.
var classNames = map[string]class{
	"about": aboutWord, "about-after": aboutAfter, "range": rangeWord, "range-start": rangeStart, "article": articleWord,
	"indefinite": indefinite, "link": linkWord, "size": sizeWord, "prep": prepWord, "adverb": adverbWord,
	"prep-phrase": prepPhrase, "note": notePhrase, "fixed-name": fixedName, "juice": juiceWord, "after-food": afterFoodWord,
	"modifier": modifierWord, "head": headWord, "or": orWord, "and": andWord, "plus": plusWord, "canned": cannedWord,
	"taste": tasteWord, "system": systemWord, "add": numberSuffix, "group": groupWord, "number": numberWord, "unit": unitWord,
	"not-number": notNumber, "only-fat": onlyFat, "fat": fatWord, "prep-later": laterPrep,
	"unit-size": unitSize, "branch": branchWord, "celery": celeryWord, "cinnamon": cinnamonWord, "adjective": adjective, "hint": hintWord,
	"minus": minusWord, "per-person": perPerson,
}

// entry is the entry of the lexicon for a word or phrase.
type entry struct {
	class  class
	unit   string   // for unitWord: the generic key
	system system   // for systemWord
	number *big.Rat // for numberWord, numberSuffix and groupWord
	about  bool     // for groupWord: une dizaine is about ten
}

// node is a node in the tree of phrases. The edges are the keys of tokens.
type node struct {
	next  map[string]*node
	entry *entry
}

// lexicon has the words of one language.
type lexicon struct {
	language string
	root     *node
}

// lexicons returns the lexicons of all languages. It reads the files on first use.
var lexicons = sync.OnceValue(func() map[string]*lexicon {
	all := map[string]*lexicon{}
	for _, language := range languages {
		l := &lexicon{language: language, root: &node{}}
		for _, file := range []string{"all", language} {
			if err := l.read(file); err != nil {
				panic(fmt.Sprintf("quantity: %v", err)) // the files are part of the program
			}
		}
		all[language] = l
	}
	return all
})

// read adds the words of a file. A line is "class [value]: word, word …"; see lexicon/all.txt for the format.
func (l *lexicon) read(file string) error {
	data, err := lexiconFiles.ReadFile("lexicon/" + file + ".txt")
	if err != nil {
		return err
	}
	endings := map[string][]string{}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		head, words, found := strings.Cut(line, ":")
		name, value, _ := strings.Cut(head, " ")
		if !found || name != "endings" && classNames[name] == 0 {
			return fmt.Errorf("lexicon/%s.txt:%d: unknown class %q", file, i+1, head)
		}
		list := splitList(words)
		if name == "endings" {
			endings[value] = list
			continue
		}
		for _, phrase := range list {
			for _, form := range inflect(phrase, endings) {
				if err := l.add(form, classNames[name], value); err != nil {
					return fmt.Errorf("lexicon/%s.txt:%d: %w", file, i+1, err)
				}
			}
		}
	}
	return nil
}

// splitList splits a list at commas and trims its elements.
func splitList(text string) []string {
	list := strings.Split(text, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// inflect returns all forms of a phrase: "gehackt~e" stands for "gehackt" with each of the endings in the class e; "-" means no ending.
func inflect(phrase string, endings map[string][]string) []string {
	stem, rest, found := strings.Cut(phrase, "~")
	if !found {
		return []string{phrase}
	}
	class, tail, _ := strings.Cut(rest, " ")
	if tail != "" {
		tail = " " + tail
	}
	var forms []string
	for _, ending := range endings[class] {
		forms = append(forms, inflect(stem+strings.TrimPrefix(ending, "-")+tail, endings)...)
	}
	return forms
}

// add adds a phrase. It ignores periods, as match does in lines.
func (l *lexicon) add(phrase string, c class, value string) error {
	at := l.root
	tokens, _ := tokenize(phrase)
	for _, t := range tokens {
		if t.text == "." {
			continue
		}
		if at.next == nil {
			at.next = map[string]*node{}
		}
		if at.next[t.key] == nil {
			at.next[t.key] = &node{}
		}
		at = at.next[t.key]
	}
	if at == l.root {
		return fmt.Errorf("no word in %q", phrase)
	}
	if at.entry == nil {
		at.entry = &entry{}
	}
	at.entry.class |= c
	return at.entry.set(c, value)
}

// set stores the value of a class.
func (e *entry) set(c class, value string) error {
	switch c { //nolint:exhaustive // the other classes have no value
	case unitWord:
		if units[value] == nil {
			return fmt.Errorf("unknown unit %q", value)
		}
		e.unit = value
	case systemWord:
		e.system = system(value)
	case numberWord, numberSuffix, groupWord:
		value, e.about = strings.CutPrefix(value, "~")
		number, ok := new(big.Rat).SetString(value)
		if !ok {
			return fmt.Errorf("invalid number %q", value)
		}
		e.number = number
	}
	return nil
}
