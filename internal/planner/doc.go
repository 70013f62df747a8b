// Package planner computes a grocery list: it adds up what the planned meals need, subtracts what the house has, rounds up
// what is to buy, and explains each line.
//
// [Compute] is a pure function. Numbers are exact: three times 1/3 cup is 1 cup. Quantities are texts, as cooks write them;
// those that aren't understood are listed word for word, and nothing is guessed.
package planner
