// Package quantity parses amounts as cooks write them, and whole ingredient lines, in seven languages.
//
// [Parse] parses an amount: "1 1/2 cups", "about 200 g", "2 × 400 g cans", "a pinch", "to taste". [ParseLine] parses a line
// of a recipe: "2 cloves garlic, minced". Numbers are exact: three times 1/3 cup is 1 cup.
//
// Neither function guesses. Unknown units and texts that aren't an amount stay as written. The texts of a parsed line's parts, joined
// together, are the original line.
//
// The words of each language are in the files of the folder lexicon; all.txt explains their format.
package quantity
