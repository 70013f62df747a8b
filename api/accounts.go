package api

import (
	"context"

	"github.com/ocipe/ocipe/gen"
)

// RegisterUser answers POST /api/user/register/.
func (s *Server) RegisterUser(ctx context.Context, req gen.RegisterUserRequestObject) (gen.RegisterUserResponseObject, error) {
	err := s.accounts.Register(ctx, req.Body.Username, req.Body.Password, exchangeOf(ctx).client)
	if err != nil {
		return nil, err
	}
	return gen.RegisterUser201JSONResponse{Message: gen.RegistrationDoneMessageUserRegisteredSuccessfully}, nil
}
