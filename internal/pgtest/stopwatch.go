package pgtest

import "time"

// Stopwatch measures how long something takes on a machine that is never late. On a busy machine, programs wait for a processor, and a
// virtual machine sometimes stands still. The stopwatch doesn't count the time by which it was late itself.
type Stopwatch struct {
	began time.Time
	stop  chan struct{}
	late  chan time.Duration
}

// NewStopwatch starts a stopwatch. Stop must be called.
func NewStopwatch() *Stopwatch {
	s := &Stopwatch{began: time.Now(), stop: make(chan struct{}), late: make(chan time.Duration, 1)}
	go s.run()
	return s
}

// run sleeps for short times and adds up how much longer they took.
func (s *Stopwatch) run() {
	const interval, usual = 50 * time.Millisecond, time.Millisecond // a sleep usually takes up to a millisecond longer
	late, last := time.Duration(0), s.began
	for stopped := false; !stopped; {
		select {
		case <-s.stop:
			stopped = true
		case <-time.After(interval):
		}
		now := time.Now()
		late += max(0, now.Sub(last)-interval-usual)
		last = now
	}
	s.late <- late
}

// Stop stops the stopwatch and returns its time.
func (s *Stopwatch) Stop() time.Duration {
	took := time.Since(s.began)
	close(s.stop)
	return max(0, took-<-s.late)
}
