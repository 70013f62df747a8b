package planner

import (
	"errors"
	"math/big"
	"strings"
)

// The limits of a factor. They keep sums over hundreds of meals short: the denominators of all fractions together have less
// than 1,500 binary digits.
const (
	MaxFactor            = 1000
	MaxFactorDenominator = 1000
	MaxFactorDecimals    = 6
	maxFactorLength      = 20
)

// ErrFactor is the error of [ParseFactor].
var ErrFactor = errors.New("planner: the factor is not a number above 0 and up to 1000 with a denominator up to 1000 or up to 6 decimals")

// ParseFactor parses the factor of a meal: an integer, a fraction with a denominator up to [MaxFactorDenominator], or a decimal
// with up to [MaxFactorDecimals] decimals, above 0 and up to [MaxFactor]. For any other text it returns [ErrFactor].
func ParseFactor(text string) (*big.Rat, error) {
	if len(text) > maxFactorLength || text == "" || strings.Trim(text, "0123456789./") != "" {
		return nil, ErrFactor
	}
	x, ok := new(big.Rat).SetString(text)
	if !ok || x.Sign() <= 0 || x.Cmp(big.NewRat(MaxFactor, 1)) > 0 {
		return nil, ErrFactor
	}
	if _, decimals, ok := strings.Cut(text, "."); ok && len(decimals) <= MaxFactorDecimals {
		return x, nil
	}
	if x.Denom().Cmp(big.NewInt(MaxFactorDenominator)) > 0 {
		return nil, ErrFactor
	}
	return x, nil
}
