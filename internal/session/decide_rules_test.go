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

func TestDecideOnTheCurrentGeneration(t *testing.T) {
	t.Parallel()
	capped := settled().with(func(r *row) { r.absoluteExpiresAt, r.idleExpiresAt = now.Add(time.Hour), now.Add(time.Minute) })
	exact := settled().with(func(r *row) { r.absoluteExpiresAt = now.Add(month) })
	gap := settled().with(func(r *row) { r.gen = 9 })
	seven := crowded(1, 2, 3, 4, 5, 6, 7)
	full := crowded(1, 2, 3, 4, 5, 6, young, young)
	exactlyOld := crowded(1, 2, 3, 4, 5, 6, grace, grace)
	normal := func(name string, r row) ruling {
		return ruling{name, r, r.gen, rotated, r.with(acceptedNow, nextIssued)}
	}
	check(t, rules{grace, month}, []ruling{
		normal("Rotates", settled()),
		normal("RotatesTheFirstOne", fresh()),
		normal("RotatesAtOnce", settled().with(served(0))),
		normal("RotatesWhenTheClockWasSetBack", settled().with(served(-time.Hour))),
		normal("RotatesAcrossGenerationsThatWereNeverAccepted", gap),
		normal("RotatesUpToTheAbsoluteExpiry", exact),
		{
			"LetsNoTokenOutliveTheSession", capped, 5, rotated,
			capped.with(acceptedNow, nextIssued, func(r *row) { r.idleExpiresAt = r.absoluteExpiresAt }),
		},
		normal("RotatesWithOneFreePlace", seven),
		normal("ForgetsAGenerationWhoseSuccessorIsAsOldAsTheGrace", exactlyOld),
		normal("ForgetsAnOldGenerationDespiteYoungOnes", crowded(1, 2, 3, 4, 5, 6, grace, old)),
		same("ForgetsNoYoungGeneration", full, 20, unchanged),
		same("ForgetsNoOldGenerationWithAYoungSuccessor", crowded(1, 2, 3, 4, 5, 6, young, old), 20, unchanged),
		same("ForgetsNothingWhenTheClockWasSetBack", crowded(-6, -5, -4, -3, -2, -1, -time.Hour, old), 20, unchanged),
	})
	t.Run("WithoutGrace", func(t *testing.T) {
		t.Parallel()
		check(t, rules{0, month}, []ruling{
			normal("Rotates", settled()),
			normal("ForgetsAYoungGeneration", full),
			normal("ForgetsAGenerationOfTheFuture", crowded(-6, -5, -4, -3, -2, -1, -time.Hour, -time.Hour)),
		})
	})
}

func TestDecideOnTheAcknowledgedGeneration(t *testing.T) {
	t.Parallel()
	again := func(name string, ago time.Duration) ruling {
		r := settled().with(served(ago))
		return ruling{name, r, 4, repeated, r.with(servedNow)}
	}
	lost := func(name string, r row) ruling { return ruling{name, r, r.ack, recovered, r.with(nextIssued)} }
	capped := settled().with(func(r *row) { r.absoluteExpiresAt, r.idleExpiresAt = now.Add(time.Hour), now.Add(time.Hour) })
	gap := settled().with(func(r *row) { r.gen = 9 })
	full := crowded(1, 2, 3, 4, 5, 6, 7, 8).with(served(0))
	check(t, rules{grace, month}, []ruling{
		again("IsRepeatedAtOnce", 0),
		again("IsRepeatedUntilTheLastMicrosecondOfTheGrace", young),
		again("IsRepeatedWhenTheClockWasSetBack", -time.Hour),
		{"IsRepeatedWhenNothingMayBeForgotten", full, 19, repeated, full.with(servedNow)},
		lost("RecoversOnceTheGraceIsOver", settled().with(served(grace))),
		lost("RecoversLongAfter", settled()),
		lost("RecoversAgain", gap),
		{
			"LetsNoTokenOutliveTheSession", capped, 4, recovered,
			capped.with(nextIssued, func(r *row) { r.idleExpiresAt = r.absoluteExpiresAt }),
		},
	})
	t.Run("WithoutGrace", func(t *testing.T) {
		t.Parallel()
		check(t, rules{0, month}, []ruling{
			ends("IsReuseAtOnce", settled().with(served(0)), 4),
			ends("IsReuseWhenTheClockWasSetBack", settled().with(served(-time.Hour)), 4),
			ends("IsReuseLongAfter", settled(), 4),
		})
	})
}

func TestDecideOnSpentGenerations(t *testing.T) {
	t.Parallel()
	slow := func(name string, r row, x int64) ruling { return ruling{name, r, x, repeated, r.with(servedNow)} }
	gap := crowded(1, 2, 3).with(func(r *row) { r.recent[1].gen, r.recent[2].gen = 12, 7 })
	check(t, rules{grace, month}, []ruling{
		slow("AcceptsASlowTab", crowded(0, old), 18),
		slow("AcceptsASlowTabUntilTheLastMicrosecondOfTheGrace", crowded(young, old), 18),
		slow("AcceptsASlowTabWhenTheClockWasSetBack", crowded(-time.Hour, old), 18),
		slow("AcceptsTheSlowestTabThatIsRemembered", crowded(1, 2, 3, 4, 5, 6, young, old), 12),
		slow("ComparesWithTheNextAcceptedGeneration", gap, 7),
		ends("EndsAtTheGrace", crowded(grace, grace), 18),
		ends("EndsWhereOnlyALaterSuccessorIsYoung", crowded(0, young, grace, old), 16),
		ends("EndsLongAfter", settled(), 3),
		ends("EndsOnAForgottenGeneration", crowded(1, 2, 3, 4, 5, 6, 7, 8), 11),
		ends("EndsOnZero", settled(), 0),
		ends("EndsOnANegativeNumber", settled(), -1),
		ends("EndsOnTheSmallestNumber", settled(), math.MinInt64),
		ends("EndsOnZeroInANewSession", fresh(), 0),
		ends("EndsOnANegativeNumberInANewSession", fresh(), -1),
	})
	t.Run("WithoutGrace", func(t *testing.T) {
		t.Parallel()
		check(t, rules{0, month}, []ruling{ends("EndsAtOnce", crowded(0, 0), 18)})
	})
}

func TestDecideOnGenerationsNeverAccepted(t *testing.T) {
	t.Parallel()
	// The responses with 5 to 8 seem to be lost: the client came back with 4.
	r := settled().with(func(r *row) { r.gen = 9 }, served(0))
	// 12 was accepted, but not 8 to 11.
	later := crowded(0, 1).with(func(r *row) { r.recent[1].gen = 12 })
	table := []ruling{
		ends("EndsOnTheFirstOne", r, 5),
		ends("EndsOnTheLastOne", r, 8),
		ends("EndsOnOneBetweenTwoAccepted", later, 15),
		ends("EndsOnOneOlderThanAllRemembered", later, 11),
	}
	check(t, rules{grace, month}, table)
	t.Run("WithoutGrace", func(t *testing.T) {
		t.Parallel()
		check(t, rules{0, month}, table)
	})
}
