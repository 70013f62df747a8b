package quantity

import (
	"math/big"
	"strings"
)

// The maximum density in g/ml, and the maximum weight in g. No food has a higher density: osmium, the densest element, has 22.6 g/ml.
var (
	maxDensity = big.NewRat(30, 1)
	maxWeight  = big.NewRat(1_000_000, 1)
)

// maxDensityText is the maximum length of a density or weight, in bytes.
const maxDensityText = 400

// ParseWeight parses a text such as "7 oz" or "1 lb 2 oz", and returns the exact weight in grams. It returns nil if the text isn't a
// single weight, or if the weight is 0 or more than 1,000 kg.
func ParseWeight(text string) *big.Rat {
	if len(text) > maxDensityText {
		return nil
	}
	return atMost(sizeOf(text, Mass), maxWeight)
}

// perWords has the words between the weight and the volume of a density, in all languages.
var perWords = []string{"/", "=", " per ", " a ", " pro ", " je ", " par ", " pour ", " por ", " al ", " alla ", " mỗi "}

// ParseDensity parses a text such as "0.7 g/ml", "120 g per cup", "70 g per 100 ml" or "1 cup = 120 g", and returns the exact density in
// g/ml. It returns nil if the text isn't a density, or if the density is 0 or more than 30 g/ml.
func ParseDensity(text string) *big.Rat {
	if len(text) > maxDensityText {
		return nil
	}
	text = strings.ToLower(text)
	for _, word := range perWords {
		for rest, before := text, ""; ; {
			left, right, found := strings.Cut(rest, word)
			if !found {
				break
			}
			weight := before + left
			if density := densityOf(weight, right); density != nil {
				return density
			}
			if word == "=" {
				if density := densityOf(right, weight); density != nil {
					return density
				}
			}
			before, rest = weight+word, right // the slash may be that of 1/2
		}
	}
	return nil
}

// densityOf returns a weight divided by a volume, which may be a unit without a number. It returns nil if the texts aren't a weight and a
// volume, or if the result is above maxDensity.
func densityOf(weight, volume string) *big.Rat {
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
	return atMost(grams.Quo(grams, milliliters), maxDensity)
}

// sizeOf returns the amount in a text, in g or ml. It returns nil if the text isn't a single amount above 0 of this dimension.
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

// atMost returns a number, or nil if it is above a maximum.
func atMost(number, limit *big.Rat) *big.Rat {
	if number == nil || number.Cmp(limit) > 0 {
		return nil
	}
	return number
}
