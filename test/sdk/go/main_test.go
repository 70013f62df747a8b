// Package ocipe_test tests the Go SDK against a real server. It is a separate module, so that the SDK's module doesn't require the
// server's.
package ocipe_test

import (
	"os"
	"testing"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
