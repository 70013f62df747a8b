package session

import (
	"flag"
	"os"
	"testing"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestMain lets rapid play 10,000 histories for each property instead of 100; -rapid.checks still says otherwise.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "10000"); err != nil {
		panic(err) // the flag comes with the package
	}
	os.Exit(pgtest.Main(m))
}
