package session

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// transmissionTime is the longest time that a request or a response takes. Together they stay within the grace, because only then are
// honest clients never logged out.
const transmissionTime = grace/2 - time.Second

// message is a request or a response in transit, with the generation in it.
type message struct {
	gen      int64
	deadline time.Time // it has arrived by then, or never will
}

// history is one session on a server, and a browser with several tabs that share one cookie.
//
// Requests are lost, duplicated, and arrive in any order. Responses are lost, and those that arrive do so in the order in
// which they were sent.
type history struct {
	*rapid.T
	rules rules
	now   time.Time
	seen  *coverage

	row       row
	cookie    int64 // the generation in the browser's cookie
	requests  []message
	responses []message
	events    []string // to draw from
	hasThief  bool     // somebody else has a copy of a token: then a logout because of reuse is right

	accepted map[int64]time.Time // every accepted generation, and when first: recorded independently of the row
}

// coverage counts the cases in the histories of one test. A property without any case proves nothing.
type coverage struct {
	verdicts map[verdict]int
	spent    int // spent generations that were presented
	outlived int // tokens that were presented when everything was older than the grace
	revoked  int // tokens that were presented to a revoked session
}

// checkHistories plays one history for each check of rapid, and fails if one of these verdicts was never seen.
func checkHistories(t *testing.T, play func(h *history), verdicts ...verdict) *coverage {
	t.Helper()
	seen := &coverage{verdicts: map[verdict]int{}}
	rapid.Check(t, func(t *rapid.T) { play(newHistory(t, seen)) })
	for _, v := range verdicts {
		require.Positive(t, seen.verdicts[v], "verdict %d was never seen: %v", v, seen.verdicts)
	}
	return seen
}

// commonEvents has events with many rotations within the grace. The most frequent ones are listed several times.
var commonEvents = []string{
	"round trip", "round trip", "round trip", "round trip", "send", "send", "arrive", "deliver", "arrive", "deliver",
	"double", "lose a request", "lose a response", "a moment", "a moment", "a while", "a long time",
}

// lossyEvents has events in which one generation is sent again and again, for longer than the grace.
var lossyEvents = []string{"send", "send", "arrive", "arrive", "deliver", "lose a response", "half the grace"}

func newHistory(t *rapid.T, seen *coverage) *history {
	h := &history{T: t, rules: rules{grace, month}, now: now, seen: seen, cookie: 1, events: commonEvents, accepted: map[int64]time.Time{}}
	h.row = row{newestAccepted: 0, absoluteExpiresAt: now.Add(12 * month)}.issueNext(now, month)
	return h
}

// hasEnded reports whether the session has ended for a good reason: it has expired, or a thief was noticed.
func (h *history) hasEnded() bool {
	return !h.now.Before(h.row.idleExpiresAt) || !h.now.Before(h.row.absoluteExpiresAt) || h.hasThief && h.row.revoked
}

// decide lets the server decide.
func (h *history) decide(x int64) verdict {
	before := h.row
	var v verdict
	h.row, v = decide(before, x, h.now, h.rules)
	h.checkInvariants(before)
	if (v == reused || before.revoked) != h.row.revoked {
		h.Fatalf("verdict %d for generation %d leaves %+v", v, x, h.row)
	}
	if v == rotated {
		h.accepted[x] = h.now
	}
	h.seen.verdicts[v]++
	return v
}

// arrive lets an honest request reach the server, which must accept it while the session lives.
func (h *history) arrive(m message) {
	if h.hasEnded() {
		return
	}
	v := h.decide(m.gen)
	if v.grantsTokens() {
		h.responses = append(h.responses, message{h.row.gen, h.now.Add(transmissionTime)})
	} else if !h.hasThief {
		h.Fatalf("false logout: verdict %d for generation %d of %+v at %s", v, m.gen, h.row, h.now)
	}
}

func (h *history) send() {
	h.requests = append(h.requests, message{h.cookie, h.now.Add(transmissionTime)})
}

// deliver lets the next response arrive.
func (h *history) deliver() {
	h.cookie, h.responses = h.responses[0].gen, h.responses[1:]
}

// act lets a random event happen.
func (h *history) act() {
	switch rapid.SampledFrom(h.events).Draw(h.T, "event") {
	case "send":
		h.send()
	case "round trip": // of one tab, on a good network
		h.send()
		h.arrive(h.pick(&h.requests, len(h.requests)-1))
		for len(h.responses) > 0 {
			h.deliver()
		}
	case "arrive":
		h.withOne(&h.requests, h.arrive)
	case "double":
		h.withOne(&h.requests, func(m message) {
			h.requests = append(h.requests, m)
			h.arrive(m)
		})
	case "lose a request":
		h.withOne(&h.requests, func(message) {})
	case "deliver":
		if len(h.responses) > 0 {
			h.deliver()
		}
	case "lose a response":
		h.withOne(&h.responses, func(message) {})
	case "a moment":
		h.advance(time.Duration(rapid.IntRange(0, 2_000).Draw(h.T, "milliseconds")) * time.Millisecond)
	case "half the grace":
		h.advance(transmissionTime - time.Duration(rapid.IntRange(0, 4).Draw(h.T, "seconds less"))*time.Second)
	case "a while":
		h.advance(time.Duration(rapid.IntRange(1, 40).Draw(h.T, "seconds")) * time.Second)
	case "a long time":
		h.advance(time.Duration(rapid.IntRange(1, 10*24*60).Draw(h.T, "minutes")) * time.Minute)
	}
}

// withOne removes one of the messages and passes it to do.
func (h *history) withOne(from *[]message, do func(message)) {
	if len(*from) > 0 {
		do(h.pick(from, rapid.IntRange(0, len(*from)-1).Draw(h.T, "which")))
	}
}

func (h *history) pick(from *[]message, i int) message {
	m := (*from)[i]
	*from = slices.Delete(slices.Clone(*from), i, i+1)
	return m
}

// advance lets time pass. Messages whose deadline passes arrive before that, or never.
func (h *history) advance(d time.Duration) {
	then := h.now.Add(d)
	late := func(m message) bool { return m.deadline.Before(then) }
	for i := slices.IndexFunc(h.requests, late); i >= 0; i = slices.IndexFunc(h.requests, late) {
		if m := h.pick(&h.requests, i); rapid.Bool().Draw(h.T, "request arrives") {
			h.arrive(m)
		}
	}
	for slices.ContainsFunc(h.responses, late) {
		if rapid.Bool().Draw(h.T, "response arrives") {
			h.deliver()
		} else {
			h.responses = h.responses[1:]
		}
	}
	h.now = then
}

// play calls act length times, or until the session ends. The number isn't drawn, because rapid prefers small ones.
func (h *history) play(length int, act func()) {
	for range length {
		if h.hasEnded() {
			return
		}
		act()
	}
}
