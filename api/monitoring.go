package api

import (
	"context"

	"github.com/ocipe/ocipe/gen"
)

// CheckHealth answers GET /api/monitoring/healthz/.
func (s *Server) CheckHealth(context.Context, gen.CheckHealthRequestObject) (gen.CheckHealthResponseObject, error) {
	return gen.CheckHealth200JSONResponse{Status: gen.HealthStatusOk}, nil
}

// CheckDatabase answers GET /api/monitoring/db/.
func (s *Server) CheckDatabase(ctx context.Context, _ gen.CheckDatabaseRequestObject) (gen.CheckDatabaseResponseObject, error) {
	answer, err := s.monitoring.Probe(ctx)
	if err != nil {
		return nil, err
	}
	return gen.CheckDatabase200JSONResponse{DB: answer}, nil
}
