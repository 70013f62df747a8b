package foods

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Each calls visit with every food of the user in a snapshot, in the order of [Service.List]. It returns the errors of
// [postgres.List.Each].
func Each(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Food) error) error {
	return list(ctx, userID).Each(s, visit)
}

func list(ctx context.Context, userID int64) postgres.List[Food] {
	return postgres.List[Food]{
		Name:  "list the foods",
		Query: func(q *db.Queries) error { _, err := q.ListFoods(ctx, userID); return err },
		Columns: func(f *Food) postgres.Columns {
			return postgres.Columns{
				"id": &f.ID, "name": &f.Name, "aliases": &f.Aliases, "density": &f.Density, "piece_weight": &f.PieceWeight,
				"aisle": &f.Aisle, "staple": &f.Staple,
			}
		},
		Version: func(v db.UserVersion) int64 { return v.Foods },
	}
}

// Receiver imports foods of another account. Use it in a transaction that has bumped the versions of foods and recipes.
type Receiver struct {
	Queries *db.Queries
	UserID  int64

	names *names // of the account's foods, including those of Add
	count int    // of the account's foods, including those of Add
	batch db.ImportFoodsParams
}

const tooManyImported = "An account may have 2,000 foods, and would have more after this import. Delete foods of the account or of the file first."

// Add adds a food with its id to the batch, which Flush stores. It skips the food and returns false if its name belongs to another food.
// It skips aliases that belong to another food.
//
// It returns [apperr.TooManyFoods] if the account would have more than [MaxFoods].
func (r *Receiver) Add(ctx context.Context, f Food) (added bool, err error) {
	if r.names == nil {
		if err := r.load(ctx); err != nil {
			return false, err
		}
	}
	if _, taken := r.names.ownerOfName(f.Name); taken {
		return false, nil
	}
	if r.count++; r.count > MaxFoods {
		return false, &apperr.Error{Code: apperr.TooManyFoods, Detail: tooManyImported}
	}
	aliases := []string{}
	for _, alias := range f.Aliases {
		if _, taken := r.names.ownerOfAlias(alias); !taken {
			aliases = append(aliases, alias)
		}
	}
	r.names.add(f.ID, f.Name, aliases)
	b, m := &r.batch, f.measures()
	b.Ids, b.Names, b.Aliases = append(b.Ids, f.ID), append(b.Names, f.Name), append(b.Aliases, postgres.ArrayText(aliases))
	b.Densities, b.DensitiesGPerMl = append(b.Densities, f.Density), append(b.DensitiesGPerMl, m.density)
	b.PieceWeights, b.PieceWeightsG = append(b.PieceWeights, f.PieceWeight), append(b.PieceWeightsG, m.pieceWeight)
	b.Aisles, b.Staples = append(b.Aisles, f.Aisle), append(b.Staples, f.Staple)
	return true, nil
}

func (r *Receiver) load(ctx context.Context) error {
	rows, err := r.Queries.ListFoodNames(ctx, r.UserID)
	if err != nil {
		return fmt.Errorf("list the names of the foods: %w", err)
	}
	r.names, r.count = namesOf(rows), len(rows)
	return nil
}

// Flush stores the batch.
func (r *Receiver) Flush(ctx context.Context) error {
	batch := r.batch
	batch.UserID, r.batch = r.UserID, db.ImportFoodsParams{}
	if len(batch.Ids) == 0 {
		return nil
	}
	if err := r.Queries.ImportFoods(ctx, batch); err != nil {
		return fmt.Errorf("import the foods: %w", err)
	}
	return nil
}
