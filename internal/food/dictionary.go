package food

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed dictionary/*.txt
var dictionaryFiles embed.FS

// languages are the languages of the dictionary, in the order in which find looks up a name without a language.
var languages = []string{"en", "de", "fr", "nl", "es", "it", "vi"}

// dictionaryFood is a food of the dictionary.
type dictionaryFood struct {
	key string // the English base name
}

// term is a name of a food in one language.
type term struct {
	food     *dictionaryFood
	text     string
	words    []string
	language string
}

// index finds the terms of one language.
type index struct {
	texts map[string]*dictionaryFood // by the name as written in the file
	exact map[string][]*term         // by joined plain words
	stems map[string][]*term         // by joined stems
}

// dictionary has the content of the dictionary files.
type dictionary struct {
	foods         map[string]*dictionaryFood
	indexes       map[string]*index
	droppedWords  map[string]bool // words that don't change the food
	weightNeutral map[string]bool // stems of words that change the food, but not its weight
}

// builtin returns the embedded dictionary. It reads it on first use.
var builtin = sync.OnceValue(func() *dictionary {
	d := &dictionary{foods: map[string]*dictionaryFood{}, indexes: map[string]*index{}, droppedWords: map[string]bool{}, weightNeutral: map[string]bool{}}
	for _, l := range languages {
		d.indexes[l] = &index{texts: map[string]*dictionaryFood{}, exact: map[string][]*term{}, stems: map[string][]*term{}}
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

// add adds the food of a line, or the words of a line that starts with "drop" or "like".
func (d *dictionary) add(line string) error {
	head, names, _ := strings.Cut(line, ":")
	switch class, _, _ := strings.Cut(head, " "); class {
	case "drop":
		for w := range strings.SplitSeq(names, ",") {
			d.droppedWords[withoutMarks(strings.TrimSpace(w))] = true
		}
		return nil
	case "like":
		for w := range strings.SplitSeq(names, ",") {
			d.weightNeutral[stem(withoutMarks(strings.TrimSpace(w)))] = true
		}
		return nil
	}
	base, _, _ := strings.Cut(head, "@") // only maketable needs the numbers after it
	f := &dictionaryFood{key: strings.TrimSpace(base)}
	if f.key == "" || d.foods[f.key] != nil {
		return fmt.Errorf("food %q has no name, or is there twice", f.key)
	}
	d.foods[f.key] = f
	if err := d.name(f, "en", f.key); err != nil {
		return err
	}
	language := "en"
	for i, part := range strings.Split(names, ";") {
		if i > 0 {
			language, part, _ = strings.Cut(strings.TrimSpace(part), " ")
		}
		for n := range strings.SplitSeq(part, ",") {
			if err := d.name(f, language, strings.TrimSpace(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// name adds a name of a food. It also adds the spelling of German umlauts as two letters.
func (d *dictionary) name(f *dictionaryFood, language, text string) error {
	x := d.indexes[language]
	switch {
	case text == "":
		return nil
	case x == nil:
		return fmt.Errorf("food %q: unknown language %q", f.key, language)
	case x.texts[text] == f:
		return nil
	case x.texts[text] != nil:
		return fmt.Errorf("%q (%s) is %q and %q", text, language, x.texts[text].key, f.key)
	}
	x.texts[text] = f
	t := &term{food: f, text: text, language: language, words: words(text)}
	x.add(t, t.words)
	if language == "de" {
		if two := umlauts.Replace(text); two != text {
			x.add(t, words(two))
		}
	}
	return nil
}

var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue")

func (x *index) add(t *term, w []string) {
	exact, stems := joined(w)
	x.exact[exact] = append(x.exact[exact], t)
	if t.language != "vi" { // Vietnamese has no plural endings
		x.stems[stems] = append(x.stems[stems], t)
	}
}

// joined joins the plain words of a name, so that "corn starch" is "cornstarch", and their stems.
func joined(w []string) (exact, stems string) {
	var e, s strings.Builder
	for _, word := range w {
		p := withoutMarks(word)
		e.WriteString(p)
		s.WriteString(stem(p))
	}
	return e.String(), s.String()
}
