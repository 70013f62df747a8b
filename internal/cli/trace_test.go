package cli

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestTracesAreOnIfACollectorIsNamed(t *testing.T) {
	t.Parallel()
	for want, all := range map[bool][][]string{
		true: {
			{"OTEL_EXPORTER_OTLP_ENDPOINT=http://a:4318"}, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://a:4318/v1/traces"}, {"OTEL_TRACES_EXPORTER=otlp"},
			{"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=http/protobuf"},
		},
		false: {
			nil, {"OTEL_SERVICE_NAME=cook"}, {"OTEL_EXPORTER_OTLP_ENDPOINT=http://a:4318", "OTEL_SDK_DISABLED=true"},
			{"OTEL_EXPORTER_OTLP_ENDPOINT=http://a:4318", "OTEL_TRACES_EXPORTER=none"},
		},
	} {
		for _, environ := range all {
			on, err := tracingEnabled(environ)
			require.NoError(t, err)
			require.Equal(t, want, on, environ)
		}
	}
	for _, environ := range [][]string{{"OTEL_TRACES_EXPORTER=zipkin"}, {"OTEL_TRACES_EXPORTER=otlp", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}} {
		_, err := tracingEnabled(environ)
		require.ErrorContains(t, err, "must be", environ)
	}
}

// TestAnInvalidVariableOfOpenTelemetryIsLogged can't run in parallel: the library reads the environment of the process.
func TestAnInvalidVariableOfOpenTelemetryIsLogged(t *testing.T) {
	t.Setenv("OTEL_TRACES_SAMPLER", "sometimes")
	logs := &pgtest.Logs{}
	p := &program{Process: Process{Environ: []string{"OTEL_TRACES_EXPORTER=otlp"}}, log: slog.New(slog.NewJSONHandler(logs, nil))}

	traces, err := p.startTracing(t.Context())

	require.NoError(t, err)
	traces.stop(t.Context(), time.Second)
	require.Contains(t, logs.String(), `"level":"WARN","msg":"a variable of OpenTelemetry is invalid: its default applies","error":"unsupported sampler: sometimes"`)
}
