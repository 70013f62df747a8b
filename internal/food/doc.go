// Package food says which names mean one food, and what a measure of a food weighs.
//
// [Catalog.Find] returns the food of a name. Case, plural, missing accents and words of preparation make no other food:
// "Tomatoes" is "tomato, chopped". Synonyms and translations are in the files of the folder dictionary, which explain their format.
// The user's aliases win. A name that is in no dictionary is a food of its own.
//
// [Catalog.Density] and [Catalog.PieceWeight] return what the user has set, or the value of the USDA's table (SR21).
package food

//go:generate go run ./maketable
