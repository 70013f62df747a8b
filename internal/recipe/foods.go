package recipe

import (
	"context"
	"errors"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/catalog"
	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/postgres"
)

// maxChanges is the maximum number of attempts to read recipes while the foods change.
const maxChanges = 5

// readByFoods returns a function that reads the recipes with the foods of these names. params are the parameters of read.
//
// Most users have no settings for foods, so the function first reads the recipes on this assumption, which saves a statement. If the user
// has settings, the query returns no recipes. Then the function reads the foods, and reads the recipes again.
func (s *Service) readByFoods(ctx context.Context, params *db.ListRecipesParams, names []string, read func() (postgres.Part[Recipe], error)) func() (postgres.Part[Recipe], error) {
	return func() (postgres.Part[Recipe], error) {
		var foods *food.Catalog
		var version int64 // 0: the user has never had settings
		for range maxChanges {
			params.Foods = &version
			params.Terms = indexTerms(params.UserID, foods.Keys(names))
			part, err := read()
			if err != nil || part.Items == nil || len(part.Items) > 0 { // nil: known contains the version
				return part, err
			}
			assumed := version
			if foods, version, err = catalog.Read(ctx, s.DB, params.UserID); err != nil || version == assumed {
				return part, err
			}
		}
		return postgres.Part[Recipe]{}, apperr.Busy(apperr.Overloaded, apperr.RetrySoon, errors.New("the foods change all the time"))
	}
}
