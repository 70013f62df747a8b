package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitoken"
)

// CreateAPIToken handles POST /api/user/api-tokens/.
func (s *Server) CreateAPIToken(w http.ResponseWriter, r *http.Request) {
	state, in := request.Of(r), request.Body[models.APITokenInput](r)
	lifetime := time.Duration(in.ExpiresInDays) * 24 * time.Hour
	token, secret, err := s.APITokens.Create(r.Context(), state.UserID, state.Key, in.Name, fromScopes(in.Scopes), lifetime, clientOf(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusCreated, oneEncoder(newAPIToken{token, secret}, appendNewAPIToken))
}

// ListAPITokens handles GET /api/user/api-tokens/.
func (s *Server) ListAPITokens(w http.ResponseWriter, r *http.Request, p models.ListAPITokensParams) {
	tokens, err := s.APITokens.List(r.Context(), request.UserID(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.writeWithHashETag(w, r, p.IfNoneMatch, listEncoder(tokens, appendAPIToken))
}

// GetAPIToken handles GET /api/user/api-tokens/{id}/.
func (s *Server) GetAPIToken(w http.ResponseWriter, r *http.Request, id models.APITokenID, p models.GetAPITokenParams) {
	token, err := s.APITokens.Get(r.Context(), request.UserID(r), id)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.writeWithHashETag(w, r, p.IfNoneMatch, oneEncoder(token, appendAPIToken))
}

// UpdateAPIToken handles PATCH /api/user/api-tokens/{id}/.
func (s *Server) UpdateAPIToken(w http.ResponseWriter, r *http.Request, id models.APITokenID) {
	in := request.Body[models.APITokenPatch](r)
	var scopes []string
	if in.Scopes != nil {
		scopes = fromScopes(*in.Scopes)
	}
	token, err := s.APITokens.Update(r.Context(), request.UserID(r), id, in.Name, scopes)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(token, appendAPIToken))
}

// RevokeAPIToken handles DELETE /api/user/api-tokens/{id}/.
func (s *Server) RevokeAPIToken(w http.ResponseWriter, r *http.Request, id models.APITokenID) {
	if err := s.APITokens.Revoke(r.Context(), request.UserID(r), id, clientOf(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) authenticateAPIToken(ctx context.Context, text string) (request.Caller, error) {
	grant, err := s.APITokens.Authenticate(ctx, text, clientIn(request.OfContext(ctx)))
	if err != nil {
		return request.Caller{}, err
	}
	return request.Caller{UserID: grant.UserID, Scopes: grant.Scopes, APIToken: grant.TokenID}, nil
}

// newAPIToken is a token with its secret.
type newAPIToken struct {
	apitoken.Token
	secret string
}

// appendNewAPIToken appends the contract's NewAPIToken.
func appendNewAPIToken(b []byte, t newAPIToken) []byte {
	b = appendString(append(b, `{"token":`...), t.secret)
	return append(appendAPITokenMembers(append(b, ','), t.Token), '}')
}

// appendAPIToken appends the contract's APIToken.
func appendAPIToken(b []byte, t apitoken.Token) []byte {
	return append(appendAPITokenMembers(append(b, '{'), t), '}')
}

func appendAPITokenMembers(b []byte, t apitoken.Token) []byte {
	b = strconv.AppendInt(append(b, `"id":`...), t.ID, 10)
	b = appendString(append(b, `,"name":`...), t.Name)
	b = appendList(append(b, `,"scopes":`...), func(b []byte) []byte { return b }, t.Scopes, appendString)
	b = appendTime(append(b, `,"created_at":`...), t.CreatedAt)
	b = appendTime(append(b, `,"expires_at":`...), t.ExpiresAt)
	if t.LastUsedAt != nil {
		b = appendTime(append(b, `,"last_used_at":`...), *t.LastUsedAt)
	}
	b = appendString(append(b, `,"address":`...), t.Client.Address)
	return appendString(append(b, `,"client":`...), t.Client.Describe())
}

func fromScopes(scopes models.Scopes) []string {
	texts := make([]string, len(scopes))
	for i, scope := range scopes {
		texts[i] = string(scope)
	}
	return texts
}
