// Package food maps names to foods, and converts measures of a food to weights.
//
// [Catalog.Find] returns the food with a name. Case, plural, missing accents and words of preparation don't change the food:
// "Tomatoes" and "tomato, chopped" are the same. Synonyms and translations are in the files of the folder dictionary; its README
// explains their format. The user's aliases take precedence. A name that isn't in the dictionary is a new food.
//
// [Catalog.Density] and [Catalog.PieceWeight] return the user's setting or the value in the USDA's table (SR21).
package food

//go:generate go run ./maketable
