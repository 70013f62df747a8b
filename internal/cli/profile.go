package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"runtime"
	"strings"
	"sync"
)

// isLoopback reports whether addr is a loopback IP address with a port. It returns false for names, which could resolve to any address.
func isLoopback(addr string) bool {
	a, err := netip.ParseAddrPort(addr)
	return err == nil && a.Addr().IsLoopback()
}

// profiles serves the profiles of net/http/pprof, except the command line, which may contain the password of the database.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// onlyLoopback rejects requests to hosts other than the loopback interface. Otherwise a web page could read the profiles by resolving
// its own name to a loopback address (DNS rebinding).
func onlyLoopback(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host // without a port
		}
		address, err := netip.ParseAddr(strings.Trim(host, "[]"))
		if !strings.EqualFold(host, "localhost") && (err != nil || !address.IsLoopback()) {
			http.Error(w, "profiles are served to the hosts localhost, 127.0.0.1 and [::1] only", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// memoryRate is the runtime's default: one sample per 512 KiB of allocations.
const memoryRate = 512 << 10

// sampleMemory turns memory profiling on, because main turns it off. Servers in the same process (as in tests) share the rate.
var sampleMemory = sync.OnceFunc(func() { runtime.MemProfileRate = memoryRate })

// serveProfiles serves profiles at OCIPE_PROFILE_ADDR, if that is set, until stop is called. A profile in progress then ends early, and
// the client still receives it.
//
// It returns an error if it can't listen at the address.
func (p *program) serveProfiles(ctx context.Context) (stop func() error, err error) {
	if p.settings.ProfileAddr == "" {
		return func() error { return nil }, nil
	}
	sampleMemory()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.settings.ProfileAddr)
	if err != nil {
		return nil, fmt.Errorf("OCIPE_PROFILE_ADDR: %w; %s", err, addressHint(err, "127.0.0.1:6060"))
	}
	baseCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	server := &http.Server{
		Handler: onlyLoopback(profiles()), ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return baseCtx },
		ErrorLog:    slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	p.log.InfoContext(ctx, "serving profiles on the loopback interface", "profiles", "http://"+listener.Addr().String()+"/debug/pprof/")
	return func() error {
		cancel()
		return p.shutdownServer(ctx, server, served, p.stop.remaining(profileUntil))
	}, nil
}
