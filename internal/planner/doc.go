// Package planner computes a grocery list: it adds up what the planned meals need, subtracts what the house has, rounds up
// what is to buy, and explains each line.
//
// [Compute] is a pure function. Numbers are exact: three times 1/3 cup is 1 cup. Quantities are texts, as cooks write them;
// those that aren't understood are listed word for word, and nothing is guessed.
//
// # Needs
//
// Amounts of one dimension are added up, and so are volumes, weights and pieces of a food whose density and piece weight are
// known: the user's settings win over the USDA's averages. Counted units never turn into each other. A range stays a range; its
// upper end counts. A pinch is counted apart. "to taste" and texts that aren't understood stand beside the amounts.
//
// # The fridge
//
// Meals take in the order of their days, then of the plan. A lot counts for a meal if it is good on that day. The lot that
// expires first is used first; lots without a date come last, then the order of the fridge decides. A range counts with its
// lower end. A lot of unknown amount ("some") covers what the known ones leave. What is left of any lot is enough for a pinch
// and for "to taste". A staple covers everything.
//
// # Rounding
//
// Only what is to buy is rounded, only up and only once: counted units to whole ones, measured ones to the next step of the
// measure, and packs of a stated size to whole packs if the recipes name one size and most of the need comes in it.
package planner
