package cli

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// TestSpansAreSentAgainToAnOverloadedCollector sends them with all settings that change a request.
func TestSpansAreSentAgainToAnOverloadedCollector(t *testing.T) {
	t.Parallel()
	var tries atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, "/otlp/v1/traces", r.URL.Path)
		assert.Equal(t, "application/x-protobuf", r.Header.Get("Content-Type"))
		assert.Equal(t, "a b", r.Header.Get("X-Pantry"))
		plain, err := gzip.NewReader(r.Body)
		if assert.NoError(t, err) {
			body, err := io.ReadAll(plain)
			assert.NoError(t, err)
			var sent tracepb.TracesData
			assert.NoError(t, proto.Unmarshal(body, &sent))
			assert.Equal(t, "here", sent.GetResourceSpans()[0].GetSchemaUrl())
		}
		if tries.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(collector.Close)
	c, err := newOTLPClient(otlpEnvironOf([]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT=" + collector.URL + "/otlp/", "OTEL_EXPORTER_OTLP_HEADERS=X-Other=1, X-Pantry = a%20b",
		"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION=gzip", "OTEL_EXPORTER_OTLP_COMPRESSION=none", "OTEL_EXPORTER_OTLP_TIMEOUT=60000",
	}))
	require.NoError(t, err)

	require.NoError(t, c.UploadTraces(t.Context(), []*tracepb.ResourceSpans{{SchemaUrl: "here"}}))

	require.EqualValues(t, 2, tries.Load())
	require.NoError(t, c.Stop(t.Context()))
}

func TestAnEndpointOfTracesIsUsedAsItIs(t *testing.T) {
	t.Parallel()
	c, err := newOTLPClient(otlpEnviron{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://a/b", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"})
	require.NoError(t, err)
	require.Equal(t, "https://a/b", c.url)
}

func TestInvalidSettingsOfTheExporterAreRejected(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]string{
		"ENDPOINT": "collector:4318", "HEADERS": "a=%", "TIMEOUT": "10s", "COMPRESSION": "zstd", "CERTIFICATE": "/none", "CLIENT_CERTIFICATE": "/none",
	} {
		_, err := newOTLPClient(otlpEnviron{"OTEL_EXPORTER_OTLP_" + name: value})
		require.ErrorContains(t, err, "OTEL_EXPORTER_OTLP_"+name+": ")
	}
}
