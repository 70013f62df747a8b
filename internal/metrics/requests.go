package metrics

import (
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ocipe/ocipe/internal/apperr"
)

// None is the operation of requests that belong to no operation: unknown paths, methods that aren't allowed, documentation.
const None = "none"

// buckets are the upper bounds of durations in seconds. The shortest requests take less than a millisecond, the longest a minute.
var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60}

// Requests measures requests. Create it with [NewRequests]. A nil Requests measures nothing. Its methods may be called concurrently.
type Requests struct {
	operations map[string]*operation // read-only
	counts     *prometheus.CounterVec
	durations  *prometheus.HistogramVec
	throttled  *prometheus.CounterVec
	inFlight   prometheus.Gauge
}

// operation has the series of one operation. They are created at their first use, so that later uses don't look up labels.
type operation struct {
	name     string
	byStatus [500]atomic.Pointer[prometheus.Counter] // from status 100 on
	duration atomic.Pointer[prometheus.Observer]
}

// NewRequests returns metrics of requests to these operations, by their ids.
func NewRequests(operations []string) *Requests {
	r := &Requests{
		operations: map[string]*operation{},
		counts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ocipe_requests_total", Help: "Requests that were handled, by operation of the contract and status.",
		}, []string{"operation", "status"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "ocipe_request_duration_seconds", Help: "Time from the headers of a request to the end of its response, by operation.", Buckets: buckets,
		}, []string{"operation"}),
		throttled: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ocipe_throttled_total", Help: "Requests that were rejected with 429, by code of the problem.",
		}, []string{"code"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "ocipe_requests_in_flight", Help: "Requests that are being handled."}),
	}
	for _, name := range append([]string{None}, operations...) {
		r.operations[name] = &operation{name: name}
	}
	for _, code := range []apperr.Code{apperr.TooManyRequests, apperr.TooManyAttempts, apperr.TooManyRegistrations} {
		r.throttled.WithLabelValues(string(code)) // 0 is shown from the start
	}
	return r
}

// Begin counts a request that is being handled. The caller must call [Requests.End].
func (r *Requests) Begin() {
	if r != nil {
		r.inFlight.Inc()
	}
}

// End counts a request that was handled. The operation is an id of the contract, or empty. The code is that of the problem, if the
// response is a problem.
func (r *Requests) End(operationID string, status int, code apperr.Code, took time.Duration) {
	if r == nil {
		return
	}
	r.inFlight.Dec()
	o := r.operations[operationID]
	if o == nil {
		o = r.operations[None]
	}
	if status < 100 || status > 599 { // the connection broke before a response
		status = 500
	}
	o.count(r.counts, status).Inc()
	o.observer(r.durations).Observe(took.Seconds())
	if status == 429 {
		r.throttled.WithLabelValues(string(code)).Inc() // codes are constants of the program
	}
}

func (o *operation) count(all *prometheus.CounterVec, status int) prometheus.Counter {
	series := &o.byStatus[status-100]
	if c := series.Load(); c != nil {
		return *c
	}
	c := all.WithLabelValues(o.name, strconv.Itoa(status))
	series.Store(&c)
	return c
}

func (o *operation) observer(all *prometheus.HistogramVec) prometheus.Observer {
	if observer := o.duration.Load(); observer != nil {
		return *observer
	}
	observer := all.WithLabelValues(o.name)
	o.duration.Store(&observer)
	return observer
}
