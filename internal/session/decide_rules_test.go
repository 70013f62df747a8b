package session

import (
	"math"
	"testing"
	"time"
)

const (
	young = grace - tick
	old   = 10 * time.Minute
)

// gap returns a session of which 5 to 8 were never accepted: their responses seem to be lost, and the client came back with 4.
func gap() row { return settled().with(func(r *row) { r.gen = 9 }) }

func TestDecideOnTheCurrentGeneration(t *testing.T) {
	t.Parallel()
	check(t, rules{grace, month}, []ruling{
		{"Rotates", settled(), 5, rotated},
		{"RotatesTheFirstOne", fresh(), 1, rotated},
		{"RotatesWhenTheClockWasSetBack", settled().with(served(-time.Hour)), 5, rotated},
		{"RotatesAcrossGenerationsThatWereNeverAccepted", gap(), 9, rotated},
		{"RotatesUpToTheAbsoluteExpiry", settled().with(expires(time.Hour, month)), 5, rotated},
		{"LetsNoTokenOutliveTheSession", settled().with(expires(time.Minute, time.Hour)), 5, rotated},
		{"RotatesWithOneFreePlace", crowded(1, 2, 3, 4, 5, 6, 7), 20, rotated},
		{"ForgetsAGenerationWhoseSuccessorIsAsOldAsTheGrace", crowded(1, 2, 3, 4, 5, 6, grace, grace), 20, rotated},
		{"ForgetsNoYoungGeneration", crowded(1, 2, 3, 4, 5, 6, young, young), 20, unchanged},
		{"ForgetsNoOldGenerationWithAYoungSuccessor", crowded(1, 2, 3, 4, 5, 6, young, old), 20, unchanged},
		{"ForgetsNothingWhenTheClockWasSetBack", crowded(-6, -5, -4, -3, -2, -1, -time.Hour, old), 20, unchanged},
	})
}

func TestDecideOnTheAcknowledgedGeneration(t *testing.T) {
	t.Parallel()
	check(t, rules{grace, month}, []ruling{
		{"IsRepeatedAtOnce", settled().with(served(0)), 4, repeated},
		{"IsRepeatedUntilTheLastMicrosecondOfTheGrace", settled().with(served(young)), 4, repeated},
		{"IsRepeatedWhenTheClockWasSetBack", settled().with(served(-time.Hour)), 4, repeated},
		{"IsRepeatedWhenNothingMayBeForgotten", crowded(1, 2, 3, 4, 5, 6, 7, 8).with(served(0)), 19, repeated},
		{"RecoversOnceTheGraceIsOver", settled().with(served(grace)), 4, recovered},
		{"RecoversLongAfter", settled(), 4, recovered},
		{"RecoversAgain", gap(), 4, recovered},
		{"LetsNoTokenOutliveTheSession", settled().with(expires(time.Hour, time.Hour)), 4, recovered},
	})
}

func TestDecideOnSpentGenerations(t *testing.T) {
	t.Parallel()
	between := crowded(1, 2, 3).with(func(r *row) { r.recent[1].gen, r.recent[2].gen = 12, 7 })
	check(t, rules{grace, month}, []ruling{
		{"AcceptsASlowTab", crowded(0, old), 18, repeated},
		{"AcceptsASlowTabUntilTheLastMicrosecondOfTheGrace", crowded(young, old), 18, repeated},
		{"AcceptsASlowTabWhenTheClockWasSetBack", crowded(-time.Hour, old), 18, repeated},
		{"AcceptsTheSlowestTabThatIsRemembered", crowded(1, 2, 3, 4, 5, 6, young, old), 12, repeated},
		{"ComparesWithTheNextAcceptedGeneration", between, 7, repeated},
		{"EndsAtTheGrace", crowded(grace, grace), 18, reused},
		{"EndsWhereOnlyALaterSuccessorIsYoung", crowded(0, young, grace, old), 16, reused},
		{"EndsLongAfter", settled(), 3, reused},
		{"EndsOnAForgottenGeneration", crowded(1, 2, 3, 4, 5, 6, 7, 8), 11, reused},
		{"EndsOnZero", settled(), 0, reused},
		{"EndsOnTheSmallestNumber", settled(), math.MinInt64, reused},
		{"EndsOnZeroInANewSession", fresh(), 0, reused},
		{"EndsOnTheFirstThatWasNeverAccepted", gap().with(served(0)), 5, reused},
		{"EndsOnTheLastThatWasNeverAccepted", gap().with(served(0)), 8, reused},
		{"EndsOnOneBetweenTwoAccepted", between, 15, reused},
		{"EndsOnOneOlderThanAllRemembered", between, 6, reused},
	})
}

func TestDecideOnGenerationsNeverIssued(t *testing.T) {
	t.Parallel()
	for _, with := range []rules{{grace, month}, {0, month}} {
		t.Run("WithAGraceOf"+with.grace.String(), func(t *testing.T) {
			t.Parallel()
			check(t, with, []ruling{
				{"RefusesTheNextGeneration", settled(), 6, ahead},
				{"RefusesTheGreatestGeneration", settled(), math.MaxInt64, ahead},
				{"RefusesTheNextGenerationOfANewSession", fresh(), 2, ahead},
			})
		})
	}
}

func TestDecideWithoutGrace(t *testing.T) {
	t.Parallel()
	check(t, rules{0, month}, []ruling{
		{"Rotates", settled(), 5, rotated},
		{"ForgetsAYoungGeneration", crowded(1, 2, 3, 4, 5, 6, young, young), 20, rotated},
		{"ForgetsAGenerationOfTheFuture", crowded(-6, -5, -4, -3, -2, -1, -time.Hour, -time.Hour), 20, rotated},
		{"EndsOnTheAcknowledgedGenerationAtOnce", settled().with(served(0)), 4, reused},
		{"EndsOnTheAcknowledgedGenerationWhenTheClockWasSetBack", settled().with(served(-time.Hour)), 4, reused},
		{"EndsOnTheAcknowledgedGenerationLongAfter", settled(), 4, reused},
		{"EndsOnASpentGenerationAtOnce", crowded(0, 0), 18, reused},
		{"EndsOnAGenerationThatWasNeverAccepted", gap(), 8, reused},
	})
}
