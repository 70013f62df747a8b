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

// maxChanges is how often the foods may change while they are read.
const maxChanges = 5

// byFoods returns a function that reads the recipes with the foods that these names mean. params are the parameters of read.
//
// Most users have set nothing for foods, so it first asks for the recipes as if that were so, which takes no other statement. The
// query finds nothing if it is not. Only then the foods are read, and the recipes once more.
func (s *Service) byFoods(ctx context.Context, params *db.ListRecipesParams, names []string, read func() (postgres.Part[Recipe], error)) func() (postgres.Part[Recipe], error) {
	return func() (postgres.Part[Recipe], error) {
		var foods *food.Catalog
		for range maxChanges {
			params.Terms = indexed(params.UserID, foods.Keys(names))
			part, err := read()
			if err != nil || part.Items == nil || len(part.Items) > 0 { // nil: the caller has the version
				return part, err
			}
			var version int64
			if foods, version, err = catalog.Read(ctx, s.DB, params.UserID); err != nil || version == params.Foods {
				return part, err
			}
			params.Foods = version
		}
		return postgres.Part[Recipe]{}, apperr.Busy(apperr.Overloaded, apperr.Soon, errors.New("the foods change all the time"))
	}
}
