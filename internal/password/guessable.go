package password

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/username"
)

// service is the name of this service, which attackers try first here (NIST SP 800-63B-4, section 3.1.1.2).
const service = "ocipe"

// minRest is how many characters a password must have besides a name that it contains.
const minRest = 8

// containsName reports whether a password is a name with little else: with less than minRest characters, or with a rest that is
// itself easy to guess. A short name counts only at an end of the password, since many words contain it.
func containsName(password, name string) bool {
	const short = 5
	word, key := username.Key(strings.TrimSpace(password)), username.Key(strings.TrimSpace(name))
	var rest string
	switch length := utf8.RuneCountInString(key); {
	case length < 3:
		return word == key && key != ""
	case length < short:
		rest = strings.TrimSuffix(strings.TrimPrefix(word, key), key)
	default:
		rest = strings.ReplaceAll(word, key, "")
	}
	if rest == word {
		return false
	}
	return utf8.RuneCountInString(rest) < minRest || isCommon(rest) || isRepeated(rest) || isRun(rest)
}

// isRepeated reports whether a password repeats one, two or three characters, or one with at most two others.
func isRepeated(password string) bool {
	runes := []rune(strings.ToLower(password))
	for period := 1; period <= 3; period++ {
		if period < len(runes) && slices.Equal(runes[period:], runes[:len(runes)-period]) {
			return true
		}
	}
	count := map[rune]int{}
	for _, r := range runes {
		count[r]++
	}
	for _, n := range count {
		if n >= 3 && n >= len(runes)-2 {
			return true
		}
	}
	return false
}

// sequences are the rows of common keyboards, their columns, and alphabets. A run may go either way.
var sequences = func() [][]rune {
	lines := []string{
		"01234567890", "abcdefghijklmnopqrstuvwxyz", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя", // digits, alphabets
		"qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+", // QWERTY
		"qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-", "!\"§$%&/()=?", // QWERTZ
		"azertyuiop", "qsdfghjklmù", "wxcvbn,;:!", // AZERTY
		"йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", // ЙЦУКЕН
		"qazwsxedcrfvtgbyhnujm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", // columns
	}
	var all [][]rune
	for _, line := range lines {
		forward := []rune(line)
		backward := slices.Clone(forward)
		slices.Reverse(backward)
		all = append(all, forward, backward)
	}
	return all
}()

// isRun reports whether a password consists of runs of at least four characters, and little else. A run, and a year, count as
// one character; a password of less than five is easy to guess.
func isRun(password string) bool {
	const enough = 5
	rest := []rune(strings.ToLower(strings.TrimSpace(password)))
	units, hasRun := 0, false
	for len(rest) > 0 && units < enough {
		n := runLength(rest)
		hasRun = hasRun || n > 1
		if isYear(rest) {
			n = max(n, 4)
		}
		units++
		rest = rest[n:]
	}
	return hasRun && units < enough
}

// runLength returns the length of the run with which a text begins; 1: it begins with none.
func runLength(text []rune) int {
	const shortest = 4
	longest := 1
	for _, sequence := range sequences {
		for at, r := range sequence {
			if r != text[0] {
				continue
			}
			n := 1
			for n < len(text) && at+n < len(sequence) && text[n] == sequence[at+n] {
				n++
			}
			longest = max(longest, n)
		}
	}
	if longest < shortest {
		return 1
	}
	return longest
}

func isYear(text []rune) bool {
	isDigit := func(r rune) bool { return r >= '0' && r <= '9' }
	return len(text) >= 4 && (text[0] == '1' && text[1] == '9' || text[0] == '2' && text[1] == '0') && isDigit(text[2]) && isDigit(text[3])
}
