package session

import (
	"flag"
	"os"
	"testing"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestMain lets rapid play 500 histories for each property instead of 100. The flag -rapid.checks overrides it: `make
// fuzz` plays many more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "500"); err != nil {
		panic(err) // rapid defines the flag
	}
	os.Exit(pgtest.Main(m))
}
