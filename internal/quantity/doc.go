// Package quantity understands amounts as cooks write them, and whole ingredient lines, in seven languages.
//
// [Parse] reads an amount: "1 1/2 cups", "about 200 g", "2 × 400 g cans", "a pinch", "to taste". [ParseLine] reads a line
// of a recipe: "2 cloves garlic, minced". Numbers are exact: three times 1/3 cup is 1 cup.
//
// Neither function guesses. A unit that the tables don't have, and a text that isn't an amount, stay as they were written.
// The parts of a parsed line, put together, are the line.
//
// The words of each language are in the files of the folder lexicon, which explain their format.
package quantity
