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

// rung is a unit and the amounts of it that a cook measures.
type rung struct {
	unit *quantity.Unit
	// low and high limit the amounts that are written in this unit; high is 0 if there is no limit.
	low, high float64
	grid      grid // nil: that of scales and jugs, in grams and milliliters
	// size is the number of grams, milliliters or centimeters in one unit; 1 for counted units.
	size float64
}

func newRung(key string, low, high float64, g grid) rung {
	unit := quantity.ByKey(key)
	return rung{unit, low, high, g, float(unit.Size())}
}

// ladder lists units from large to small. An amount gets the first unit that fits it well.
type ladder []rung

var (
	metricMass   = ladder{newRung("kg", 1, 0, nil), newRung("g", 0, 0, nil)}
	metricVolume = ladder{newRung("l", 1, 0, nil), newRung("ml", 0, 0, nil)}
	metricSpoons = ladder{
		newRung("l", 1, 0, nil), newRung("ml", 60, 0, nil), newRung("metric-tbsp", 1, 0, halves), newRung("metric-tsp", 0, 12, cups),
	}
	imperialVolume = ladder{
		newRung("imperial-pint", 1, 0, cups), newRung("imperial-fl oz", 1, 0, quarters), newRung("metric-tbsp", 1, 4, halves),
		newRung("metric-tsp", 0, 12, cups),
	}
	usMass   = ladder{newRung("lb", 1, 0, eighths), newRung("oz", 0.5, 32, eighths)}
	usVolume = ladder{
		newRung("quart", 4, 0, cups), newRung("cup", 0.25, 16, cups), newRung("tbsp", 1, 12, halves), newRung("tsp", 0, 12, cups),
	}
	metricLength = ladder{newRung("cm", 1, 0, halves), newRung("mm", 0, 0, halves)}
	usLength     = ladder{newRung("inch", 0, 0, quarters)}
)

// home describes a measured unit: the amounts for which it is kept, and the ladder for other amounts.
type home struct {
	rung
	system System // that has the unit; AsWritten: neither the metric nor the US one
	ladder ladder
}

// homes has every measured unit but temperatures.
var homes = makeHomes()

func makeHomes() map[*quantity.Unit]home {
	all := map[*quantity.Unit]home{}
	add := func(system System, to ladder, rungs ...rung) {
		for _, r := range rungs {
			all[r.unit] = home{r, system, to}
		}
	}
	add(Metric, metricMass, newRung("mg", 0, 1000, nil), newRung("g", 0, 1000, nil), newRung("hg", 0.5, 10, nil), newRung("kg", 0.25, 0, nil))
	add(Metric, metricMass, newRung("metric-pound", 0.25, 0, eighths))
	add(US, usMass, newRung("oz", 0.5, 16, eighths), newRung("lb", 0.25, 0, eighths))
	add(Metric, metricVolume, newRung("ml", 0, 1000, nil), newRung("cl", 1, 100, nil), newRung("dl", 0.25, 10, nil), newRung("l", 0.25, 0, nil))
	add(Metric, metricSpoons, newRung("metric-tsp", 0, 3, cups), newRung("metric-tbsp", 1, 4, halves))
	add(AsWritten, metricSpoons, newRung("dessertspoon", 0.5, 6, halves), newRung("australian-tbsp", 1, 4, halves))
	add(AsWritten, metricSpoons, newRung("metric-cup", 0.25, 0, cups), newRung("japanese-cup", 0.25, 0, cups))
	add(AsWritten, imperialVolume, newRung("imperial-cup", 0.25, 0, cups), newRung("imperial-fl oz", 1, 40, quarters))
	add(AsWritten, imperialVolume, newRung("imperial-pint", 0.25, 0, cups), newRung("imperial-quart", 0.5, 0, cups), newRung("imperial-gallon", 0.25, 0, cups))
	add(US, usVolume, newRung("tsp", 0, 3, cups), newRung("tbsp", 1, 4, halves), newRung("cup", 0.25, 16, cups), newRung("fl oz", 0.5, 32, quarters))
	add(US, usVolume, newRung("pint", 0.5, 16, cups), newRung("quart", 0.5, 0, cups), newRung("gallon", 0.25, 0, cups))
	add(Metric, metricLength, newRung("mm", 0, 0, halves), newRung("cm", 0, 0, halves))
	add(US, usLength, newRung("inch", 0, 0, quarters))
	return all
}

// target returns the ladder for a unit in a system, and whether the unit may be kept.
func (h home) target(s System) (l ladder, stays bool) {
	if s == AsWritten || s == h.system {
		return h.ladder, true
	}
	switch h.unit.Dimension { //nolint:exhaustive // the others have no home
	case quantity.Mass:
		return map[System]ladder{Metric: metricMass, US: usMass}[s], false
	case quantity.Length:
		return map[System]ladder{Metric: metricLength, US: usLength}[s], false
	}
	switch {
	case s == US:
		return usVolume, false
	case h.unit.Generic == "tsp", h.unit.Generic == "tbsp", h.unit.Generic == "dessertspoon":
		return metricSpoons, false
	}
	return metricVolume, false
}
