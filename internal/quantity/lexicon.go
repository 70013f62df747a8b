package quantity

import (
	"embed"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"sync"
)

// Languages lists the languages whose words are known, as ISO 639-1 codes.
func Languages() []string { return slices.Clone(languages) }

var languages = []string{"en", "de", "fr", "nl", "es", "it", "vi"}

//go:embed lexicon/*.txt
var lexiconFiles embed.FS

// class is a set of things that a word may be. One word may be several: Dutch "of" is "or".
type class uint64

const (
	aboutWord    class = 1 << iota // about, ca.
	aboutAfter                     // or so, circa: behind the number
	rangeWord                      // to, or: between the ends of a range
	rangeStart                     // from, between: before a range
	articleWord                    // a: the number 1 before a unit or a food
	indefinite                     // a few, some: no number
	linkWord                       // of: between unit and food
	sizeWord                       // large, ripe, heaped: goes to the note
	prepWord                       // chopped
	adverbWord                     // finely: belongs to the prepWord behind it
	prepPhrase                     // cut into: starts a preparation, to the end of the segment
	notePhrase                     // for, to taste: starts a note, to the end of the segment
	keepPhrase                     // bay leaves: a name that must not be taken apart
	juiceWord                      // juice, zest: preparation before "of 1 lemon"
	behindWord                     // clove, slice: a unit behind the food
	modifierWord                   // white: no food without the word behind it
	headWord                       // broth: what a modifierWord waits for
	orWord                         // or: between two foods
	andWord                        // and
	plusWord                       // plus, and: between two amounts
	cannedWord                     // canned: preparations behind it belong to the name
	tasteWord                      // to taste: a whole quantity without measure
	systemWord                     // imperial, metric
	numberSuffix                   // and a half
	groupWord                      // dozen
	numberWord                     // two, half
	unitWord
	notNumber    // type, no.: the number behind it isn't an amount
	onlyFat      // a unit before butter and the like only: noix de beurre
	fatWord      // butter
	laterPrep    // roasted: preparation behind a comma, part of the name before it
	unitSize     // thick: note before a unit, part of the name elsewhere
	branchWord   // branche: a sprig, but of celery a stalk and of cinnamon a stick
	celeryWord   // celery
	cinnamonWord // cinnamon
	hintWord     // flour: a frequent food, which tells the language
	adjective    // white: like a modifierWord, and a comma may follow it
)

// classNames are the names of the classes in the files.
var classNames = map[string]class{
	"about": aboutWord, "about-after": aboutAfter, "range": rangeWord, "range-start": rangeStart, "article": articleWord,
	"indefinite": indefinite, "link": linkWord, "size": sizeWord, "prep": prepWord, "adverb": adverbWord,
	"prep-phrase": prepPhrase, "note": notePhrase, "keep": keepPhrase, "juice": juiceWord, "behind": behindWord,
	"modifier": modifierWord, "head": headWord, "or": orWord, "and": andWord, "plus": plusWord, "canned": cannedWord,
	"taste": tasteWord, "system": systemWord, "add": numberSuffix, "group": groupWord, "number": numberWord, "unit": unitWord,
	"not-number": notNumber, "only-fat": onlyFat, "fat": fatWord, "prep-later": laterPrep,
	"unit-size": unitSize, "branch": branchWord, "celery": celeryWord, "cinnamon": cinnamonWord, "adjective": adjective, "hint": hintWord,
}

// entry is what the lexicon knows about a word or phrase.
type entry struct {
	class  class
	unit   string   // for unitWord: the generic key
	system system   // for systemWord
	number *big.Rat // for numberWord, numberSuffix and groupWord
	about  bool     // for groupWord: une dizaine is about ten
}

// node is a place in the tree of phrases, reached by the keys of tokens.
type node struct {
	next  map[string]*node
	entry *entry
}

// lexicon has the words of one language.
type lexicon struct {
	language string
	root     *node
}

// lexicons has the words of all languages. They are read once, when first needed.
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

// splitList splits a list at its commas and removes white space around its members.
func splitList(text string) []string {
	list := strings.Split(text, ",")
	for i := range list {
		list[i] = strings.TrimSpace(list[i])
	}
	return slices.DeleteFunc(list, func(s string) bool { return s == "" })
}

// inflect returns the forms of a phrase: "gehackt~e" has the endings that the class e lists; "-" is no ending.
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

// add adds a phrase. Points in it are ignored, as they are in lines.
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
