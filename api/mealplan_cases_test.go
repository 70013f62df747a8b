package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// planCase is a case of plans.json; see internal/planner/testdata.
type planCase struct {
	Name, Today string
	Foods       []map[string]any
	Recipes     []struct {
		Name        string
		Servings    *int64
		Ingredients []map[string]any
	}
	Fridge []map[string]any
	Plan   []map[string]any
	Expect []planExpected
	Accept []struct{ Expect []planExpected }
}

type planExpected struct {
	Food       string
	Names      []string
	Need       []planAmount
	FromFridge []planAmount `json:"from_fridge"`
	ToBuy      []planAmount `json:"to_buy"`
	Tolerance  int64        `json:"tolerance_percent"`
	Merged     bool
	Reason     string
	Explains   []struct {
		Fact, Recipe, Quantity, Times, Source, Because, Reason string
		Lot                                                    int
		Share, Taken                                           planAmount
	}
	Accept []json.RawMessage
}

type planAmount struct {
	Amount, Min, Max, Unit, Text, Times string
	AtMost                              string `json:"at_most"`
}

// TestTheWorkedPlansOverHTTP creates the data of each case through the API, and compares the plan with the expected lines.
func TestTheWorkedPlansOverHTTP(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	for _, file := range []string{"plans.json", "more.json"} {
		text, err := os.ReadFile("../internal/planner/testdata/" + file)
		require.NoError(t, err)
		var cases []planCase
		require.NoError(t, json.Unmarshal(text, &cases))
		require.NotEmpty(t, cases)
		for i, c := range cases {
			t.Run(c.Name, func(t *testing.T) {
				t.Parallel()
				k := plannedKitchen{Client: s.User(t, fmt.Sprintf("%s-%d", file, i))}
				k.fill(t, c)
				preview := k.plan(t, c, false)
				problems := k.compare(t, c.Expect, preview)
				for _, other := range c.Accept {
					if len(problems) > 0 && other.Expect != nil {
						problems = k.compare(t, other.Expect, preview)
					}
				}
				require.Empty(t, problems)
				committed := k.plan(t, c, true)
				require.Equal(t, preview.Lines, committed.Lines)
				toBuy := slices.DeleteFunc(slices.Clone(committed.Lines), func(l models.ShoppingLine) bool { return len(l.ToBuy) == 0 })
				require.Len(t, checklist(t, k.Client), len(toBuy))
			})
		}
	}
}

// plannedKitchen is a user with the data of a case.
type plannedKitchen struct {
	*apitest.Client

	recipes map[string]int64
	lots    []int64
}

func (k *plannedKitchen) fill(t *testing.T, c planCase) {
	t.Helper()
	k.recipes = map[string]int64{}
	add := func(path string, body any) int64 {
		return apitest.Decode[struct{ ID int64 }](t, k.Call(t, http.MethodPost, path, body).Is(t, http.StatusCreated)).ID
	}
	for _, f := range c.Foods {
		add("/api/foods/", f)
	}
	for _, r := range c.Recipes {
		body := map[string]any{"name": r.Name, "meat_type": "any", "longevity": 1, "frequency": "rarely", "ingredients": r.Ingredients}
		if r.Servings != nil {
			body["servings"] = *r.Servings
		}
		k.recipes[r.Name] = add("/api/recipes/", body)
	}
	for _, lot := range c.Fridge {
		lot["group"] = "any"
		k.lots = append(k.lots, add("/api/fridge/ingredient/", lot))
	}
}

func (k *plannedKitchen) plan(t *testing.T, c planCase, commit bool) models.MealPlan {
	t.Helper()
	list := []map[string]any{}
	for _, m := range c.Plan {
		meal := map[string]any{}
		for name, value := range m {
			meal[name] = value
		}
		meal["recipe"] = k.recipes[m["recipe"].(string)]
		list = append(list, meal)
	}
	return meals(t, k.Client, nil, map[string]any{"meals": list, "today": c.Today, "commit": commit})
}

// compare returns the differences.
func (k *plannedKitchen) compare(t *testing.T, want []planExpected, got models.MealPlan) []string {
	t.Helper()
	var problems []string
	if len(want) != len(got.Lines) {
		problems = append(problems, fmt.Sprintf("%d lines, not %d: %v", len(got.Lines), len(want), lineTexts(got)))
	}
	for _, w := range want {
		i := slices.IndexFunc(got.Lines, func(l models.ShoppingLine) bool {
			return slices.ContainsFunc(w.Names, func(name string) bool { return strings.EqualFold(name, l.Food) })
		})
		if i < 0 {
			problems = append(problems, w.Food+" has no line")
			continue
		}
		line := got.Lines[i]
		wrong := compareAmounts(t, w, line)
		if len(wrong) == 0 {
			wrong = k.missingFacts(t, w, line)
		}
		for _, raw := range w.Accept {
			other := w
			other.Need, other.FromFridge, other.ToBuy = nil, nil, nil
			require.NoError(t, json.Unmarshal(raw, &other))
			if len(wrong) > 0 && len(compareAmounts(t, other, line)) == 0 {
				wrong = nil
			}
		}
		problems = append(problems, wrong...)
	}
	return problems
}

func compareAmounts(t *testing.T, w planExpected, l models.ShoppingLine) []string {
	t.Helper()
	var wrong []string
	for what, pair := range map[string]struct {
		want []planAmount
		got  []models.Amount
	}{"need": {w.Need, l.Need}, "from_fridge": {w.FromFridge, l.FromFridge}, "to_buy": {w.ToBuy, l.ToBuy}} {
		if pair.want != nil && !samePlanAmounts(t, pair.want, pair.got, w.Tolerance) {
			wrong = append(wrong, fmt.Sprintf("%s: %s is %+v, not %+v", w.Food, what, texts(pair.got), pair.want))
		}
	}
	if w.Merged != l.Merged {
		wrong = append(wrong, fmt.Sprintf("%s: merged is %t", w.Food, l.Merged))
	}
	if !w.Merged && w.Reason != "kept_apart" && (l.Reason == nil || string(*l.Reason) != w.Reason) {
		wrong = append(wrong, fmt.Sprintf("%s: another reason than %s", w.Food, w.Reason))
	}
	return wrong
}

func texts(amounts []models.Amount) (all []string) {
	for _, a := range amounts {
		all = append(all, a.Text)
	}
	return all
}

// missingFacts returns the facts that are missing in the explanation of a line.
func (k *plannedKitchen) missingFacts(t *testing.T, w planExpected, l models.ShoppingLine) (missing []string) {
	t.Helper()
	for _, e := range w.Explains {
		matches := func(f models.PlanFact) bool {
			var lot int64
			if e.Lot < len(k.lots) {
				lot = k.lots[e.Lot]
			}
			because := e.Because + e.Reason
			switch {
			case string(f.Fact) != e.Fact, f.Text == "":
				return false
			case e.Fact == "recipe":
				times := e.Times
				if times == "" {
					times = "1"
				}
				return value(f.Recipe) == e.Recipe && value(f.Quantity) == e.Quantity && value(f.Times) == times &&
					hasPlanAmount(t, e.Share, amounts(f.Share))
			case e.Fact == "lot":
				return value(f.LotID) == lot && hasPlanAmount(t, e.Taken, amounts(f.Taken))
			case e.Fact == "lot_not_used":
				return value(f.LotID) == lot && value(f.Because) == because
			case e.Fact == "staple", e.Fact == "amount_unknown":
				return value(f.LotID) == lot
			case e.Source != "":
				return f.Source != nil && string(*f.Source) == e.Source
			}
			return e.Fact == "as_written" || because == "" || value(f.Because) == because
		}
		if !slices.ContainsFunc(l.Why, matches) {
			missing = append(missing, fmt.Sprintf("%s: no fact tells %+v", w.Food, e))
		}
	}
	return missing
}

func amounts(list *models.PlanAmounts) []models.Amount { return value(list) }

// value returns the zero value for nil.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
