package main

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// volumes are the units of volume, in order of preference. The weights of small measures are less exact, because they are rounded.
var volumes = []string{"cup", "fl oz", "tbsp", "tsp", "pint", "quart"}

// counted maps the counted units of the database to their keys in package quantity.
var counted = map[string]string{
	"clove": "clove", "slice": "slice", "leaf": "leaf", "leaves": "leaf", "head": "head", "stalk": "stalk", "stick": "stick",
	"bunch": "bunch", "sprig": "sprig", "sprigs": "sprig", "ear": "ear", "bulb": "bulb", "sheets": "sheet", "sheet": "sheet",
	"cube": "cube",
}

// whole are the counted units that count as a piece if the database has no piece.
var whole = []string{"head", "ear", "bulb"}

var (
	spellings = strings.NewReplacer("tablespoon", "tbsp", "teaspoon", "tsp", "fluid ounce", "fl oz")
	// changed matches measures of food in another state than it is bought in, in which the same volume has another weight.
	changed = regexp.MustCompile(`whipped|melted|mashed|pureed|ground|crumbs|yield|\bsifted|makes|child|small \d|medium \d|large \d|miniature|shell,|hulls|large curd`)
	// noPiece matches measures that aren't a piece.
	noPiece = regexp.MustCompile(`\boz\b|\blb|\bgrams?\b|serving|NLEA|inch,? |cubic|package|container|yield|wedge|\bring|strip|section|` +
		`unit |\bliter|\bml\b|pat |packet|spear|floweret|raisins|slices|wafer|square |patty|link, little|\bcan\b|bottle|glass|jigger|\btip|half|halves|` +
		`individual|spray|dash|recipe|kernel|\bbox|\bjar|\bbag\b|\bbar\b|miniature|cake \(`)
	sized = regexp.MustCompile(`(?i)large|small|jumbo|mini|thin|thick|extra`)
)

// rows returns the lines of the table for a food: at most one for volume and one for each counted unit.
func (db *database) rows(f food) ([][]string, error) {
	if db.descriptions[f.number] == "" {
		return nil, fmt.Errorf("SR21 has no food %s", f.number)
	}
	chosen := map[string]measure{}
	db.volume(f.number, chosen)
	db.counts(f.number, chosen)
	for unit, number := range f.choices {
		if number == "-" {
			delete(chosen, unit)
			continue
		}
		m, err := db.find(f.number, number)
		if err != nil {
			return nil, err
		}
		if unit == "cup" {
			maps.DeleteFunc(chosen, func(u string, _ measure) bool { return slices.Contains(volumes, u) })
			unit = volumeOf(m.text)
		}
		chosen[unit] = m
	}
	var rows [][]string
	for unit, m := range chosen {
		rows = append(rows, []string{f.name, unit, m.food, db.descriptions[m.food], m.amount, m.text, m.grams})
	}
	slices.SortFunc(rows, slices.Compare)
	return rows, nil
}

// volumeOf returns the unit of volume with which a measure begins, or "".
func volumeOf(text string) string {
	text = spellings.Replace(strings.ToLower(text))
	for _, unit := range volumes {
		if rest, ok := strings.CutPrefix(text, unit); ok && (rest == "" || strings.IndexByte(" ,(s", rest[0]) >= 0) {
			return unit
		}
	}
	return ""
}

// volume chooses the measure with the first unit of volumes, for the food in the state in which it is bought.
func (db *database) volume(number string, chosen map[string]measure) {
	var best measure
	rank := len(volumes)
	for _, m := range db.measures[number] {
		r := slices.Index(volumes, volumeOf(m.text))
		if r >= 0 && r < rank && !changed.MatchString(m.text) {
			rank, best = r, m
		}
	}
	if rank < len(volumes) {
		chosen[volumes[rank]] = best
	}
}

// counts chooses a measure for each counted unit. If there are several, it prefers medium size, then no size.
func (db *database) counts(number string, chosen map[string]measure) {
	for _, m := range db.measures[number] {
		unit := countedUnit(m.text)
		if unit == "" {
			continue
		}
		old, ok := chosen[unit]
		if !ok || better(m.text, old.text) {
			chosen[unit] = m
		}
	}
	if m, ok := chosen["piece"]; ok && sized.MatchString(m.text) && !strings.Contains(m.text, "medium") {
		delete(chosen, "piece") // only large and small ones
	}
	for _, unit := range whole {
		if _, ok := chosen["piece"]; !ok && chosen[unit].text != "" {
			chosen["piece"] = chosen[unit]
		}
	}
}

// countedUnit returns the counted unit of a measure, "piece" if the measure names the food or its size, or "".
func countedUnit(text string) string {
	if volumeOf(text) != "" {
		return ""
	}
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" ,(", r) })
	if len(words) == 0 {
		return ""
	}
	if unit := counted[words[0]]; unit != "" {
		return unit
	}
	if noPiece.MatchString(text) {
		return ""
	}
	return "piece"
}

// better reports whether the size of a measure is preferred to that of another: medium, then no size, then any other.
func better(text, other string) bool {
	rank := func(s string) int {
		switch {
		case strings.Contains(strings.ToLower(s), "medium"):
			return 0
		case !sized.MatchString(s):
			return 1
		}
		return 2
	}
	return rank(text) < rank(other)
}
