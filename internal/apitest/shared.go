package apitest

import (
	"os"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// shared has two servers on one database. Starting a server takes as long as hundreds of requests.
var shared struct {
	mu      sync.Mutex
	servers [2]*Server
	usedBy  map[string]testing.TB // by name
	ends    []func()
}

// Shared returns two servers on one database, which all tests of the package share. Use them in tests that read only the data of
// their own users, and that don't read the log. With -count, each run of a test gets new ones, because its users exist already.
func Shared(t testing.TB) (servers [2]*Server) {
	t.Helper()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if by, used := shared.usedBy[t.Name()]; shared.servers[1] == nil || used && by != t {
		endShared() // all tests of the run before are over
		one := Start(sharedTB{t}, func(c *Config) { c.RegistrationsPerHour = 0 })
		shared.servers = [2]*Server{one, one.Replica(sharedTB{t})}
		shared.usedBy = map[string]testing.TB{}
	}
	shared.usedBy[t.Name()] = t
	return shared.servers
}

// sharedTB is a test whose cleanup waits until all tests are over.
type sharedTB struct{ testing.TB }

// Cleanup leaves the call of f to [cleanupRunner.Run].
func (sharedTB) Cleanup(f func()) { shared.ends = append(shared.ends, f) }

// TempDir returns a folder that exists until then.
func (l sharedTB) TempDir() string {
	dir, err := os.MkdirTemp("", "ocipe-test-")
	require.NoError(l, err)
	l.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// cleanupRunner runs the tests of a package and then ends the servers that they share.
type cleanupRunner struct{ *testing.M }

// Run returns the exit code of the tests.
func (r cleanupRunner) Run() int {
	code := r.M.Run()
	endShared()
	return code
}

// endShared ends the shared servers.
func endShared() {
	for _, end := range slices.Backward(shared.ends) {
		end()
	}
	shared.ends = nil
}
