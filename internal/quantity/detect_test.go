package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/quantity"
)

func TestDetectALineWithWordsAndLettersOfOtherLanguages(t *testing.T) {
	t.Parallel()
	for line, language := range map[string]string{
		"1 gói bún khô": "vi", "1 ký cá lóc": "vi", "1 plátano": "es", "1 plátano maduro": "es",
		"1 bekertje crème fraîche": "nl", "2 EL Crème fraîche": "de", "20 cl de crème fraîche": "fr",
		"30 g Butter oder Margarine": "de", "30 g butter": "en", "150 g circa di speck": "it",
		"1/2 t. baking soda": "en", "8 a 10 aceitunas": "es", "1 rookworst (375 g)": "nl", "2 melanzane tonde": "it", "500 g Hackfleisch": "de",
	} {
		require.Equal(t, language, quantity.Detect(line)[0], line)
	}
}
