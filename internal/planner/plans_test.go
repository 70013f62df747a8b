package planner_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

// planCase is a case of plans.json.
type planCase struct {
	Name    string
	Today   string
	Units   string // only in more.json
	Ignore  []string
	Foods   []foodCase
	Recipes []struct {
		Name        string
		Servings    *int64
		Ingredients []planner.Line
	}
	Fridge []struct {
		Name, Quantity string
		BestBefore     string `json:"best_before"`
		Staple         bool
	}
	Plan []struct {
		Recipe   string
		Servings int64
		Factor   string
		Date     string
	}
	Expect []expectation
	Accept []struct {
		Expect []expectation
	}
}

type foodCase struct {
	Name        string
	Aliases     []string
	PieceWeight string `json:"piece_weight"`
	Density     string
}

type expectation struct {
	Food       string
	Names      []string
	Need       []expected
	FromFridge []expected `json:"from_fridge"`
	ToBuy      []expected `json:"to_buy"`
	Tolerance  int64      `json:"tolerance_percent"`
	Merged     bool
	Reason     planner.Reason
	ApartFrom  []string `json:"apart_from"`
	Explains   []explanation
	Accept     []json.RawMessage
}

type expected struct {
	Amount, Min, Max, Unit string
	AtMost                 string `json:"at_most"`
	Text                   *string
	Times                  string
}

type explanation struct {
	Fact, Recipe, Quantity, Name, Times, Source, Because, Reason, Text string
	Share, Taken, From, To, Range                                      expected
	Accepted                                                           expected
	Names                                                              []string
	Lot                                                                int64
}

// readCases returns the cases of a file.
func readCases(t testing.TB, file string) []planCase {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	require.NoError(t, err)
	var cases []planCase
	require.NoError(t, json.Unmarshal(text, &cases))
	return cases
}

func rat(t testing.TB, text string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(text)
	require.True(t, ok, "%q is a number", text)
	return x
}

func day(t testing.TB, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, text)
	require.NoError(t, err)
	return d
}

// input returns the input of a case. The ids of recipes and lots are their positions.
func (c planCase) input(t testing.TB) planner.Input {
	t.Helper()
	in := planner.Input{Today: day(t, c.Today), Catalog: c.catalog(t), Units: planner.System(c.Units), Ignore: c.Ignore}
	for i, l := range c.Fridge {
		in.Lots = append(in.Lots, planner.Lot{
			ID: int64(i), Name: l.Name, Quantity: l.Quantity, BestBefore: day(t, l.BestBefore), Staple: l.Staple,
		})
	}
	for _, m := range c.Plan {
		for i, r := range c.Recipes {
			if r.Name != m.Recipe {
				continue
			}
			meal := planner.Meal{RecipeID: int64(i), Recipe: r.Name, Date: day(t, m.Date), Lines: r.Ingredients}
			switch {
			case m.Factor != "":
				meal.Factor = rat(t, m.Factor)
			case r.Servings == nil:
				meal.AsWritten = true
			default:
				meal.Factor = big.NewRat(m.Servings, *r.Servings)
			}
			in.Meals = append(in.Meals, meal)
		}
	}
	return in
}

// catalog returns the user's foods of a case.
func (c planCase) catalog(t testing.TB) *food.Catalog {
	t.Helper()
	var settings []food.Setting
	for _, f := range c.Foods {
		s := food.Setting{Name: f.Name, Aliases: f.Aliases}
		if f.PieceWeight != "" {
			s.PieceWeight = grams(t, f.PieceWeight)
		}
		if weight, volume, ok := strings.Cut(f.Density, "/"); ok {
			s.Density = new(big.Rat).Quo(grams(t, weight), sizes(t)[strings.TrimSpace(volume)])
		}
		settings = append(settings, s)
	}
	return food.New(settings)
}

func grams(t testing.TB, text string) *big.Rat {
	t.Helper()
	m := quantity.Parse(text, "").Total()
	require.Len(t, m, 1, text)
	g, err := quantity.Convert(m[0].Amount.Min, m[0].Unit, quantity.ByKey("g"))
	require.NoError(t, err)
	return g
}

func TestTheWorkedPlans(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"plans.json", "more.json"} {
		for _, c := range readCases(t, file) {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				result := planner.Compute(c.input(t))
				problems := compareAll(t, c.Expect, result)
				for _, a := range c.Accept {
					if len(problems) > 0 && a.Expect != nil {
						problems = compareAll(t, a.Expect, result)
					}
				}
				require.Empty(t, problems, describe(result))
			})
		}
	}
}

// describe formats a result for the log of a test.
func describe(r planner.Result) string {
	var b strings.Builder
	for _, l := range r.Lines {
		fmt.Fprintf(&b, "%s: need %v, fridge %v, buy %v, %s %s\n", l.Food, shown(l.Need), shown(l.FromFridge), shown(l.ToBuy), l.Confidence, l.Reason)
		for _, f := range l.Facts {
			fmt.Fprintf(&b, "    %s: %s\n", f.Kind, f.Text)
		}
	}
	return b.String()
}

func shown(amounts []planner.Amount) []string {
	texts := []string{}
	for _, a := range amounts {
		texts = append(texts, a.Text)
	}
	return texts
}
