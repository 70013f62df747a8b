package measure_test

import (
	"math/big"
	"testing"

	"github.com/ocipe/ocipe/internal/quantity"
)

func FuzzScale(f *testing.F) {
	for _, written := range []string{
		"2 × 400 g cans", "1 (14-oz) can", "about 2 to 3 EL", "½ Bund", "1 lb 2 oz", "0,5 l", "180 °C", "2 glugs", "1 cup / 240 ml", "1 cup and a half",
		"una pizca", "c. à s.", "1-2 muỗng canh", "half a dozen", "2x400g",
	} {
		f.Add(written, int64(2), int64(3))
	}
	f.Fuzz(func(t *testing.T, written string, numerator, denominator int64) {
		if numerator < 1 || denominator < 1 || numerator > 1000*denominator || denominator > 1000*numerator {
			return
		}
		for _, m := range quantity.Parse(written, "").Total() {
			if m.Amount.Max.Cmp(big.NewRat(1_000_000, 1)) > 0 {
				return
			}
		}
		for _, s := range systems {
			requireRight(t, written, big.NewRat(numerator, denominator), s, map[string]int{})
		}
	})
}
