package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
)

// CheckHealth handles GET /api/monitoring/healthz/.
func (s *Server) CheckHealth(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, models.Health{Status: models.HealthStatusOk})
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
