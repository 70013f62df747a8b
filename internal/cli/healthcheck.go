package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"time"
)

type healthcheckCommand struct {
	Timeout time.Duration `noenv:"" default:"3s" help:"How long to wait for the response."`
}

// Run asks the server at OCIPE_ADDR whether it is ready. It returns an error if it isn't, or doesn't respond in time.
func (c healthcheckCommand) Run(ctx context.Context, p *program) error {
	url, err := readyURL(p.settings.Addr)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("OCIPE_ADDR: %w", err)
	}
	var config *tls.Config
	if p.settings.hasTLS() {
		r.URL.Scheme = "https"
		// The certificate has the names of the server, not that of this machine.
		config = &tls.Config{ServerName: p.settings.PublicURL.Hostname(), InsecureSkipVerify: true} //nolint:gosec // connects only to this machine
	}
	res, err := (&http.Transport{DisableKeepAlives: true, TLSClientConfig: config}).RoundTrip(r) // without a proxy, because the server is on this machine
	if err != nil {
		return fmt.Errorf("the server doesn't respond: %w", err)
	}
	defer res.Body.Close() //nolint:errcheck // nothing is read
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("the server isn't ready: %s", res.Status)
	}
	fmt.Fprintln(p.Stdout, "ready")
	return nil
}

// readyURL returns the readiness URL of a server that listens at addr. It returns an error if addr has no fixed port.
func readyURL(addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil || port == "0" || port == "" {
		return "", errors.New("OCIPE_ADDR: must be the server's address, with its port")
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port) + "/api/monitoring/readyz/", nil
}
