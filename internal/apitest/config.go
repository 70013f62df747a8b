package apitest

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/internal/app"
)

// Config has all settings of a test server.
type Config struct {
	app.Config

	Contract          []byte // openapi.yaml
	Version           string
	AllowedOrigins    []string
	TrustedProxies    []netip.Prefix
	ReauthAge         time.Duration
	BodyWait          time.Duration // 0: the server's own
	CookiePartitioned bool
	Compression       api.Compression
	HSTSSubdomains    bool
	Stopping          bool // the server has announced its stop
}

// Assemble returns the use cases and the handler of all requests.
func (c Config) Assemble(ctx context.Context) (*app.App, http.Handler, error) {
	a, err := app.New(ctx, c.Config)
	if err != nil {
		return nil, nil, err
	}
	server, err := api.New(ctx, a, api.Config{
		Contract: c.Contract, Clock: c.Clock, Log: c.Log, Version: c.Version, PublicURL: c.PublicURL,
		AllowedOrigins: c.AllowedOrigins, TrustedProxies: c.TrustedProxies,
		ReauthAge: c.ReauthAge, BodyWait: c.BodyWait, CookiePartitioned: c.CookiePartitioned, Compression: c.Compression, HSTSSubdomains: c.HSTSSubdomains,
	})
	if err != nil {
		return nil, nil, err
	}
	if c.Stopping {
		server.AnnounceStop()
	}
	handler, err := server.Handler()
	return a, handler, err
}
