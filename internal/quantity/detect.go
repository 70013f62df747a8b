package quantity

// Detect returns the language of each text. If a text fits several languages equally well, it gets the language that all texts together
// fit best, because most recipes are in one language. If that doesn't decide either, the language is English.
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

// best returns the language with the highest score, or the preferred one if no other has a higher score.
func best(scores map[string]int, preferred string) string {
	found := preferred
	for _, language := range languages {
		if scores[language] > scores[found] {
			found = language
		}
	}
	return found
}

// score returns a score for each language: points for each word in its lexicon, more for long words, and for each typical letter.
func score(text string) map[string]int {
	scores := map[string]int{}
	for _, language := range languages {
		p := newParser(text, language)
		if len(p.tokens) > maxTokens {
			return nil
		}
		for i := 0; i < len(p.tokens); {
			end, e := p.match(i, ^(fixedName | modifierWord | adjective))
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
		for _, language := range ownLetters[r] {
			scores[language] += 4
		}
	}
	return scores
}

// ownLetters maps typical letters to their languages. Vietnamese has many letters of other languages.
var ownLetters = makeOwnLetters()

func makeOwnLetters() map[rune][]string {
	letters := map[rune][]string{}
	for language, own := range map[string]string{
		"de": "ßöüäÄÖÜ", "fr": "œçêûÉ", "es": "ñáíóúÑ", "it": "ìò",
		"vi": "áíóúêìòýơưăđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĐ",
	} {
		for _, r := range own {
			letters[r] = append(letters[r], language)
		}
	}
	return letters
}
