package apitest

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Group runs functions in separate goroutines.
type Group struct {
	t       testing.TB
	running sync.WaitGroup
	failed  atomic.Bool
}

// Concurrently returns a group. The end of the test waits for its goroutines, so a test that fails should cancel what they wait for.
func Concurrently(t testing.TB) *Group {
	g := &Group{t: t}
	t.Cleanup(g.running.Wait)
	return g
}

// Go calls fn in a goroutine. fn may use require with its testing.TB, whose FailNow ends only that goroutine. FailNow of the
// test must be called on the goroutine of the test.
func (g *Group) Go(fn func(t testing.TB)) {
	g.running.Go(func() { fn(groupTB{g.t, g}) })
}

// Wait waits for all functions, and ends the test if one of them has failed. Call it on the test's goroutine.
func (g *Group) Wait() {
	g.t.Helper()
	g.running.Wait()
	if g.failed.Load() {
		g.t.FailNow()
	}
}

// AtOnce calls all functions at once and waits for them, as [Group.Wait] does.
func AtOnce(t testing.TB, fns ...func(t testing.TB)) {
	t.Helper()
	g, release := Concurrently(t), make(chan struct{})
	for _, fn := range fns {
		g.Go(func(t testing.TB) {
			<-release
			fn(t)
		})
	}
	close(release)
	g.Wait()
}

type groupTB struct {
	testing.TB
	group *Group
}

// Deadline returns the deadline of the test binary.
func (m groupTB) Deadline() (deadline time.Time, ok bool) {
	if limited, is := m.TB.(interface{ Deadline() (time.Time, bool) }); is {
		return limited.Deadline()
	}
	return deadline, false
}

// FailNow ends the goroutine. [Group.Wait] then ends the test.
func (m groupTB) FailNow() {
	m.group.failed.Store(true)
	m.Fail()
	runtime.Goexit()
}
