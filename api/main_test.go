package api_test

import (
	"os"
	"testing"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestMain(m *testing.M) { os.Exit(apitest.Main(m)) }
