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

// rowAfterLostResponses returns a session of which 5 to 8 were never accepted: their responses seem to be lost, and the client came back
// with 4.
func rowAfterLostResponses() row { return settledRow().with(func(r *row) { r.gen = 9 }) }

func TestDecideOnTheCurrentGeneration(t *testing.T) {
	t.Parallel()
	check(t, rules{grace, month}, []decisionCase{
		{"Rotates", settledRow(), 5, rotated},
		{"RotatesTheFirstOne", newRow(), 1, rotated},
		{"RotatesWhenTheClockWasSetBack", settledRow().with(served(-time.Hour)), 5, rotated},
		{"RotatesAcrossGenerationsThatWereNeverAccepted", rowAfterLostResponses(), 9, rotated},
		{"RotatesUpToTheAbsoluteExpiry", settledRow().with(expires(time.Hour, month)), 5, rotated},
		{"LetsNoTokenOutliveTheSession", settledRow().with(expires(time.Minute, time.Hour)), 5, rotated},
		{"RotatesWithOneFreePlace", rowWithRecent(1, 2, 3, 4, 5, 6, 7), 20, rotated},
		{"ForgetsAGenerationWhoseSuccessorIsAsOldAsTheGrace", rowWithRecent(1, 2, 3, 4, 5, 6, grace, grace), 20, rotated},
		{"ForgetsNoYoungGeneration", rowWithRecent(1, 2, 3, 4, 5, 6, young, young), 20, unchanged},
		{"ForgetsNoOldGenerationWithAYoungSuccessor", rowWithRecent(1, 2, 3, 4, 5, 6, young, old), 20, unchanged},
		{"ForgetsNothingWhenTheClockWasSetBack", rowWithRecent(-6, -5, -4, -3, -2, -1, -time.Hour, old), 20, unchanged},
	})
}

func TestDecideOnTheAcknowledgedGeneration(t *testing.T) {
	t.Parallel()
	check(t, rules{grace, month}, []decisionCase{
		{"IsRepeatedAtOnce", settledRow().with(served(0)), 4, repeated},
		{"IsRepeatedUntilTheLastMicrosecondOfTheGrace", settledRow().with(served(young)), 4, repeated},
		{"IsRepeatedWhenTheClockWasSetBack", settledRow().with(served(-time.Hour)), 4, repeated},
		{"IsRepeatedWhenNothingMayBeForgotten", rowWithRecent(1, 2, 3, 4, 5, 6, 7, 8).with(served(0)), 19, repeated},
		{"RecoversOnceTheGraceIsOver", settledRow().with(served(grace)), 4, recovered},
		{"RecoversLongAfter", settledRow(), 4, recovered},
		{"RecoversAgain", rowAfterLostResponses(), 4, recovered},
		{"LetsNoTokenOutliveTheSession", settledRow().with(expires(time.Hour, time.Hour)), 4, recovered},
	})
}

func TestDecideOnSpentGenerations(t *testing.T) {
	t.Parallel()
	between := rowWithRecent(1, 2, 3).with(func(r *row) { r.recent[1].gen, r.recent[2].gen = 12, 7 })
	check(t, rules{grace, month}, []decisionCase{
		{"AcceptsASlowTab", rowWithRecent(0, old), 18, repeated},
		{"AcceptsASlowTabUntilTheLastMicrosecondOfTheGrace", rowWithRecent(young, old), 18, repeated},
		{"AcceptsASlowTabWhenTheClockWasSetBack", rowWithRecent(-time.Hour, old), 18, repeated},
		{"AcceptsTheSlowestTabThatIsRemembered", rowWithRecent(1, 2, 3, 4, 5, 6, young, old), 12, repeated},
		{"ComparesWithTheNextAcceptedGeneration", between, 7, repeated},
		{"EndsAtTheGrace", rowWithRecent(grace, grace), 18, reused},
		{"EndsWhereOnlyALaterSuccessorIsYoung", rowWithRecent(0, young, grace, old), 16, reused},
		{"EndsLongAfter", settledRow(), 3, reused},
		{"EndsOnAForgottenGeneration", rowWithRecent(1, 2, 3, 4, 5, 6, 7, 8), 11, reused},
		{"EndsOnZero", settledRow(), 0, reused},
		{"EndsOnTheSmallestNumber", settledRow(), math.MinInt64, reused},
		{"EndsOnZeroInANewSession", newRow(), 0, reused},
		{"EndsOnTheFirstThatWasNeverAccepted", rowAfterLostResponses().with(served(0)), 5, reused},
		{"EndsOnTheLastThatWasNeverAccepted", rowAfterLostResponses().with(served(0)), 8, reused},
		{"EndsOnOneBetweenTwoAccepted", between, 15, reused},
		{"EndsOnOneOlderThanAllRemembered", between, 6, reused},
	})
}

func TestDecideOnGenerationsNeverIssued(t *testing.T) {
	t.Parallel()
	for _, with := range []rules{{grace, month}, {0, month}} {
		t.Run("WithAGraceOf"+with.grace.String(), func(t *testing.T) {
			t.Parallel()
			check(t, with, []decisionCase{
				{"RefusesTheNextGeneration", settledRow(), 6, neverIssued},
				{"RefusesTheGreatestGeneration", settledRow(), math.MaxInt64, neverIssued},
				{"RefusesTheNextGenerationOfANewSession", newRow(), 2, neverIssued},
			})
		})
	}
}

func TestDecideWithoutGrace(t *testing.T) {
	t.Parallel()
	check(t, rules{0, month}, []decisionCase{
		{"Rotates", settledRow(), 5, rotated},
		{"ForgetsAYoungGeneration", rowWithRecent(1, 2, 3, 4, 5, 6, young, young), 20, rotated},
		{"ForgetsAGenerationOfTheFuture", rowWithRecent(-6, -5, -4, -3, -2, -1, -time.Hour, -time.Hour), 20, rotated},
		{"EndsOnTheAcknowledgedGenerationAtOnce", settledRow().with(served(0)), 4, reused},
		{"EndsOnTheAcknowledgedGenerationWhenTheClockWasSetBack", settledRow().with(served(-time.Hour)), 4, reused},
		{"EndsOnTheAcknowledgedGenerationLongAfter", settledRow(), 4, reused},
		{"EndsOnASpentGenerationAtOnce", rowWithRecent(0, 0), 18, reused},
		{"EndsOnAGenerationThatWasNeverAccepted", rowAfterLostResponses(), 8, reused},
	})
}
