// Package catalog reads the food settings of a user as a [food.Catalog].
package catalog

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Read returns the catalog of a user, and the version of the user's foods. It runs one statement. It returns
// [apperr.TokenNotValid] if the account has been deleted, and the errors of [postgres.ReadOne].
//
// A statement that reads more than the foods can read them as a column instead: see the query GetFoodSettings, and [Decode].
func Read(ctx context.Context, d *postgres.DB, userID int64) (c *food.Catalog, version int64, err error) {
	row, err := postgres.ReadOne(ctx, d, userID, "get the foods", func(q *db.Queries) (db.GetFoodSettingsRow, error) {
		return q.GetFoodSettings(ctx, userID)
	})
	if err != nil {
		return nil, 0, postgres.MapAccountError(err)
	}
	c, err = Decode(row.Settings)
	return c, row.Version, err
}

// Decode returns the catalog in the column `settings` of the query GetFoodSettings. Null is a catalog without settings.
func Decode(column []byte) (*food.Catalog, error) {
	if len(column) == 0 {
		return nil, nil //nolint:nilnil // a nil Catalog has no settings
	}
	var rows []row
	if err := json.Unmarshal(column, &rows); err != nil {
		return nil, fmt.Errorf("decode the foods: %w", err)
	}
	settings := make([]food.Setting, len(rows))
	for i, r := range rows {
		settings[i] = food.Setting(r)
	}
	return food.New(settings), nil
}

// row is a food in the column: an array of name, aliases, density, weight of a piece, aisle, staple.
type row food.Setting

// UnmarshalJSON decodes a row.
func (r *row) UnmarshalJSON(text []byte) error {
	var density, weight string
	columns := []any{&r.Name, &r.Aliases, &density, &weight, &r.Aisle, &r.Staple}
	if err := json.Unmarshal(text, &columns); err != nil {
		return fmt.Errorf("decode a food: %w", err)
	}
	var err error
	if r.Density, err = parseRat(density); err != nil {
		return err
	}
	r.PieceWeight, err = parseRat(weight)
	return err
}

// parseRat returns a number that was stored with [big.Rat.RatString]; nil for an empty text.
func parseRat(text string) (*big.Rat, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // not set
	}
	number, ok := new(big.Rat).SetString(text)
	if !ok {
		return nil, fmt.Errorf("the stored number %q is invalid", text)
	}
	return number, nil
}
