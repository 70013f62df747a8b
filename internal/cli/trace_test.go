package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
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
