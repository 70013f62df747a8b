// Package planner computes a grocery list: it adds up the foods that the planned meals need, subtracts those in the fridge, rounds up
// the amounts to buy, and explains each line.
//
// [Compute] is a pure function. Numbers are exact: three times 1/3 cup is 1 cup. Quantities are texts, as cooks write them. The planner
// doesn't guess: it lists texts that it doesn't understand word for word.
//
// # Needs
//
// Amounts of one dimension are added up. If the density or the piece weight of a food is known, its volumes, weights and pieces are
// added up, too; the user's settings take precedence over the USDA's averages. Counted units are never converted to each other. A
// range stays a range, and its upper end counts. Pinches are added up separately. "to taste" and texts that aren't understood are
// listed beside the amounts.
//
// # The fridge
//
// Meals take from the fridge in the order of their days, and on the same day in the order of the plan. A meal uses only lots that are
// good on its day. It uses the lot that expires first before the others, and lots without a date last; lots with the same date are in
// the order of the fridge. A range counts with its lower end. A lot of unknown amount ("some") covers everything that the known lots
// don't. Any remaining amount of a lot is enough for a pinch and for "to taste". A staple covers everything.
//
// # Rounding
//
// Only amounts to buy are rounded, always up and only once: counted units to whole numbers, and measured units to the next step of the
// measure. If all packs in the recipes have the same stated size and make up at least half of the need, it is rounded to whole packs.
package planner
