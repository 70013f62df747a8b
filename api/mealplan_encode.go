package api

import (
	"math/big"
	"strconv"
	"time"

	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/planner"
)

// appendMealPlan appends the contract's MealPlan.
func appendMealPlan(b []byte, p grocery.MealPlan) []byte {
	b = appendDate(append(b, `{"today":`...), p.Today)
	b = appendString(append(b, `,"units":`...), string(p.Units))
	b = append(b, `,"meals":`...)
	b = appendAll(b, p.Meals, appendPlannedMeal)
	b = append(b, `,"lines":`...)
	return append(appendAll(b, p.Lines, appendShoppingLine), '}')
}

// appendAll appends an array.
func appendAll[T any](b []byte, list []T, appendOne func([]byte, T) []byte) []byte {
	return appendList(b, func(b []byte) []byte { return b }, list, appendOne)
}

// appendPlannedMeal appends the contract's PlannedMeal.
func appendPlannedMeal(b []byte, m grocery.Meal) []byte {
	b = append(b, '{')
	if m.ID != 0 {
		b = append(strconv.AppendInt(append(b, `"id":`...), m.ID, 10), ',')
	}
	b = strconv.AppendInt(append(b, `"recipe":`...), m.RecipeID, 10)
	b = appendText(b, "name", m.Recipe)
	if m.Servings != 0 {
		b = strconv.AppendInt(append(b, `,"servings":`...), m.Servings, 10)
	}
	b = appendText(b, "factor", m.Factor)
	if !m.Date.IsZero() {
		b = appendDate(append(b, `,"date":`...), m.Date)
	}
	return append(appendString(append(b, `,"times":`...), m.Times.RatString()), '}')
}

// appendShoppingLine appends the contract's ShoppingLine.
func appendShoppingLine(b []byte, l grocery.PlanLine) []byte {
	b = appendString(append(b, `{"food":`...), l.Food)
	b = append(b, `,"names":`...)
	b = appendAll(b, l.Names, appendString)
	b = append(b, `,"need":`...)
	b = appendAll(b, l.Need, appendPlanAmount)
	b = append(b, `,"from_fridge":`...)
	b = appendAll(b, l.FromFridge, appendPlanAmount)
	b = append(b, `,"to_buy":`...)
	b = appendAll(b, l.ToBuy, appendPlanAmount)
	b = strconv.AppendBool(append(b, `,"merged":`...), l.Merged)
	b = appendText(b, "reason", string(l.Reason))
	b = appendText(b, "confidence", string(l.Confidence))
	b = appendText(b, "aisle", l.Aisle)
	if l.Override != nil {
		b = append(b, `,"override":{`...)
		if l.OverrideID != 0 {
			b = append(strconv.AppendInt(append(b, `"id":`...), l.OverrideID, 10), ',')
		}
		b = appendString(append(b, `"state":`...), string(l.Override.State))
		b = append(appendText(b, "amount", l.Override.Quantity), '}')
	}
	b = append(b, `,"why":`...)
	return append(appendAll(b, l.Facts, appendFact), '}')
}

// appendFact appends the contract's PlanFact.
func appendFact(b []byte, f planner.Fact) []byte {
	b = appendString(append(b, `{"fact":`...), string(f.Kind))
	b = appendString(append(b, `,"text":`...), f.Text)
	if f.RecipeID != 0 {
		b = strconv.AppendInt(append(b, `,"recipe_id":`...), f.RecipeID, 10)
	}
	b = appendText(b, "recipe", f.Recipe)
	b = appendText(b, "name", f.Name)
	b = appendText(b, "quantity", f.Quantity)
	if f.Times != nil {
		b = appendString(append(b, `,"times":`...), f.Times.RatString())
	}
	b = appendAmounts(b, "share", f.Share)
	if f.LotID != 0 {
		b = strconv.AppendInt(append(b, `,"lot_id":`...), f.LotID, 10)
	}
	b = appendText(b, "lot", f.Lot)
	b = appendAmounts(b, "taken", f.Taken)
	b = appendAmounts(b, "from", append(f.From, f.Range...))
	b = appendAmounts(b, "to", f.To)
	b = appendText(b, "source", string(f.Source))
	if len(f.Names) > 0 {
		b = append(b, `,"names":`...)
		b = appendAll(b, f.Names, appendString)
	}
	return append(appendText(b, "because", f.Because), '}')
}

// appendText appends a member with a string, unless text is empty.
func appendText(b []byte, member, text string) []byte {
	if text == "" {
		return b
	}
	b = append(append(append(b, `,"`...), member...), `":`...)
	return appendString(b, text)
}

// appendAmounts appends a member with a list of amounts, unless the list is empty.
func appendAmounts(b []byte, member string, amounts []planner.Amount) []byte {
	if len(amounts) == 0 {
		return b
	}
	b = append(append(append(b, `,"`...), member...), `":`...)
	return appendAll(b, amounts, appendPlanAmount)
}

// appendPlanAmount appends the contract's Amount.
func appendPlanAmount(b []byte, a planner.Amount) []byte {
	b = appendString(append(b, `{"text":`...), a.Text)
	switch {
	case a.Min == nil:
	case a.Min.Cmp(a.Max) == 0:
		b = appendString(append(b, `,"amount":`...), measure.Exact(a.Max))
		b = appendNumber(append(b, `,"value":`...), a.Max)
	default:
		b = appendString(append(b, `,"min":`...), measure.Exact(a.Min))
		b = appendString(append(b, `,"max":`...), measure.Exact(a.Max))
	}
	b = appendText(b, "unit", a.Unit)
	if a.Times != nil {
		b = appendString(append(b, `,"times":`...), measure.Exact(a.Times))
	}
	return append(b, '}')
}

// appendNumber appends a number as JSON, rounded to a float64.
func appendNumber(b []byte, x *big.Rat) []byte {
	value, _ := x.Float64()
	return strconv.AppendFloat(b, value, 'g', -1, 64)
}

// appendDate appends a date as the contract's PlanDay.
func appendDate(b []byte, date time.Time) []byte { return date.AppendFormat(b, `"2006-01-02"`) }

// appendPlanOverride appends the contract's PlanOverride.
func appendPlanOverride(b []byte, o grocery.Override) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), o.ID, 10)
	b = appendString(append(b, `,"food":`...), o.Food)
	b = appendString(append(b, `,"state":`...), string(o.State))
	return append(appendText(b, "amount", o.Amount), '}')
}

// appendExportedMeal appends the contract's ExportedMeal.
func appendExportedMeal(b []byte, m grocery.StoredMeal) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), m.ID, 10)
	b = strconv.AppendInt(append(b, `,"recipe":`...), m.RecipeID, 10)
	if m.Servings != 0 {
		b = strconv.AppendInt(append(b, `,"servings":`...), m.Servings, 10)
	}
	b = appendText(b, "factor", m.Factor)
	return append(appendText(b, "date", m.Date), '}')
}
