package apitest

import (
	"flag"
	"fmt"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// shortChecks is how many cases of each property the suite checks, with other seeds each time. With the race detector,
// rapid's default of 100 takes longer than all other tests; `make fuzz` runs many more with -rapid.checks.
const shortChecks = 10

// SetShortBudget makes property tests short, unless -rapid.checks is given. Call it in TestMain, once flags are parsed.
func SetShortBudget() error {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if given {
		return nil
	}
	if err := flag.Set("rapid.checks", strconv.Itoa(shortChecks)); err != nil {
		return fmt.Errorf("set the budget of property tests: %w", err)
	}
	return nil
}

// Rounds returns how often a test repeats a part that depends on chance: count in the suite, and more often in proportion to
// -rapid.checks.
func Rounds(t testing.TB, count int) int {
	t.Helper()
	return max(1, count*checks(t)/shortChecks)
}

// Size returns how much data a test creates: short in the suite, and full, the size that the rule is about, in `make fuzz`. Choose
// short so that the data takes the same path through the server.
func Size(t testing.TB, short, full int) int {
	t.Helper()
	if checks(t) > shortChecks {
		return full
	}
	return short
}

func checks(t testing.TB) int {
	t.Helper()
	n, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Within returns a testing.TB that reports errors to a check of rapid, so that rapid can shorten it. Everything else goes to t.
func Within(t testing.TB, check *rapid.T) testing.TB { return rapidTB{t, check} }

type rapidTB struct {
	testing.TB
	check *rapid.T
}

// Helper does nothing: the check has its own record.
func (r rapidTB) Helper() {}

// Errorf ends the check: later errors would only hide the first one.
func (r rapidTB) Errorf(format string, args ...any) { r.check.Fatalf(format, args...) }

// FailNow ends the check.
func (r rapidTB) FailNow() { r.check.FailNow() }
