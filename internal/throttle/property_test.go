package throttle_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/throttle"
)

// TestGuessesAreBoundedAndTheOwnerGetsIn plays random histories of attackers and an owner, and compares them with the rules: between
// two logins of the owner, attackers learn the results of at most 100 guesses; the owner's browser is never rejected; and a name
// without an account is treated like the account.
func TestGuessesAreBoundedAndTheOwnerGetsIn(t *testing.T) {
	t.Parallel()
	g := newGate(t, slowLimits())
	refusals, logins, histories := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		histories++
		owner, nobody := fmt.Sprintf("owner%d", histories), fmt.Sprintf("nobody%d", histories)
		device := g.remember(t, g.base.User(t, owner), "")
		base := histories * 200 // addresses that no other history has used
		wrongs, gap := 0, false
		rt.Repeat(map[string]func(*rapid.T){
			"attack": func(rt *rapid.T) {
				n := base + rapid.IntRange(1, 199).Draw(rt, "address")
				for range rapid.IntRange(1, 40).Draw(rt, "guesses") {
					o := g.mustGuess(t, throttle.Attempt{UsernameKey: owner, Address: address(n), Device: "planted"}, false)
					switch o {
					case wrong:
						wrongs++
					case rejected:
						refusals++
					}
					// The same guesses at another name, from a neighbor that has failed as often.
					if !gap {
						other := g.mustGuess(t, throttle.Attempt{UsernameKey: nobody, Address: address(n + 10_000_000)}, false)
						require.Equal(rt, o, other)
					}
				}
				require.LessOrEqual(rt, wrongs, 80)
			},
			"ownerLogsIn": func(rt *rapid.T) {
				o := g.mustGuess(t, throttle.Attempt{UsernameKey: owner, Address: address(base), Device: device}, true)
				require.Equal(rt, right, o)
				logins++
				wrongs, gap = 0, true // nobody logs in with the other name
			},
			"wait": func(rt *rapid.T) {
				g.advance(t, time.Duration(rapid.IntRange(1, 72).Draw(rt, "hours"))*time.Hour)
			},
		})
	})
	require.Positive(t, refusals)
	require.Positive(t, logins)
}
