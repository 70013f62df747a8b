package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/internal/app"
	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
)

// serveMetrics serves metrics at OCIPE_METRICS_ADDR, if that is set, until stop is called. The caller must measure all requests with
// requests, which is nil if the setting is empty.
//
// It returns an error if it can't listen at the address.
func (p *program) serveMetrics(ctx context.Context, a *app.App, db *postgres.DB) (requests *metrics.Requests, stop func(), err error) {
	if p.settings.MetricsAddr == "" {
		return nil, func() {}, nil
	}
	operations, err := contract.OperationIDs(p.Contract)
	if err != nil {
		return nil, nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.settings.MetricsAddr)
	if err != nil {
		return nil, nil, fmt.Errorf("OCIPE_METRICS_ADDR: %w; %s", err, addressHint(err, "127.0.0.1:9464"))
	}
	requests = metrics.NewRequests(operations)
	registry := metrics.New(metrics.Sources{
		Version: version(), GoVersion: runtime.Version(), Pool: db.Stats,
		Hashing: a.Accounts.Passwords.Queue, HashingSlots: password.Slots(),
	}, requests)
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	server := &http.Server{
		Handler: mux, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ErrorLog: slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	p.log.InfoContext(ctx, "serving metrics", "metrics", "http://"+listener.Addr().String()+"/metrics")
	return requests, func() {
		if err := p.shutdownServer(ctx, server, served, p.stop.remaining(drainUntil)); err != nil {
			p.log.WarnContext(ctx, "serving metrics ended", "error", err)
		}
	}, nil
}
