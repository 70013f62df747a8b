package apitest

import (
	"testing"

	"pgregory.net/rapid"
)

// Within lets clients report to the check of rapid's that is under way in a test, so that rapid can shorten it. What
// else a client asks of its test, it asks of t.
func Within(t testing.TB, check *rapid.T) testing.TB { return reporter{t, check} }

type reporter struct {
	testing.TB
	check *rapid.T
}

// Helper does nothing: the check has its own record.
func (r reporter) Helper() {}

// Errorf ends the check: what follows a fault would only hide it.
func (r reporter) Errorf(format string, args ...any) { r.check.Fatalf(format, args...) }

// FailNow ends the check.
func (r reporter) FailNow() { r.check.FailNow() }
