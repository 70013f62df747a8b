package quantity

// Detect returns the language of each text: the one whose words it has most of. Texts that fit several languages as well get
// the language of the texts together, and English if that fits no better than others. A recipe is in one language as a rule.
func Detect(texts ...string) []string {
	scores := make([]map[string]int, len(texts))
	sum := map[string]int{}
	for i, text := range texts {
		scores[i] = score(text)
		for language, n := range scores[i] {
			sum[language] += n
		}
	}
	common := best(sum, "en")
	detected := make([]string, len(texts))
	for i := range texts {
		detected[i] = best(scores[i], common)
	}
	return detected
}

// best returns the language with the highest score, and the preferred one if no other has a higher score.
func best(scores map[string]int, preferred string) string {
	found := preferred
	for _, language := range languages {
		if scores[language] > scores[found] {
			found = language
		}
	}
	return found
}

// score counts for each language the letters of the words that it knows, and the letters that only it has.
func score(text string) map[string]int {
	scores := map[string]int{}
	for _, language := range languages {
		p := newParser(text, language)
		if len(p.tokens) > maxTokens {
			return nil
		}
		for i := 0; i < len(p.tokens); {
			end, e := p.match(i, ^(keepPhrase | modifierWord | adjective))
			if e == nil || p.kind(i) != word {
				i++
				continue
			}
			for ; i < end; i++ {
				scores[language] += 1 + min(len(p.tokens[i].key), 4)
			}
		}
	}
	for _, r := range text {
		scores[ownLetters[r]] += 4
	}
	delete(scores, "")
	return scores
}

// ownLetters are letters that point to one of the languages.
var ownLetters = makeOwnLetters()

func makeOwnLetters() map[rune]string {
	letters := map[rune]string{}
	for language, own := range map[string]string{
		"de": "ßöüäÄÖÜ", "fr": "œçêûÉî", "es": "ñáíóúÑ", "it": "ìò",
		"vi": "ơưăđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĐ",
	} {
		for _, r := range own {
			letters[r] = language
		}
	}
	return letters
}
