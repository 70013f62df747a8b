package api

import "github.com/ocipe/ocipe/internal/fridge"

// fridgeEncoder encodes a fridge as writeFridge does.
func fridgeEncoder(items []fridge.Item) encoder {
	return func(b []byte, flush func([]byte) []byte) []byte {
		var g groupEncoder
		for _, i := range items {
			b = flush(appendFridgeItem(g.before(b, i), i))
		}
		return g.after(b)
	}
}
