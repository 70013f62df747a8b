package food

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed dictionary/*.txt
var dictionaryFiles embed.FS

// languages are those of the dictionary, in the order in which a name without a language is looked up.
var languages = []string{"en", "de", "fr", "nl", "es", "it", "vi"}

// known is a food of the dictionary.
type known struct {
	key  string            // the English base name
	data map[string]string // what the table has of it; see usda.go
}

// term is a name of a food in one language.
type term struct {
	food     *known
	text     string
	language string
}

// index finds the terms of one language.
type index struct {
	exact map[string][]*term // by joined plain words
	stems map[string][]*term // by joined stems
}

// dictionary is what the files say.
type dictionary struct {
	foods   map[string]*known
	indexes map[string]*index
	drop    map[string]map[string]bool // by language: words that make no other food
}

// builtin is the dictionary of the program. It is read once, when first needed.
var builtin = sync.OnceValue(func() *dictionary {
	d := &dictionary{foods: map[string]*known{}, indexes: map[string]*index{}, drop: map[string]map[string]bool{}}
	for _, l := range languages {
		d.indexes[l] = &index{exact: map[string][]*term{}, stems: map[string][]*term{}}
		d.drop[l] = map[string]bool{}
	}
	files, err := dictionaryFiles.ReadDir("dictionary")
	if err != nil {
		panic(fmt.Sprintf("food: %v", err)) // the files are part of the program
	}
	for _, f := range files {
		if err := d.read(f.Name()); err != nil {
			panic(fmt.Sprintf("food: %v", err))
		}
	}
	return d
})

// read adds the foods of a file. See dictionary/README.md for the format.
func (d *dictionary) read(file string) error {
	data, err := dictionaryFiles.ReadFile("dictionary/" + file)
	if err != nil {
		return err
	}
	for i, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if err := d.add(line); err != nil {
			return fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	return nil
}

// add adds the food of a line, or the words of a line that starts with "drop".
func (d *dictionary) add(line string) error {
	head, names, _ := strings.Cut(line, ":")
	if language, ok := strings.CutPrefix(head, "drop "); ok {
		return d.addDrop(language, names)
	}
	f := &known{data: map[string]string{}}
	var base []string
	for _, field := range strings.Fields(head) {
		if key, value, ok := strings.Cut(field, "="); ok {
			f.data[key] = value
		} else {
			base = append(base, field)
		}
	}
	f.key = strings.Join(base, " ")
	if f.key == "" || d.foods[f.key] != nil {
		return fmt.Errorf("food %q: no name, or twice", f.key)
	}
	d.foods[f.key] = f
	d.name(f, "en", f.key)
	language := "en"
	for i, part := range strings.Split(names, ";") {
		if i > 0 {
			var rest string
			language, rest, _ = strings.Cut(strings.TrimSpace(part), " ")
			part = rest
		}
		if d.indexes[language] == nil {
			return fmt.Errorf("food %q: unknown language %q", f.key, language)
		}
		for _, n := range strings.Split(part, ",") {
			if n = strings.TrimSpace(n); n != "" {
				d.name(f, language, n)
			}
		}
	}
	return nil
}

func (d *dictionary) addDrop(language, names string) error {
	if d.drop[language] == nil {
		return fmt.Errorf("unknown language %q", language)
	}
	for _, w := range strings.Split(names, ",") {
		d.drop[language][plain(strings.TrimSpace(w))] = true
	}
	return nil
}

// name adds a name of a food. German umlauts may be written as two letters.
func (d *dictionary) name(f *known, language, text string) {
	t := &term{food: f, text: text, language: language}
	x := d.indexes[language]
	x.add(t, words(text))
	if language == "de" {
		if two := umlauts.Replace(text); two != text {
			x.add(t, words(two))
		}
	}
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue")

func (x *index) add(t *term, w []string) {
	exact, stems := joined(w)
	x.exact[exact] = append(x.exact[exact], t)
	if t.language != "vi" { // Vietnamese has no plural endings
		x.stems[stems] = append(x.stems[stems], t)
	}
}

// joined returns the plain words of a name without spaces, so that "corn starch" is "cornstarch", and their stems.
func joined(w []string) (exact, stems string) {
	var e, s strings.Builder
	for _, word := range w {
		p := plain(word)
		e.WriteString(p)
		s.WriteString(stem(p))
	}
	return e.String(), s.String()
}

// lookup finds a name in one language. Terms whose marks contradict those of the name don't count, and a name that fits
// several foods equally well has none.
func (x *index) lookup(name []string, exact, stems string) *term {
	if t := choose(x.exact[exact], name); t != nil {
		return t
	}
	return choose(x.stems[stems], name)
}

// choose returns the term that the name means: the one with the same marks, or the only food that its marks allow.
func choose(terms []*term, name []string) *term {
	if len(terms) == 0 {
		return nil
	}
	text := strings.Join(name, "")
	var found *term
	for _, t := range terms {
		own := strings.Join(words(t.text), "")
		if own == text {
			return t
		}
		if !allows(own, text) {
			continue
		}
		if found != nil && found.food != t.food {
			return nil
		}
		if found == nil {
			found = t
		}
	}
	return found
}

// allows is [compatible] for names that may have different endings: marks count as far as the letters are the same.
func allows(a, b string) bool {
	if isASCII(a) || isASCII(b) {
		return true
	}
	return compatible(a, b)
}
