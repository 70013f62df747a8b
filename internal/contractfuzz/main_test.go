package contractfuzz_test

import (
	"flag"
	"log"
	"os"
	"testing"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// checks is how many cases of each property the suite looks at, with other seeds each time: under the race detector the
// usual 100 take longer than all other tests. -rapid.checks asks for another number.
const checks = "40"

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", checks); err != nil {
		log.Fatal(err)
	}
	os.Exit(pgtest.Main(m))
}
