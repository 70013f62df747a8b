package api

import (
	"context"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/gen/server"
)

// CheckHealth answers GET /api/monitoring/healthz/.
func (s *Server) CheckHealth(context.Context, server.CheckHealthRequestObject) (server.CheckHealthResponseObject, error) {
	return server.CheckHealth200JSONResponse{Status: models.HealthStatusOk}, nil
}

// CheckDatabase answers GET /api/monitoring/db/.
func (s *Server) CheckDatabase(ctx context.Context, _ server.CheckDatabaseRequestObject) (server.CheckDatabaseResponseObject, error) {
	answer, err := s.monitoring.Probe(ctx)
	if err != nil {
		return nil, err
	}
	return server.CheckDatabase200JSONResponse{DB: answer}, nil
}
