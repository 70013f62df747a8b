package apitest

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/api/web"
	"github.com/ocipe/ocipe/internal/app"
	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/password"
)

// Config has all settings of a test server.
type Config struct {
	app.Config

	Contract          []byte // openapi.yaml
	Version           string
	AllowedOrigins    []string
	TrustedProxies    []netip.Prefix
	ReauthAge         time.Duration
	BodyWait          time.Duration // 0: the server's default
	PlanWait          time.Duration // 0: the server's default
	CookiePartitioned bool
	Compression       api.Compression
	HSTSSubdomains    bool
	Stopping          bool // the server has announced its stop
	Web               *web.App
	Metrics           *metrics.Requests // nil: requests aren't measured
}

// Assemble returns the use cases and the handler of all requests.
func (c Config) Assemble(ctx context.Context) (*app.App, http.Handler, error) {
	a, err := app.New(ctx, c.Config)
	if err != nil {
		return nil, nil, err
	}
	apiContract, err := LoadContract(ctx, c.Contract, a.Accounts.Policy, c.PublicURL)
	if err != nil {
		return nil, nil, err
	}
	server, err := api.New(a, api.Config{
		Contract: apiContract, Clock: c.Clock, Log: c.Log, Version: c.Version, PublicURL: c.PublicURL,
		AllowedOrigins: c.AllowedOrigins, TrustedProxies: c.TrustedProxies,
		ReauthAge: c.ReauthAge, BodyWait: c.BodyWait, PlanWait: c.PlanWait, CookiePartitioned: c.CookiePartitioned, Compression: c.Compression, HSTSSubdomains: c.HSTSSubdomains, Web: c.Web, Metrics: c.Metrics,
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

// loaded has the contracts of all servers so far. With the race detector, loading one takes longer than the rest of a start.
var loaded struct {
	sync.Mutex
	all map[string]*contract.Contract // by everything that they are made from
}

// LoadContract is [contract.Load], except that servers with the same contract and settings share what it returns.
func LoadContract(ctx context.Context, source []byte, policy password.Policy, public *url.URL) (*contract.Contract, error) {
	key := fmt.Sprint(policy, " ", public.EscapedPath(), " ", string(source))
	loaded.Lock()
	defer loaded.Unlock()
	if known := loaded.all[key]; known != nil {
		return known, nil
	}
	made, err := contract.Load(ctx, source, policy, public)
	if err != nil {
		return nil, err
	}
	if loaded.all == nil {
		loaded.all = map[string]*contract.Contract{}
	}
	loaded.all[key] = made
	return made, nil
}
