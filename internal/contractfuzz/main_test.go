package contractfuzz_test

import (
	"flag"
	"log"
	"os"
	"testing"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) {
	flag.Parse()
	if err := apitest.SetShortBudget(); err != nil {
		log.Fatal(err)
	}
	os.Exit(pgtest.Main(m))
}
