package quantity

import "slices"

// hasEach reports whether the quantity is that of each food in a list: "1 tsp each cumin, coriander and paprika".
func (p *parser) hasEach(segments []segment) bool {
	for _, s := range segments {
		if s.separator == "(" {
			continue
		}
		for i := range s.end {
			if eachWords[p.key(i)] && p.key(i+1) != ")" {
				return true
			}
		}
		return false
	}
	return false
}

// isBeforeFood reports whether the food may follow segment n: "each: cumin, coriander", "small/medium potatoes".
func (p *parser) isBeforeFood(segments []segment, n int) bool {
	if n+1 < len(segments) && slices.Contains([]string{",", ":", "/"}, segments[n+1].separator) {
		return true
	}
	return n+2 < len(segments) && segments[n+2].separator == "rest"
}

// eachWords are words for "each" before a food.
var eachWords = map[string]bool{
	"each": true, "ea": true, "je": true, "jeweils": true, "elk": true, "chaque": true, "ciascuno": true,
}
