package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// step is the result at a multiple of the load that saturates the server.
type step struct {
	factor float64
	measuredOutcome
}

// overloadReport is the result of an overload.
type overloadReport struct {
	machine machine
	config  config
	maximum measuredOutcome
	steps   []step
	storms  []stormResult
}

// The targets at three times the maximum.
const (
	minGoodput   = 0.8
	maxServedP99 = time.Second
)

// share returns the goodput as a fraction of the maximum.
func (r overloadReport) share(m *measuredOutcome) float64 { return m.goodput() / r.maximum.goodput() }

func (r overloadReport) markdown() string {
	var b strings.Builder
	b.WriteString("# Results of make bench-overload\n\n![Goodput under overload](overload.svg)\n\n* " + r.machine.String() + "\n")
	fmt.Fprintf(&b, "* %d users with %d recipes. Of 20 requests: %s.\n", r.config.users, r.config.recipes, normalMixText())
	fmt.Fprintf(&b, "* The maximum, %.0f requests/s, is the best of %d runs in which %d connections send one request after the other.\n",
		r.maximum.goodput(), saturatedRuns, saturatedConnections)
	fmt.Fprintf(&b, "* The other loads come by a schedule over %d connections, for %s each. Latencies count from the scheduled time. Rejected: 503 with Retry-After.\n",
		overloadConnections, r.config.overload)
	b.WriteString("* Server and PostgreSQL run on half of the processors, the load on the others.\n")
	fmt.Fprintf(&b, "* Targets at three times the maximum: goodput ≥ %.0f %% of the maximum, p99 of what is served < %s; ! marks a target that is missed.\n\n", 100*minGoodput, maxServedP99)
	r.writeSteps(&b)
	r.writeStorms(&b)
	return b.String()
}

func (r overloadReport) writeSteps(b *strings.Builder) {
	b.WriteString("| load | offered/s | served/s | of the maximum | p50 ms | p99 ms | rejected/s | p50 ms | p99 ms | other responses | not sent | server cores | PostgreSQL | load |\n")
	b.WriteString("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for i := range r.steps {
		s := &r.steps[i]
		fmt.Fprintf(b, "| %g × | %.0f | %.0f | %.0f %%%s | %s | %s%s | %.0f | %s | %s | %d | %d | %.2f | %.2f | %.2f |\n",
			s.factor, s.factor*r.maximum.goodput(), s.goodput(), 100*r.share(&s.measuredOutcome), missedMark(s.factor >= 1 && r.share(&s.measuredOutcome) < minGoodput),
			ms(percentile(s.served, 50)), ms(percentile(s.served, 99)), missedMark(percentile(s.served, 99) >= maxServedP99),
			float64(len(s.rejected))/s.elapsed.Seconds(), ms(percentile(s.rejected, 50)), ms(percentile(s.rejected, 99)),
			s.wrong, s.unsent, s.cores(s.server), s.cores(s.postgres), s.cores(s.load))
	}
}

func (r overloadReport) writeStorms(b *strings.Builder) {
	fmt.Fprintf(b, "\n## Storms\n\nThe everyday load at %g of the maximum, beside something that must not take what it needs. Here all share all processors.\n\n", normalLoadShare)
	b.WriteString("| beside | served | rejected | other responses | p50 ms | p99 ms | the storm: served/s | rejected/s | other/s |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for i := range r.storms {
		d := &r.storms[i]
		all := max(1, len(d.normalOutcome.served)+len(d.normalOutcome.rejected)+d.normalOutcome.wrong)
		own := "| | | |\n"
		if d.op != "" {
			per := d.stormOutcome.elapsed.Seconds()
			own = fmt.Sprintf("| %.1f | %.1f | %.1f |\n", d.stormOutcome.goodput(), float64(len(d.stormOutcome.rejected))/per, float64(d.stormOutcome.wrong)/per)
		}
		fmt.Fprintf(b, "| %s | %.2f %% | %d | %d | %s | %s %s", d.title, 100*float64(len(d.normalOutcome.served))/float64(all), len(d.normalOutcome.rejected), d.normalOutcome.wrong,
			ms(percentile(d.normalOutcome.served, 50)), ms(percentile(d.normalOutcome.served, 99)), own)
	}
}

func normalMixText() string {
	names := make([]string, 0, len(normalMix))
	for _, e := range normalMix {
		names = append(names, fmt.Sprintf("%d %s", e.times, e.name))
	}
	return strings.Join(names, ", ")
}

func missedMark(yes bool) string {
	if yes {
		return " !"
	}
	return ""
}

// ms formats a duration in milliseconds, or returns "" for 0.
func ms(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond))
}

// chart draws the served and the rejected requests over the offered requests. The colours suit light and dark pages.
func (r overloadReport) chart() string {
	const left, top, width, height = 60, 30, 480, 240
	longest := loadFactors[len(loadFactors)-1]
	x := func(times float64) float64 { return left + width*times/longest }
	y := func(share float64) float64 { return top + height*(1-share/longest) }
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="system-ui, sans-serif" font-size="13" fill="#808080">`+"\n",
		left+width+90, top+height+50, left+width+90, top+height+50)
	b.WriteString("<title>Requests served and rejected, over requests offered, as multiples of the maximum</title>\n")
	for n := range int(longest) + 1 {
		at := float64(n)
		fmt.Fprintf(&b, `<text x="%d" y="%.0f" text-anchor="end">%d ×</text><line x1="%d" x2="%d" y1="%.0f" y2="%.0f" stroke="#808080" stroke-opacity="0.3"/>`+"\n", left-8, y(at)+4, n, left, left+width, y(at), y(at))
		fmt.Fprintf(&b, `<text x="%.0f" y="%d" text-anchor="middle">%d ×</text>`+"\n", x(at), top+height+20, n)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">offered, as a multiple of the maximum of %.0f requests/s</text>`+"\n", left+width/2, top+height+42, r.maximum.goodput())
	fmt.Fprintf(&b, `<line x1="%.0f" x2="%d" y1="%.0f" y2="%.0f" stroke="#808080" stroke-dasharray="4 4"/>`+"\n", x(0), left+width, y(minGoodput), y(minGoodput))
	r.curve(&b, "served", "#3a9d5d", x, y, func(s *step) float64 { return s.goodput() })
	r.curve(&b, "rejected", "#d2703c", x, y, func(s *step) float64 { return float64(len(s.rejected)) / s.elapsed.Seconds() })
	return b.String() + "</svg>\n"
}

// curve draws one figure of all steps, as multiples of the maximum.
func (r overloadReport) curve(b *strings.Builder, name, colour string, x, y func(float64) float64, of func(*step) float64) {
	points := []string{fmt.Sprintf("%.1f,%.1f", x(0), y(0))}
	last := slices.MaxFunc(r.steps, func(a, b step) int { return int(1000 * (a.factor - b.factor)) })
	for i := range r.steps {
		s := &r.steps[i]
		points = append(points, fmt.Sprintf("%.1f,%.1f", x(s.factor), y(of(s)/r.maximum.goodput())))
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(points, " "), colour)
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n", x(last.factor)+8, y(of(&last)/r.maximum.goodput())+4, colour, name)
}
