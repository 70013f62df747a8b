package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/exaring/otelpgx"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ocipe/ocipe/internal/postgres"
)

// tracing sends a span for each request and each statement to a collector. Nil: there is no collector.
type tracing struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
	failed   sync.Once // logs the first error
}

// startTracing starts to send traces if the standard variables of OpenTelemetry name a collector; otherwise it returns nil. The
// libraries read these variables: OTEL_EXPORTER_OTLP_ENDPOINT and others for the exporter, the sampler, the batches and the resource.
//
// It returns an error for an exporter or a protocol that isn't supported.
func (p *program) startTracing(ctx context.Context) (*tracing, error) {
	if on, err := tracingEnabled(p.Environ); !on {
		return nil, err
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		p.log.WarnContext(ctx, "a variable of OpenTelemetry is invalid: its default applies", "error", err)
	}))
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT: %w", err)
	}
	serverResource, err := resource.New(ctx, resource.WithTelemetrySDK(),
		resource.WithAttributes(attribute.String("service.name", "ocipe"), attribute.String("service.version", version())), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	t := &tracing{provider: sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(serverResource))}
	t.tracer = t.provider.Tracer("github.com/ocipe/ocipe")
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		t.failed.Do(func() {
			p.log.WarnContext(ctx, "traces can't be sent; further failures aren't logged", "error", err)
		})
	}))
	p.log.InfoContext(ctx, "sending traces")
	return t, nil
}

// tracingEnabled reads the variables that turn traces on or off.
func tracingEnabled(environ []string) (bool, error) {
	env := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		env[name] = value
	}
	protocol := env["OTEL_EXPORTER_OTLP_PROTOCOL"]
	if tracesProtocol := env["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"]; tracesProtocol != "" {
		protocol = tracesProtocol
	}
	exporter := env["OTEL_TRACES_EXPORTER"]
	switch {
	case strings.EqualFold(env["OTEL_SDK_DISABLED"], "true"), exporter == "none":
		return false, nil
	case exporter == "" && env["OTEL_EXPORTER_OTLP_ENDPOINT"] == "" && env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] == "":
		return false, nil
	case exporter != "" && exporter != "otlp":
		return false, errors.New("OTEL_TRACES_EXPORTER: must be otlp or none")
	case protocol != "" && protocol != "http/protobuf":
		return false, errors.New("OTEL_EXPORTER_OTLP_PROTOCOL: must be http/protobuf, which collectors accept on port 4318")
	}
	return true, nil
}

// propagator reads the header traceparent (W3C Trace Context).
var propagator = propagation.TraceContext{}

// wrap returns a handler that begins a span for each request. The next handler names the span with [tracing.name]. The span doesn't have
// the path and the query, which may contain texts of users.
func (t *tracing) wrap(next http.Handler) http.Handler {
	if t == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := propagator.Extract(r.Context(), propagation.HeaderCarrier(r.Header))
		ctx, span := t.tracer.Start(ctx, "request", trace.WithSpanKind(trace.SpanKindServer))
		defer span.End()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// name sets the name and the attributes of a request's span after the request, and returns the id of the trace.
func (t *tracing) name(ctx context.Context, method, operation, route, requestID string, status int) string {
	span := trace.SpanFromContext(ctx)
	if span.IsRecording() {
		name := method
		if route != "" {
			name += " " + route
		}
		span.SetName(name)
		span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route),
			attribute.Int("http.response.status_code", status), attribute.String("ocipe.operation", operation), attribute.String("ocipe.request", requestID))
		if status >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, "")
		}
	}
	return span.SpanContext().TraceID().String()
}

// namer returns name, or nil if there are no traces.
func (t *tracing) namer() func(ctx context.Context, method, operation, route, requestID string, status int) string {
	if t == nil {
		return nil
	}
	return t.name
}

// database returns the options that trace statements by their names, without values.
func (t *tracing) database() []postgres.Option {
	if t == nil {
		return nil
	}
	return []postgres.Option{postgres.Traced(otelpgx.NewTracer(otelpgx.WithTracerProvider(t.provider), otelpgx.WithDisableAcquireTracer(),
		otelpgx.WithSpanNameFunc(statementName), otelpgx.WithDisableConnectionDetailsInAttributes()))}
}

// statementName returns the name that sqlc writes at the beginning of a statement, or else its first word.
func statementName(sql string) string {
	if named, ok := strings.CutPrefix(sql, "-- name: "); ok {
		sql = named
	}
	name, _, _ := strings.Cut(strings.TrimSpace(sql), " ")
	return name
}

// stop sends the remaining spans. It takes at most limit, and at most a second.
func (t *tracing) stop(ctx context.Context, limit time.Duration) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), min(limit, time.Second))
	defer cancel()
	_ = t.provider.Shutdown(ctx) // the error handler has logged it
}
