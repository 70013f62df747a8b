package foods

import (
	"math/big"

	"github.com/ocipe/ocipe/internal/quantity"
)

// measures are the exact values of the texts of a food, as they are stored: g/ml and g; empty: not set.
type measures struct {
	density, pieceWeight string
}

// measures reads the texts, which the contract has checked.
func (in Input) measures() measures {
	return measures{density: exact(quantity.ParseDensity(in.Density)), pieceWeight: exact(quantity.ParseWeight(in.PieceWeight))}
}

func exact(number *big.Rat) string {
	if number == nil {
		return ""
	}
	return number.RatString()
}
