package api

import (
	"context"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/gen/server"
)

// RegisterUser answers POST /api/user/register/.
func (s *Server) RegisterUser(ctx context.Context, req server.RegisterUserRequestObject) (server.RegisterUserResponseObject, error) {
	err := s.accounts.Register(ctx, req.Body.Username, req.Body.Password, exchangeOf(ctx).client)
	if err != nil {
		return nil, err
	}
	return server.RegisterUser201JSONResponse{Message: models.RegistrationDoneMessageUserRegisteredSuccessfully}, nil
}
