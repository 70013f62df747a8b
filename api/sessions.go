package api

import (
	"errors"
	"net/http"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/token"
)

// ObtainToken handles POST /api/user/token/.
func (s *Server) ObtainToken(w http.ResponseWriter, r *http.Request) {
	state, in := request.Of(r), request.Body[models.Credentials](r)
	tokens, err := s.Sessions.Login(r.Context(), in.Username, in.Password, loginClientOf(r))
	if err != nil {
		state.Account = in.Username
		request.Fail(w, r, err)
		return
	}
	s.warnOfPlainHTTP(r) //nolint:contextcheck // r has the context
	s.writeTokens(w, r, tokens)
}

// RefreshToken handles POST /api/user/token/refresh/. If the token came in a cookie and is rejected, the response deletes the cookie:
// existing clients would send it again and again. A cookie of an unknown key is kept, because a server with the right keys accepts it.
func (s *Server) RefreshToken(w http.ResponseWriter, r *http.Request) {
	state := request.Of(r)
	presented, byCookie := state.RefreshTokens, len(state.RefreshTokens) > 0
	if !byCookie {
		in := request.Body[models.Refresh](r)
		if in.Refresh == nil {
			request.Fail(w, r, errNoRefreshToken)
			return
		}
		presented, state.TokenSent = []string{*in.Refresh}, true
	}
	tokens, err := s.Sessions.Refresh(r.Context(), presented, clientOf(r))
	if err != nil {
		if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.TokenNotValid && byCookie && !errors.Is(err, token.ErrUnknownKey) {
			s.cookies.clearRefresh(w)
		}
		request.Fail(w, r, err)
		return
	}
	s.writeTokens(w, r, tokens)
}

var errNoRefreshToken = apperr.Invalid(apperr.FieldError{
	Path: "refresh", Code: "required", Detail: "Send either the cookie refresh_token or this member.",
})

// Logout handles POST /api/user/logout/.
func (s *Server) Logout(w http.ResponseWriter, r *http.Request) {
	state := request.Of(r)
	userID, err := s.Sessions.Logout(r.Context(), state.RefreshTokens, clientOf(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	state.UserID = userID
	s.cookies.clearRefresh(w)
	w.WriteHeader(http.StatusNoContent)
}

// DeleteAccount handles DELETE /api/user/me/.
func (s *Server) DeleteAccount(w http.ResponseWriter, r *http.Request) {
	if err := s.Accounts.DeleteOwn(r.Context(), request.UserID(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	s.cookies.clearRefresh(w)
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) writeTokens(w http.ResponseWriter, r *http.Request, tokens session.Tokens) {
	request.Of(r).UserID = tokens.UserID
	s.cookies.setRefresh(w, tokens.Refresh)
	if tokens.Device != "" {
		s.cookies.setDevice(w, tokens.Device)
	}
	writeJSON(w, http.StatusOK, models.AccessToken{Access: tokens.Access})
}

// warnOfPlainHTTP logs once that browsers drop the Secure refresh cookie of a login over plain HTTP.
func (s *Server) warnOfPlainHTTP(r *http.Request) {
	if state := request.Of(r); state.Secure || state.Client.IsLoopback() {
		return
	}
	s.warnOnce.Do(func() {
		s.config.Log.WarnContext(r.Context(), "a login came over plain http: browsers drop its Secure cookie. Use https, and name the "+
			"proxy in OCIPE_TRUSTED_PROXIES")
	})
}
