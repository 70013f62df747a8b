// Package recipe manages the recipes of a user.
package recipe

import (
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Ingredient is an ingredient of a recipe. It is stored as JSON with these names, which are those of the contract.
type Ingredient struct {
	Name     string `json:"name"`     // 1 to 200 characters; stored in lower case
	Quantity string `json:"quantity"` // up to 200 characters, as typed
}

// Input is a recipe as written by a user. The contract has already checked it.
type Input struct {
	Name        string
	MeatType    string
	Longevity   int64  // days or portions, 0 to 36500
	Servings    *int64 // 1 to 1000; 0: unknown; nil: unknown in a new recipe, unchanged in a stored one
	Frequency   string // weekday, weekend or rarely
	State       string // active or used
	Note        string
	Ingredients []Ingredient
}

// Patch is a change of a recipe. A nil field keeps its value.
type Patch struct {
	Name        *string
	MeatType    *string
	Longevity   *int64
	Servings    *int64 // 0: unknown
	Frequency   *string
	State       *string
	Note        *string
	Ingredients []Ingredient // nil keeps the value; an empty slice removes all ingredients
}

// Recipe is a stored recipe.
type Recipe struct {
	ID        int64
	Version   int64 // changes with every write; 0 in a list, which has its own version
	Name      string
	MeatType  string
	Longevity int64
	Servings  int64 // 0: unknown
	Frequency string
	State     string
	Note      string
	// Ingredients is a JSON array of [Ingredient] in the form of the contract. It is stored in the form in which the server sends
	// it, so it never has to be decoded in between.
	Ingredients []byte
	AddedDate   time.Time
	// Accuracy is Matches as a percentage of the number of the recipe's different ingredients, rounded down; -1 if [Query] has
	// no ingredients.
	Accuracy int64
	Matches  int64 // the number of ingredients in [Query] that the recipe has
	Exact    int64 // in a list by best match: 1 if a text contains the search text as typed, otherwise 0
	Rank     int64 // in a list with [Query.Stock]: recipes with a higher rank come first
}

// servings returns the number of servings, or 0.
func (in Input) servings() int64 {
	if in.Servings == nil {
		return 0
	}
	return *in.Servings
}

// size returns the number of bytes of all texts.
func (in Input) size() int {
	size := len(in.Name) + len(in.MeatType) + len(in.Note)
	for _, i := range in.Ingredients {
		size += len(i.Name) + len(i.Quantity)
	}
	return size
}

// All conversions are below. The tests in fields_test.go fail if one of them, or a query, lacks a field.

// addTo adds the recipe to the parameters, and returns it as it will be stored, without id, version and date.
func (in Input) addTo(params *db.CreateRecipesParams) (Recipe, error) {
	stored, err := storedIngredientsOf(params.UserID, in.Ingredients)
	if err != nil {
		return Recipe{}, err
	}
	params.Names = append(params.Names, in.Name)
	params.MeatTypes = append(params.MeatTypes, in.MeatType)
	params.Longevities = append(params.Longevities, in.Longevity)
	params.Servings = append(params.Servings, in.servings())
	params.Frequencies = append(params.Frequencies, in.Frequency)
	params.States = append(params.States, in.State)
	params.Notes = append(params.Notes, in.Note)
	params.Ingredients = append(params.Ingredients, stored.json)
	params.IngredientTerms = append(params.IngredientTerms, stored.terms)
	params.NameKeys = append(params.NameKeys, casefold.SortKey(in.Name))
	params.NamesFolded = append(params.NamesFolded, casefold.Searchable(in.Name))
	params.MeatTypesFolded = append(params.MeatTypesFolded, casefold.Searchable(in.MeatType))
	params.IngredientsFolded = append(params.IngredientsFolded, stored.folded)
	params.NotesFolded = append(params.NotesFolded, casefold.Searchable(in.Note))
	return fromRow(db.GetRecipeRow{
		Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Servings: in.servings(), Frequency: in.Frequency, State: in.State,
		Note: in.Note, Ingredients: []byte(stored.json),
	}), nil
}

func fromRow(row db.GetRecipeRow) Recipe {
	return Recipe{
		ID: row.ID, Version: row.Version, Name: row.Name, MeatType: row.MeatType, Longevity: row.Longevity, Servings: row.Servings, Frequency: row.Frequency,
		State: row.State, Note: row.Note, Ingredients: row.Ingredients, AddedDate: row.AddedDate, Accuracy: -1,
	}
}

// columns returns the columns of ListRecipes. A query with another column fails.
func (r *Recipe) columns() postgres.Columns {
	return postgres.Columns{
		"id": &r.ID, "name": &r.Name, "meat_type": &r.MeatType, "longevity": &r.Longevity, "servings": &r.Servings, "frequency": &r.Frequency,
		"state": &r.State, "note": &r.Note, "ingredients": &r.Ingredients, "added_date": &r.AddedDate,
		"matches": &r.Matches, "accuracy": &r.Accuracy, "exact": &r.Exact, "rank": &r.Rank,
	}
}

// replacement returns a patch that replaces all fields. It keeps the servings if they are nil.
func (in Input) replacement() Patch {
	if in.Ingredients == nil {
		in.Ingredients = []Ingredient{}
	}
	return Patch{
		Name: &in.Name, MeatType: &in.MeatType, Longevity: &in.Longevity, Servings: in.Servings, Frequency: &in.Frequency, State: &in.State,
		Note: &in.Note, Ingredients: in.Ingredients,
	}
}

func (p Patch) params(userID, id int64, match []int64) (db.UpdateRecipeParams, error) {
	params := db.UpdateRecipeParams{
		ID: id, UserID: userID, Match: match, Name: p.Name, MeatType: p.MeatType, Longevity: p.Longevity, Servings: p.Servings, Frequency: p.Frequency,
		State: p.State, Note: p.Note, NameFolded: folded(p.Name), MeatTypeFolded: folded(p.MeatType), NoteFolded: folded(p.Note),
		Ingredients: nil, IngredientTerms: nil, IngredientsFolded: nil,
	}
	if p.Name != nil {
		params.NameKey = casefold.SortKey(*p.Name)
	}
	if p.Ingredients == nil {
		return params, nil
	}
	stored, err := storedIngredientsOf(userID, p.Ingredients)
	params.Ingredients, params.IngredientTerms, params.IngredientsFolded = &stored.json, &stored.terms, &stored.folded
	return params, err
}

// importParams adds the columns of new recipes to the columns that only an import has.
func importParams(in db.CreateRecipesParams, rest db.ImportRecipesParams) db.ImportRecipesParams {
	return db.ImportRecipesParams{
		Ids: rest.Ids, AddedDates: rest.AddedDates, AreDeleted: rest.AreDeleted, DeletedAt: rest.DeletedAt,
		UserID: in.UserID, Names: in.Names, MeatTypes: in.MeatTypes, Longevities: in.Longevities, Servings: in.Servings, Frequencies: in.Frequencies,
		States: in.States, Notes: in.Notes, Ingredients: in.Ingredients, IngredientTerms: in.IngredientTerms, NameKeys: in.NameKeys,
		NamesFolded: in.NamesFolded, MeatTypesFolded: in.MeatTypesFolded, IngredientsFolded: in.IngredientsFolded, NotesFolded: in.NotesFolded,
	}
}

func folded(text *string) *string {
	if text == nil {
		return nil
	}
	return new(casefold.Searchable(*text))
}
