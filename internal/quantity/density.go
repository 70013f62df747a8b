package quantity

import (
	"math/big"
	"strings"
)

// The maximum of a density in g/ml, and of a weight in g. No food is denser: osmium has 22.6 g/ml.
var (
	maxDensity = big.NewRat(30, 1)
	maxWeight  = big.NewRat(1_000_000, 1)
)

// maxDensityText is the length of a text from which it isn't examined, in bytes.
const maxDensityText = 400

// ParseWeight returns the grams in a text such as "7 oz" or "1 lb 2 oz", exactly. It returns nil if the text isn't one weight, or if
// it is 0 or more than 1,000 kg.
func ParseWeight(text string) *big.Rat {
	if len(text) > maxDensityText {
		return nil
	}
	return within(sizeOf(text, Mass), maxWeight)
}

// per are the words between the weight and the volume of a density, in all languages.
var per = []string{"/", "=", " per ", " a ", " pro ", " je ", " par ", " pour ", " por ", " al ", " alla ", " mỗi "}

// ParseDensity returns the grams per milliliter in a text such as "0.7 g/ml", "120 g per cup", "70 g per 100 ml" or "1 cup = 120 g",
// exactly. It returns nil if the text isn't a density, or if it is 0 or more than 30 g/ml.
func ParseDensity(text string) *big.Rat {
	if len(text) > maxDensityText {
		return nil
	}
	text = strings.ToLower(text)
	for _, word := range per {
		for rest, before := text, ""; ; {
			left, right, found := strings.Cut(rest, word)
			if !found {
				break
			}
			weight := before + left
			if density := ratio(weight, right); density != nil {
				return density
			}
			if word == "=" {
				if density := ratio(right, weight); density != nil {
					return density
				}
			}
			before, rest = weight+word, right // the slash of 1/2
		}
	}
	return nil
}

// ratio returns a weight divided by a volume. The volume may be a unit alone.
func ratio(weight, volume string) *big.Rat {
	grams := sizeOf(weight, Mass)
	if grams == nil {
		return nil
	}
	milliliters := sizeOf(volume, Volume)
	if milliliters == nil {
		milliliters = sizeOf("1 "+strings.TrimSpace(volume), Volume)
	}
	if milliliters == nil {
		return nil
	}
	return within(grams.Quo(grams, milliliters), maxDensity)
}

// sizeOf returns the grams or milliliters in a text; nil if it isn't one amount of this dimension above 0.
func sizeOf(text string, dimension Dimension) *big.Rat {
	total := Parse(text, "").Total()
	if len(total) != 1 || total[0].Unit == nil || total[0].Unit.Dimension != dimension || total[0].Amount.IsRange() {
		return nil
	}
	size := new(big.Rat).Mul(total[0].Amount.Min, total[0].Unit.Size())
	if size.Sign() <= 0 {
		return nil
	}
	return size
}

// within returns a number if it isn't nil and not above a maximum.
func within(number, most *big.Rat) *big.Rat {
	if number == nil || number.Cmp(most) > 0 {
		return nil
	}
	return number
}
