package main

import (
	"fmt"
	"html"
	"strings"
)

// Sizes of the chart, in pixels.
const (
	rowHeight  = 26
	barHeight  = 16
	titleWidth = 240
	plotWidth  = 420
	headHeight = 34
	footHeight = 12
)

// chart draws the ratio of each operation as a bar, and its target as a line across the bar. The colours suit light and dark pages.
func (r report) chart() string {
	longest := 2.0
	for _, p := range r.pairs {
		longest = max(longest, p.ratio(0.5))
	}
	scale := plotWidth / longest
	height := headHeight + rowHeight*len(r.pairs) + footHeight
	width := titleWidth + plotWidth + 60
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" fill="#808080">`+"\n",
		width, height, width, height)
	fmt.Fprintf(&b, "<title>CPU time of a request on the server and in PostgreSQL, as a multiple of that of the %s</title>\n", r.other)
	fmt.Fprintf(&b, `<text x="%d" y="18">CPU per request (server + PostgreSQL), as a multiple of that of the %s; | target</text>`+"\n", titleWidth, r.other)
	for i, p := range r.pairs {
		y := headHeight + rowHeight*i
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", titleWidth-10, y+barHeight-3, html.EscapeString(p.Title))
		ratio := p.ratio(0.5)
		colour, label := "#3a9d5d", fmt.Sprintf("%.2f", ratio)
		if !p.meetsTarget() {
			colour = "#d2703c"
		}
		if p.byRate() {
			label += " of the rate"
		}
		target := titleWidth + p.limit()*scale
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%.1f" height="%d" rx="2" fill="%s"/>`+"\n", titleWidth, y, ratio*scale, barHeight, colour)
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#808080" stroke-width="2"/>`+"\n", target, target, y-3, y+barHeight+3)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d">%s</text>`+"\n", titleWidth+max(ratio, p.limit())*scale+6, y+barHeight-3, label)
	}
	return b.String() + "</svg>\n"
}
