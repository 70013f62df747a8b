package foods

import (
	"math/big"

	"github.com/ocipe/ocipe/internal/quantity"
)

// exactMeasures are the exact values of a food's texts, as they are stored: density in g/ml and pieceWeight in g; empty: not set.
type exactMeasures struct {
	density, pieceWeight string
}

// measures parses the texts, which the contract has checked.
func (in Input) measures() exactMeasures {
	return exactMeasures{density: exact(quantity.ParseDensity(in.Density)), pieceWeight: exact(quantity.ParseWeight(in.PieceWeight))}
}

func exact(number *big.Rat) string {
	if number == nil {
		return ""
	}
	return number.RatString()
}
