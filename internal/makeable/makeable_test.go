package makeable_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/makeable"
	"github.com/ocipe/ocipe/internal/planner"
)

var today = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return today.AddDate(0, 0, n) }

// storedIngredients returns lines in the form in which recipes are stored.
func storedIngredients(t testing.TB, lines ...planner.Line) []byte {
	t.Helper()
	type ingredient struct {
		Name     string `json:"name"`
		Quantity string `json:"quantity"`
	}
	list := []ingredient{}
	for _, l := range lines {
		list = append(list, ingredient(l))
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	return text
}

func TestListsWhatIsInTheHouseAndWhatIsMissing(t *testing.T) {
	t.Parallel()
	catalog := food.New([]food.Setting{{Name: "salt", Staple: true}})
	k := makeable.New([]planner.Lot{
		{Name: "Flour", Quantity: "200 g"},
		{Name: "Eggs", Quantity: "6", BestBefore: day(2)},
		{Name: "milk", Quantity: "", BestBefore: day(30)},
		{Name: "cream", Quantity: "1 l", BestBefore: day(-1)},
		{Name: "Butter", Quantity: "250 g"},
	}, today, 3, catalog)
	pancakes := storedIngredients(t,
		planner.Line{Name: "flour", Quantity: "500 g"}, planner.Line{Name: "egg", Quantity: "3"}, planner.Line{Name: "milk", Quantity: "½ l"},
		planner.Line{Name: "butter, melted", Quantity: "50 g"}, planner.Line{Name: "butter", Quantity: "30 g"},
		planner.Line{Name: "salt", Quantity: "a pinch"}, planner.Line{Name: "cream", Quantity: "100 ml"},
		planner.Line{Name: `"00" \ sugar`, Quantity: ""})

	v, wanted, err := k.Evaluate(pancakes, makeable.Filter{MaxMissing: 3, ExpiringSoon: true})
	require.NoError(t, err)
	require.True(t, wanted)
	require.Equal(t, makeable.Counts{Missing: 3, ExpiringSoon: 1}, v)
	for _, most := range []int{0, 1, 2} {
		_, wanted, err = k.Evaluate(pancakes, makeable.Filter{MaxMissing: most})
		require.NoError(t, err)
		require.False(t, wanted)
	}
	have, missing, err := k.SplitFoods(pancakes)
	require.NoError(t, err)
	require.Equal(t, []makeable.Ingredient{
		{Name: "egg", Quantity: "3", BestBefore: day(2)}, {Name: "milk", Quantity: "½ l"},
		{Name: "butter, melted", Quantity: "50 g + 30 g"}, {Name: "salt", Quantity: "a pinch"},
	}, have)
	require.Len(t, missing, 3)
	require.Equal(t, "300 g", missing[0].ToBuy)
	require.Equal(t, makeable.Ingredient{Name: "cream", Quantity: "100 ml"}, missing[1])
	require.Equal(t, makeable.Ingredient{Name: `"00" \ sugar`, Quantity: ""}, missing[2])

	_, wanted, err = k.Evaluate([]byte("[]"), makeable.Filter{})
	require.NoError(t, err)
	require.True(t, wanted)
	_, wanted, err = k.Evaluate([]byte("[]"), makeable.Filter{MaxMissing: -1, ExpiringSoon: true})
	require.NoError(t, err)
	require.False(t, wanted)
	_, _, err = k.Evaluate([]byte(`[{"name":`), makeable.Filter{})
	require.Error(t, err)
}

func TestJudgesLikeThePlanner(t *testing.T) {
	t.Parallel()
	recipes := demo(t)
	random := rand.New(rand.NewPCG(1, 2))
	lots := fridge(recipes, random, 200)
	catalog := food.New([]food.Setting{{Name: "water", Staple: true}, {Name: "onion", PieceWeight: big.NewRat(100, 1)}})
	k := makeable.New(lots, today, 3, catalog)
	enough := 0
	for _, lines := range recipes {
		v, _, err := k.Evaluate(storedIngredients(t, lines...), makeable.Filter{MaxMissing: -1})
		require.NoError(t, err)
		missing := 0
		plan := planner.Compute(planner.Input{Meals: []planner.Meal{{Lines: lines}}, Lots: lots, Today: today, Catalog: catalog})
		for _, l := range plan.Lines {
			if len(l.ToBuy) > 0 {
				missing++
			}
		}
		require.Equal(t, missing, v.Missing, "%v", lines)
		enough += len(plan.Lines) - missing
	}
	require.Greater(t, enough, 500)
}

// demo returns the ingredients of real recipes.
func demo(t testing.TB) [][]planner.Line {
	t.Helper()
	text, err := os.ReadFile("../demo/recipes.json")
	require.NoError(t, err)
	var recipes []struct{ Ingredients []planner.Line }
	require.NoError(t, json.Unmarshal(text, &recipes, json.MatchCaseInsensitiveNames(true)))
	require.Len(t, recipes, 410)
	var all [][]planner.Line
	for _, r := range recipes {
		all = append(all, r.Ingredients)
	}
	return all
}

// fridge returns lots of foods in the recipes: half of them with an amount, some that are overdue or to be used soon.
func fridge(recipes [][]planner.Line, random *rand.Rand, n int) []planner.Lot {
	var lots []planner.Lot
	for i := range n {
		lines := recipes[random.IntN(len(recipes))]
		if len(lines) == 0 {
			continue
		}
		line := lines[random.IntN(len(lines))]
		l := planner.Lot{ID: int64(i), Name: line.Name, Quantity: line.Quantity}
		if random.IntN(2) == 0 {
			l.Quantity = []string{"", "some", "500 g", "2"}[random.IntN(4)]
		}
		if random.IntN(3) == 0 {
			l.BestBefore = day(random.IntN(20) - 5)
		}
		l.Staple = random.IntN(30) == 0
		lots = append(lots, l)
	}
	return lots
}

// BenchmarkJudge compares 10,000 recipes with 200 lots. The recipes have the lines of real ones, but more different quantities.
func BenchmarkJudge(b *testing.B) {
	recipes := demo(b)
	random := rand.New(rand.NewPCG(3, 4))
	var all [][]byte
	for i := range 10_000 {
		lines := append([]planner.Line(nil), recipes[i%len(recipes)]...)
		for n := range lines {
			if random.IntN(3) == 0 {
				lines[n].Quantity = fmt.Sprintf("%d g", 10+random.IntN(500))
			}
		}
		all = append(all, storedIngredients(b, lines...))
	}
	lots := fridge(recipes, random, 200)
	b.ReportAllocs()
	start := cpu(b)
	for b.Loop() {
		k := makeable.New(lots, today, 3, nil)
		found := 0
		for _, list := range all {
			if _, wanted, _ := k.Evaluate(list, makeable.Filter{MaxMissing: 2}); wanted {
				found++
			}
		}
		require.Greater(b, found, 100)
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N)/1e6, "cpu-ms/op")
}

// cpu returns the CPU time of this process, which doesn't depend on other programs on the machine.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
