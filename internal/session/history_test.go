package session

import (
	"slices"
	"time"

	"pgregory.net/rapid"
)

// travel is the longest time that a request or an answer is under way. Both together stay within the grace: that is
// what the promise to honest clients is made for.
const travel = grace/2 - time.Second

// message is a request or an answer under way, with the generation in it.
type message struct {
	gen      int64
	deadline time.Time // it has arrived by then, or never will
}

// world is one session on a server, and a browser with several tabs that share one cookie.
//
// Requests are lost, doubled, and arrive in any order. Answers are lost, and those that arrive do so in
// the order in which they were made.
type world struct {
	*rapid.T
	rules rules
	now   time.Time

	row      row
	jar      int64 // the generation in the browser's cookie
	requests []message
	answers  []message
	habits   []string // what usually happens
	infested bool     // somebody else has a copy of a token: reuse is no false logout

	accepted map[int64]time.Time // every generation that was ever accepted, and when first: kept apart from the row
}

// everything names the most usual things more often, for long histories with many rotations within the grace.
var everything = []string{
	"round trip", "round trip", "round trip", "round trip", "send", "send", "arrive", "deliver", "arrive", "deliver",
	"double", "lose a request", "lose an answer", "a moment", "a moment", "a while", "a long time",
}

// losses are histories in which one generation is handed out again and again, for longer than the grace.
var losses = []string{"send", "send", "arrive", "arrive", "deliver", "lose an answer", "half the grace"}

func newWorld(t *rapid.T) *world {
	w := &world{T: t, rules: rules{grace, month}, now: now, jar: 1, habits: everything, accepted: map[int64]time.Time{}}
	w.row = row{ack: 0, absoluteExpiresAt: now.Add(12 * month)}.mint(now, month)
	return w
}

// over tells whether the session has ended for a reason that is no fault: by time, or with a thief about by reuse.
func (w *world) over() bool {
	return !w.now.Before(w.row.idleExpiresAt) || !w.now.Before(w.row.absoluteExpiresAt) || w.infested && w.row.revoked
}

// present lets the server decide.
func (w *world) present(x int64) verdict {
	before := w.row
	var v verdict
	w.row, v = decide(before, x, w.now, w.rules)
	w.checkInvariants(before)
	if v == rotated {
		w.accepted[x] = w.now
	}
	return v
}

// arrive is an honest request that reaches the server: it must be answered while the session lives.
func (w *world) arrive(m message) {
	if w.over() {
		return
	}
	v := w.present(m.gen)
	if v.answers() {
		w.answers = append(w.answers, message{w.row.gen, w.now.Add(travel)})
	} else if !w.infested {
		w.Fatalf("false logout: verdict %d for generation %d of %+v at %s", v, m.gen, w.row, w.now)
	}
}

func (w *world) send() { w.requests = append(w.requests, message{w.jar, w.now.Add(travel)}) }

// deliver lets the next answer arrive.
func (w *world) deliver() {
	w.jar, w.answers = w.answers[0].gen, w.answers[1:]
}

// act does one thing of those that can happen at any time.
func (w *world) act() {
	switch rapid.SampledFrom(w.habits).Draw(w.T, "what happens") {
	case "send":
		w.send()
	case "round trip": // of a quick tab, on a good network
		w.send()
		w.arrive(w.pick(&w.requests, len(w.requests)-1))
		for len(w.answers) > 0 {
			w.deliver()
		}
	case "arrive":
		w.some(&w.requests, w.arrive)
	case "double":
		w.some(&w.requests, func(m message) {
			w.requests = append(w.requests, m)
			w.arrive(m)
		})
	case "lose a request":
		w.some(&w.requests, func(message) {})
	case "deliver":
		if len(w.answers) > 0 {
			w.deliver()
		}
	case "lose an answer":
		w.some(&w.answers, func(message) {})
	case "a moment":
		w.pass(time.Duration(rapid.IntRange(0, 2_000).Draw(w.T, "milliseconds")) * time.Millisecond)
	case "half the grace":
		w.pass(travel - time.Duration(rapid.IntRange(0, 4).Draw(w.T, "seconds less"))*time.Second)
	case "a while":
		w.pass(time.Duration(rapid.IntRange(1, 40).Draw(w.T, "seconds")) * time.Second)
	case "a long time":
		w.pass(time.Duration(rapid.IntRange(1, 10*24*60).Draw(w.T, "minutes")) * time.Minute)
	}
}

// some does something with one of the messages, and takes it away.
func (w *world) some(from *[]message, do func(message)) {
	if len(*from) > 0 {
		do(w.pick(from, rapid.IntRange(0, len(*from)-1).Draw(w.T, "which")))
	}
}

func (w *world) pick(from *[]message, i int) message {
	m := (*from)[i]
	*from = slices.Delete(slices.Clone(*from), i, i+1)
	return m
}

// pass lets time go by. What can't be under way for so long arrives before, or never.
func (w *world) pass(d time.Duration) {
	then := w.now.Add(d)
	late := func(m message) bool { return m.deadline.Before(then) }
	for i := slices.IndexFunc(w.requests, late); i >= 0; i = slices.IndexFunc(w.requests, late) {
		if m := w.pick(&w.requests, i); rapid.Bool().Draw(w.T, "request arrives") {
			w.arrive(m)
		}
	}
	for slices.ContainsFunc(w.answers, late) {
		if rapid.Bool().Draw(w.T, "answer arrives") {
			w.deliver()
		} else {
			w.answers = w.answers[1:]
		}
	}
	w.now = then
}

// play lets so many things happen, unless the session ends before. The number is not drawn: rapid prefers small ones.
func (w *world) play(length int, act func()) {
	for range length {
		if w.over() {
			return
		}
		act()
	}
}
