package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apperr"
)

// CheckHealth handles GET /api/monitoring/healthz/.
func (s *Server) CheckHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, models.Health{Status: models.HealthStatusOk})
}

// CheckReady handles GET /api/monitoring/readyz/.
func (s *Server) CheckReady(w http.ResponseWriter, r *http.Request) {
	if s.stopping.Load() {
		request.Fail(w, r, apperr.Busy(problem.Stopping, apperr.RetrySoon, nil))
		return
	}
	if s.Deployment.Ready() != nil { // the reason is already in the log
		request.Fail(w, r, apperr.Busy(apperr.Unavailable, apperr.RetrySoon, nil))
		return
	}
	writeJSON(w, http.StatusOK, models.Health{Status: models.HealthStatusOk})
}

// AnnounceStop tells clients and proxies that the server will stop: CheckReady responds with 503, and every response closes its
// connection. The server still handles all requests.
func (s *Server) AnnounceStop() {
	s.stopping.Store(true)
	headers := s.responseHeaders()
	headers.Set("Connection", "close")
	s.headers.Store(&headers)
}

// CheckDatabase handles GET /api/monitoring/db/.
func (s *Server) CheckDatabase(w http.ResponseWriter, r *http.Request) {
	one, err := s.Monitoring.Probe(r.Context())
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, models.DatabaseHealth{DB: one})
}
