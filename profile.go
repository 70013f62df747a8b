package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"runtime"
	"sync"
)

// isLoopback tells whether an address is an IP address of this machine alone, with a port. No names: what they stand for
// isn't ours to say.
func isLoopback(addr string) bool {
	a, err := netip.ParseAddrPort(addr)
	return err == nil && a.Addr().IsLoopback()
}

// profiles serves what go tool pprof asks for, and a trace. The command line is left out: it may hold the database's
// password.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// memoryRate is the runtime's usual: a sample of every 512 KiB that are allocated.
const memoryRate = 512 << 10

// sampleMemory turns on what main has turned off. The rate is the process's: several servers in one (as in tests) share it.
var sampleMemory = sync.OnceFunc(func() { runtime.MemProfileRate = memoryRate })

// serveProfiles serves profiles where the settings say, if they do, until stop is called. A profile that is being taken
// then ends early, and its client gets it.
//
// It fails if nobody can listen there.
func (a *app) serveProfiles(ctx context.Context) (stop func() error, err error) {
	if a.settings.ProfileAddr == "" {
		return func() error { return nil }, nil
	}
	sampleMemory()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.settings.ProfileAddr)
	if err != nil {
		return nil, fmt.Errorf("OCIPE_PROFILE_ADDR: %w; stop the program that listens there, or choose another port", err)
	}
	taking, finish := context.WithCancel(context.WithoutCancel(ctx))
	server := &http.Server{
		Handler: profiles(), ReadHeaderTimeout: readHeaderTimeout, IdleTimeout: idleTimeout,
		BaseContext: func(net.Listener) context.Context { return taking },
		ErrorLog:    slog.NewLogLogger(a.log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	a.log.InfoContext(ctx, "profiles are served, to this machine alone", "profiles", "http://"+listener.Addr().String()+"/debug/pprof/")
	return func() error {
		finish()
		return a.drain(ctx, server, served)
	}, nil
}
