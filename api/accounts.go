package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
)

// RegisterUser handles POST /api/user/register/.
func (s *Server) RegisterUser(w http.ResponseWriter, r *http.Request) {
	in := request.Body[models.Registration](r)
	state := request.Of(r)
	if err := s.Accounts.Register(r.Context(), state.Key, in.Username, in.Password, state.Client, state.UserAgent); err != nil {
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusCreated, models.RegistrationDone{Message: models.RegistrationDoneMessageUserRegisteredSuccessfully})
}
