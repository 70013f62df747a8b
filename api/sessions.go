package api

import (
	"context"
	"errors"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/session"
)

// ObtainToken answers POST /api/user/token/.
func (s *Server) ObtainToken(ctx context.Context, req server.ObtainTokenRequestObject) (server.ObtainTokenResponseObject, error) {
	x := exchangeOf(ctx)
	from := session.Client{UserAgent: x.userAgent, Address: x.client.String()}
	tokens, err := s.sessions.Login(ctx, req.Body.Username, req.Body.Password, from)
	if err != nil {
		return nil, err
	}
	if !x.secure && !x.client.IsLoopback() {
		s.warnOnce.Do(func() {
			s.log.WarnContext(ctx, "a login came over plain http: browsers drop its Secure cookie. Use https, and name the "+
				"proxy in OCIPE_TRUSTED_PROXIES")
		})
	}
	x.userID = tokens.UserID
	return server.ObtainToken200JSONResponse{
		Body:    models.AccessToken{Access: tokens.Access},
		Headers: server.ObtainToken200ResponseHeaders{CacheControl: "no-store", SetCookie: s.cookies.refresh(tokens.Refresh)},
	}, nil
}

// RefreshToken answers POST /api/user/token/refresh/. Where the refused token came by cookie, the answer deletes the
// cookie: existing clients would otherwise send it again and again.
func (s *Server) RefreshToken(ctx context.Context, req server.RefreshTokenRequestObject) (server.RefreshTokenResponseObject, error) {
	x := exchangeOf(ctx)
	presented := x.refreshTokens
	if len(presented) == 0 {
		if req.Body == nil || req.Body.Refresh == nil {
			return nil, apperr.Invalid(apperr.FieldError{
				Path: "refresh", Code: "required", Detail: "Send the cookie refresh_token, or this member.",
			})
		}
		presented, x.sentToken = []string{*req.Body.Refresh}, true
	}
	tokens, err := s.sessions.Refresh(ctx, presented)
	if f, ok := errors.AsType[*apperr.Error](err); ok && f.Code == apperr.TokenNotValid && len(x.refreshTokens) > 0 {
		return nil, clearing{err, s.cookies.cleared()}
	}
	if err != nil {
		return nil, err
	}
	x.userID = tokens.UserID
	return server.RefreshToken200JSONResponse{
		Body:    models.AccessToken{Access: tokens.Access},
		Headers: server.RefreshToken200ResponseHeaders{CacheControl: "no-store", SetCookie: s.cookies.refresh(tokens.Refresh)},
	}, nil
}

// Logout answers POST /api/user/logout/.
func (s *Server) Logout(ctx context.Context, _ server.LogoutRequestObject) (server.LogoutResponseObject, error) {
	x := exchangeOf(ctx)
	userID, err := s.sessions.Logout(ctx, x.refreshTokens)
	if err != nil {
		return nil, err
	}
	x.userID = userID
	return server.Logout204Response{Headers: server.Logout204ResponseHeaders{SetCookie: s.cookies.cleared()}}, nil
}
