package cli

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// otlpClient sends spans to a collector by OTLP over HTTP. The client of OpenTelemetry imports all of gRPC and doesn't use it: 2.4 MiB of
// the program's 34.
type otlpClient struct {
	url     string
	headers http.Header
	timeout time.Duration // of one try
	gzip    bool
	http    *http.Client
}

// otlpEnviron has the variables of OpenTelemetry.
type otlpEnviron map[string]string

func otlpEnvironOf(environ []string) otlpEnviron {
	env := otlpEnviron{}
	for _, line := range environ {
		if name, value, _ := strings.Cut(line, "="); strings.HasPrefix(name, "OTEL_") {
			env[name] = value
		}
	}
	return env
}

// exporter returns a variable of the exporter. That of traces comes before that of all signals.
func (e otlpEnviron) exporter(name string) string {
	return cmp.Or(e["OTEL_EXPORTER_OTLP_TRACES_"+name], e["OTEL_EXPORTER_OTLP_"+name])
}

// newOTLPClient returns a client with the settings of the variables OTEL_EXPORTER_OTLP_…. It returns an error if one is invalid.
func newOTLPClient(env otlpEnviron) (*otlpClient, error) {
	c := &otlpClient{headers: http.Header{"Content-Type": {"application/x-protobuf"}}, timeout: 10 * time.Second}
	var err error
	if c.url, err = env.tracesURL(); err != nil {
		return nil, err
	}
	for pair := range strings.SplitSeq(env.exporter("HEADERS"), ",") {
		name, value, _ := strings.Cut(pair, "=")
		if value, err = url.PathUnescape(strings.TrimSpace(value)); err != nil {
			return nil, errors.New("OTEL_EXPORTER_OTLP_HEADERS: must be name=value pairs with % escapes, separated by commas")
		}
		if name = strings.TrimSpace(name); name != "" {
			c.headers.Set(name, value)
		}
	}
	if text := env.exporter("TIMEOUT"); text != "" {
		ms, err := strconv.Atoi(text)
		if err != nil || ms < 1 {
			return nil, errors.New("OTEL_EXPORTER_OTLP_TIMEOUT: must be a number of milliseconds")
		}
		c.timeout = time.Duration(ms) * time.Millisecond
	}
	switch env.exporter("COMPRESSION") {
	case "", "none":
	case "gzip":
		c.gzip = true
		c.headers.Set("Content-Encoding", "gzip")
	default:
		return nil, errors.New("OTEL_EXPORTER_OTLP_COMPRESSION: must be gzip or none")
	}
	c.http, err = env.httpClient()
	return c, err
}

// tracesURL returns where traces are sent. Only the endpoint of all signals gets the path of traces.
func (e otlpEnviron) tracesURL() (string, error) {
	text := e["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
	if text == "" {
		text = strings.TrimSuffix(cmp.Or(e["OTEL_EXPORTER_OTLP_ENDPOINT"], "http://localhost:4318"), "/") + "/v1/traces"
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", errors.New("OTEL_EXPORTER_OTLP_ENDPOINT: must be a URL like http://localhost:4318")
	}
	return text, nil
}

// httpClient trusts the given certificate, if any, and shows its own, if any.
func (e otlpEnviron) httpClient() (*http.Client, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if file := e.exporter("CERTIFICATE"); file != "" {
		text, err := os.ReadFile(file) //nolint:gosec // the operator names it
		if err != nil {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_CERTIFICATE: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(text) {
			return nil, errors.New("OTEL_EXPORTER_OTLP_CERTIFICATE: the file has no certificate")
		}
	}
	if file := e.exporter("CLIENT_CERTIFICATE"); file != "" {
		own, err := tls.LoadX509KeyPair(file, e.exporter("CLIENT_KEY"))
		if err != nil {
			return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: %w", err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	return &http.Client{Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: config, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}}, nil
}

// Start does nothing.
func (c *otlpClient) Start(context.Context) error { return nil }

// Stop closes the connections.
func (c *otlpClient) Stop(context.Context) error {
	c.http.CloseIdleConnections()
	return nil
}

// otlpPause is how long the second try waits, and the third twice as long, unless the collector says otherwise.
const otlpPause = time.Second

// UploadTraces sends spans. If the collector is overloaded (OTLP, section "Failures"), it tries again, three times in all.
func (c *otlpClient) UploadTraces(ctx context.Context, spans []*tracepb.ResourceSpans) error {
	body, err := c.encode(spans)
	if err != nil {
		return err
	}
	for pause := otlpPause; ; pause *= 2 {
		again, after, err := c.send(ctx, body)
		if !again || pause > 2*otlpPause {
			return err
		}
		timer := time.NewTimer(max(pause, after))
		select {
		case <-ctx.Done():
			timer.Stop()
			return err
		case <-timer.C:
		}
	}
}

// encode returns the body of a request. TracesData has the same bytes as ExportTraceServiceRequest, whose package imports gRPC.
func (c *otlpClient) encode(spans []*tracepb.ResourceSpans) ([]byte, error) {
	body, err := proto.Marshal(&tracepb.TracesData{ResourceSpans: spans})
	if err != nil || !c.gzip {
		return body, err
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, err = w.Write(body)
	err = errors.Join(err, w.Close())
	return packed.Bytes(), err
}

// send sends a body once. again: the collector asks for another try, after a time if it isn't 0.
func (c *otlpClient) send(ctx context.Context, body []byte) (again bool, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return false, 0, err
	}
	r.Header = c.headers.Clone()
	response, err := c.http.Do(r)
	if err != nil {
		return false, 0, err
	}
	defer response.Body.Close()                                       //nolint:errcheck // it was only read
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	switch response.StatusCode {
	case http.StatusOK:
		return false, 0, nil
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // no number: 0
		again, after = true, time.Duration(seconds)*time.Second
	}
	return again, after, fmt.Errorf("the collector responded with %s", response.Status)
}
