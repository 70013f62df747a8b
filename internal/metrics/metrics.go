// Package metrics counts events and measures requests, for Prometheus. Counting an event costs an atomic addition. Requests are only
// measured if the server serves its metrics.
package metrics

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Counter counts events of this process. Its methods may be called concurrently.
type Counter struct{ n atomic.Uint64 }

// Inc counts one event.
func (c *Counter) Inc() { c.n.Add(1) }

// Value returns the number of events.
func (c *Counter) Value() uint64 { return c.n.Load() }

// The events that packages count.
var (
	RefreshRotated    Counter // a refresh token was replaced, as usual
	RefreshRepeated   Counter // a used refresh token was sent again in its grace period
	RefreshRecovered  Counter // a client had lost a response, or its session was restored from a backup
	RefreshReuse      Counter // a spent refresh token ended its session
	RefreshRefused    Counter // the session had ended or didn't exist, or the refresh token was never issued
	IdempotentReplays Counter // a response was sent again for a repeated Idempotency-Key
	Failovers         Counter // the connections moved to another database server
	PoolResets        Counter // a connection to the database was lost, and all others were replaced
	BackupFailures    Counter // a scheduled backup failed
)

// lastBackup is the Unix time of the last backup; 0: none since the start.
var lastBackup atomic.Int64

// RecordBackup records that a backup was completed at this time.
func RecordBackup(at time.Time) { lastBackup.Store(at.Unix()) }

// Pool is the state of the pool of database connections.
type Pool struct {
	Open, InUse, Max int64
	Waits            int64 // calls that had to wait for a connection, so far
	WaitTime         time.Duration
}

// Sources has the values that are read whenever the metrics are read. All fields are required.
type Sources struct {
	Version, GoVersion string
	Pool               func() Pool
	Hashing            func() int64 // passwords that are being hashed or wait for it
	HashingSlots       int
}

// New returns a registry with the metrics of this process, the Go runtime, and requests.
func New(s Sources, r *Requests) *prometheus.Registry {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		r.counts, r.durations, r.throttled, r.inFlight)
	registerEvents(registry)
	registerPool(registry, s.Pool)
	gauge(registry, "ocipe_hashing_queue", "Passwords that are being hashed or wait for it.", func() float64 { return float64(s.Hashing()) })
	gauge(registry, "ocipe_hashing_slots", "Passwords that are hashed at once, at most.", func() float64 { return float64(s.HashingSlots) })
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "ocipe_build_info", Help: "1; the labels have the versions of the program and of Go.",
		ConstLabels: prometheus.Labels{"version": s.Version, "goversion": s.GoVersion},
	})
	info.Set(1)
	registry.MustRegister(info, backupTime{})
	return registry
}

func registerEvents(registry *prometheus.Registry) {
	const refreshes = "Refresh tokens that were presented, by what happened to them."
	for outcome, c := range map[string]*Counter{
		"rotated": &RefreshRotated, "repeated": &RefreshRepeated, "recovered": &RefreshRecovered, "reuse": &RefreshReuse, "refused": &RefreshRefused,
	} {
		counter(registry, "ocipe_refreshes_total", refreshes, prometheus.Labels{"outcome": outcome}, c)
	}
	counter(registry, "ocipe_idempotent_replays_total", "Responses that were sent again for a repeated Idempotency-Key.", nil, &IdempotentReplays)
	counter(registry, "ocipe_database_failovers_total", "How often the connections moved to another database server.", nil, &Failovers)
	counter(registry, "ocipe_database_resets_total", "How often a database connection was lost and all others were replaced.", nil, &PoolResets)
	counter(registry, "ocipe_backup_failures_total", "Scheduled backups of this server that failed.", nil, &BackupFailures)
}

func counter(registry *prometheus.Registry, name, help string, labels prometheus.Labels, c *Counter) {
	registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: labels},
		func() float64 { return float64(c.Value()) }))
}

func gauge(registry *prometheus.Registry, name, help string, value func() float64) {
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
}

func registerPool(registry *prometheus.Registry, pool func() Pool) {
	gauge(registry, "ocipe_database_connections_open", "Open connections of the pool.", func() float64 { return float64(pool().Open) })
	gauge(registry, "ocipe_database_connections_in_use", "Connections of the pool that calls use.", func() float64 { return float64(pool().InUse) })
	gauge(registry, "ocipe_database_connections_max", "Connections that the pool may open.", func() float64 { return float64(pool().Max) })
	registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "ocipe_database_waits_total", Help: "Calls that had to wait for a connection."},
			func() float64 { return float64(pool().Waits) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "ocipe_database_wait_seconds_total", Help: "Time for which calls waited for a connection."},
			func() float64 { return pool().WaitTime.Seconds() }),
	)
}

// backupTime is a metric that exists only if there was a backup: without one, its age of decades would raise an alert.
type backupTime struct{}

var backupDesc = prometheus.NewDesc("ocipe_backup_last_success_timestamp_seconds",
	"Unix time of the last backup of this server; missing if it has made none since its start.", nil, nil)

// Describe describes the metric.
func (backupTime) Describe(to chan<- *prometheus.Desc) { to <- backupDesc }

// Collect reads the metric.
func (backupTime) Collect(to chan<- prometheus.Metric) {
	if at := lastBackup.Load(); at > 0 {
		to <- prometheus.MustNewConstMetric(backupDesc, prometheus.GaugeValue, float64(at))
	}
}
