package password

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/ocipe/ocipe/internal/username"
)

// serviceName is the name of this service, which attackers try first here (NIST SP 800-63B-4, section 3.1.1.2).
const serviceName = "ocipe"

// minRest is how many characters a password must have besides a name that it contains.
const minRest = 8

// containsName reports whether a password is a name with little else: with fewer than minRest characters, or with a rest that is
// itself easy to guess. It finds names despite accents, separators, and signs in place of letters. A short name counts only at the
// start or the end of the password, because many words contain it.
func containsName(password, name string) bool {
	word, key := username.Key(strings.TrimSpace(password)), username.Key(strings.TrimSpace(name))
	if utf8.RuneCountInString(key) < 3 {
		return word == key && key != ""
	}
	rest, found := removeName([]rune(word), []rune(key))
	if !found {
		return false
	}
	return utf8.RuneCountInString(rest) < minRest || isCommon(rest) || isRepeated(rest) || isRun(rest)
}

// removeName removes a name from a password. It returns the rest, and whether the password contains the name.
func removeName(word, name []rune) (rest string, found bool) {
	const short = 5
	letters, at := foldLookalikes(word)
	wanted, _ := foldLookalikes(name)
	if len(wanted) < 3 {
		return "", slices.Equal(word, name)
	}
	var left []rune
	kept := 0 // up to here, word is in left or belongs to the name
	for i := 0; i+len(wanted) <= len(letters); i++ {
		atEnd := i == 0 || i+len(wanted) == len(letters)
		if len(wanted) < short && !atEnd || !slices.Equal(letters[i:i+len(wanted)], wanted) {
			continue
		}
		left = append(left, word[kept:at[i]]...)
		i += len(wanted) - 1
		kept, found = at[i]+1, true
	}
	return string(append(left, word[kept:]...)), found
}

// lookalikes has the letters for digits and signs that people write in their place.
var lookalikes = map[rune]rune{'0': 'o', '1': 'i', '!': 'i', '|': 'i', 'l': 'i', '3': 'e', '€': 'e', '4': 'a', '@': 'a', '5': 's', '$': 's', '7': 't'}

// foldLookalikes returns the letters and digits of a folded text without accents, with letters for [lookalikes], and the position of
// each in the text.
func foldLookalikes(text []rune) (letters []rune, at []int) {
	for i, r := range text {
		if parts := []rune(norm.NFD.String(string(r))); len(parts) > 1 && unicode.Is(unicode.Mn, parts[1]) {
			r = parts[0]
		}
		if letter, ok := lookalikes[r]; ok {
			r = letter
		}
		if unicode.In(r, unicode.L, unicode.M, unicode.N) {
			letters, at = append(letters, r), append(at, i)
		}
	}
	return letters, at
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

// sequences has the rows and columns of common keyboards, and alphabets, folded, in both directions.
var sequences = func() [][]rune {
	lines := []string{
		"01234567890", "789456123", "147258369", "abcdefghijklmnopqrstuvwxyz", // digits, alphabets
		"абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "αβγδεζηθικλμνξοπρστυφχψω", "אבגדהוזחטיכלמנסעפצקרשת",
		"qwertyuiop[]\\", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+", // QWERTY
		"qwertyuiopåü", "asdfghjkløæ", "asdfghjklöä", "asdfghjklñ", "qwertyuıopğü", "asdfghjklşi", "zxcvbnmöç", // Nordic, Spanish, Turkish
		"qwertzuiopü+", "asdfghjklöä#", "yxcvbnm,.-", "!\"§$%&/()=?", // QWERTZ
		"azertyuiop", "qsdfghjklmù", "wxcvbn,;:!", "&é\"'(-è_çà", // AZERTY
		"',.pyfgcrl/=", "aoeuidhtns-", ";qjkxbmwvz", "qwfpgjluy;", "arstdhneio'", "zxcvbkm", // Dvorak, Colemak
		"bépoèvdljzw", "auie,ctsrnm", "xvlcwkhgfq", "uiaeosnrtdy", "fgğıodrnhpqw", "uieaütkmlyş", // BÉPO, Neo, Turkish F
		"йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю", "йцукенгшщзхї", "фівапролджє", // ЙЦУКЕН
		"ςερτυθιοπ", "ασδφγηξκλ", "ζχψωβνμ", "קראטוןםפ", "שדגכעיחלךף", "זסבהנמצתץ", // Greek, Hebrew
		"ضصثقفغعهخحجد", "شسيبلاتنمكط", // Arabic
		"qazwsxedcrfvtgbyhnujm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p", // columns
	}
	var all [][]rune
	for _, line := range lines {
		forward := []rune(username.Key(line))
		backward := slices.Clone(forward)
		slices.Reverse(backward)
		all = append(all, forward, backward)
	}
	return all
}()

// isRun reports whether a password consists of runs of at least four characters and little else, with or without the other
// characters between its letters and digits.
func isRun(password string) bool {
	folded := username.Key(password)
	return consistsOfRuns([]rune(folded)) || consistsOfRuns([]rune(strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return r
		}
		return -1
	}, folded)))
}

// consistsOfRuns counts a run or a year as one character. A password with a run and fewer than five such characters is easy to guess.
func consistsOfRuns(rest []rune) bool {
	const enough = 5
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

// runLength returns the length of the run at the start of a text; 1: there is none.
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
