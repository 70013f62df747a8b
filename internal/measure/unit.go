package measure

import "github.com/ocipe/ocipe/internal/quantity"

// System is a system of units.
type System string

// The systems, with their names in the contract.
const (
	AsWritten System = "as_written"
	Metric    System = "metric"
	US        System = "us"
)

// unitRange is a unit and the amounts of it that a cook measures.
type unitRange struct {
	unit *quantity.Unit
	// low and high limit the amounts that are written in this unit; high is 0 if there is no limit.
	low, high float64
	grid      grid // nil: that of scales and jugs, in grams and milliliters
	// size is the number of grams, milliliters or centimeters in one unit; 1 for counted units.
	size float64
}

func newUnitRange(key string, low, high float64, g grid) unitRange {
	unit := quantity.ByKey(key)
	return unitRange{unit, low, high, g, float(unit.Size())}
}

// unitRanges lists units from large to small. An amount gets the first unit that fits it well.
type unitRanges []unitRange

var (
	metricMass   = unitRanges{newUnitRange("kg", 1, 0, nil), newUnitRange("g", 0, 0, nil)}
	metricVolume = unitRanges{newUnitRange("l", 1, 0, nil), newUnitRange("ml", 0, 0, nil)}
	metricSpoons = unitRanges{
		newUnitRange("l", 1, 0, nil), newUnitRange("ml", 60, 0, nil), newUnitRange("metric-tbsp", 1, 0, halves), newUnitRange("metric-tsp", 0, 12, cups),
	}
	imperialVolume = unitRanges{
		newUnitRange("imperial-pint", 1, 0, cups), newUnitRange("imperial-fl oz", 1, 0, quarters), newUnitRange("metric-tbsp", 1, 4, halves),
		newUnitRange("metric-tsp", 0, 12, cups),
	}
	usMass   = unitRanges{newUnitRange("lb", 1, 0, eighths), newUnitRange("oz", 0.5, 32, eighths)}
	usVolume = unitRanges{
		newUnitRange("quart", 4, 0, cups), newUnitRange("cup", 0.25, 16, cups), newUnitRange("tbsp", 1, 12, halves), newUnitRange("tsp", 0, 12, cups),
	}
	metricLength = unitRanges{newUnitRange("cm", 1, 0, halves), newUnitRange("mm", 0, 0, halves)}
	usLength     = unitRanges{newUnitRange("inch", 0, 0, quarters)}
)

// unitRule describes a measured unit: the amounts for which it is kept, and the units for other amounts.
type unitRule struct {
	unitRange
	system       System // that has the unit; AsWritten: neither the metric nor the US one
	alternatives unitRanges
}

// unitRules has every measured unit but temperatures.
var unitRules = makeUnitRules()

func makeUnitRules() map[*quantity.Unit]unitRule {
	all := map[*quantity.Unit]unitRule{}
	add := func(system System, alternatives unitRanges, ranges ...unitRange) {
		for _, r := range ranges {
			all[r.unit] = unitRule{r, system, alternatives}
		}
	}
	add(Metric, metricMass, newUnitRange("mg", 0, 1000, nil), newUnitRange("g", 0, 1000, nil), newUnitRange("hg", 0.5, 10, nil), newUnitRange("kg", 0.25, 0, nil))
	add(Metric, metricMass, newUnitRange("metric-pound", 0.25, 0, eighths))
	add(US, usMass, newUnitRange("oz", 0.5, 16, eighths), newUnitRange("lb", 0.25, 0, eighths))
	add(Metric, metricVolume, newUnitRange("ml", 0, 1000, nil), newUnitRange("cl", 1, 100, nil), newUnitRange("dl", 0.25, 10, nil), newUnitRange("l", 0.25, 0, nil))
	add(Metric, metricSpoons, newUnitRange("metric-tsp", 0, 3, cups), newUnitRange("metric-tbsp", 1, 4, halves))
	add(AsWritten, metricSpoons, newUnitRange("dessertspoon", 0.5, 6, halves), newUnitRange("australian-tbsp", 1, 4, halves))
	add(AsWritten, metricSpoons, newUnitRange("metric-cup", 0.25, 0, cups), newUnitRange("japanese-cup", 0.25, 0, cups))
	add(AsWritten, imperialVolume, newUnitRange("imperial-cup", 0.25, 0, cups), newUnitRange("imperial-fl oz", 1, 40, quarters))
	add(AsWritten, imperialVolume, newUnitRange("imperial-pint", 0.25, 0, cups), newUnitRange("imperial-quart", 0.5, 0, cups), newUnitRange("imperial-gallon", 0.25, 0, cups))
	add(US, usVolume, newUnitRange("tsp", 0, 3, cups), newUnitRange("tbsp", 1, 4, halves), newUnitRange("cup", 0.25, 16, cups), newUnitRange("fl oz", 0.5, 32, quarters))
	add(US, usVolume, newUnitRange("pint", 0.5, 16, cups), newUnitRange("quart", 0.5, 0, cups), newUnitRange("gallon", 0.25, 0, cups))
	add(Metric, metricLength, newUnitRange("mm", 0, 0, halves), newUnitRange("cm", 0, 0, halves))
	add(US, usLength, newUnitRange("inch", 0, 0, quarters))
	return all
}

// rangesFor returns the units to choose from in a system, and whether the unit may be kept.
func (rule unitRule) rangesFor(s System) (ranges unitRanges, keeps bool) {
	if s == AsWritten || s == rule.system {
		return rule.alternatives, true
	}
	switch rule.unit.Dimension { //nolint:exhaustive // the others have no rule
	case quantity.Mass:
		return map[System]unitRanges{Metric: metricMass, US: usMass}[s], false
	case quantity.Length:
		return map[System]unitRanges{Metric: metricLength, US: usLength}[s], false
	}
	switch {
	case s == US:
		return usVolume, false
	case rule.unit.Generic == "tsp", rule.unit.Generic == "tbsp", rule.unit.Generic == "dessertspoon":
		return metricSpoons, false
	}
	return metricVolume, false
}
