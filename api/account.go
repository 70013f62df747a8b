package api

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/session"
)

// GetAccount handles GET /api/user/me/.
func (s *Server) GetAccount(w http.ResponseWriter, r *http.Request, p models.GetAccountParams) {
	found, err := s.Accounts.Get(r.Context(), request.UserID(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.writeWithHashETag(w, r, p.IfNoneMatch, oneEncoder(found, appendAccount))
}

// UpdateAccount handles PATCH /api/user/me/.
func (s *Server) UpdateAccount(w http.ResponseWriter, r *http.Request) {
	in := request.Body[models.AccountPatch](r)
	var updated account.Account
	var err error
	if in.Username == nil {
		updated, err = s.Accounts.Get(r.Context(), request.UserID(r))
	} else {
		updated, err = s.Accounts.Rename(r.Context(), request.UserID(r), *in.Username, clientOf(r))
	}
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	text := appendAccount(nil, updated)
	s.setETag(w, r, hashVersion(text))
	write(w, http.StatusOK, textEncoder(text))
}

// ChangePassword handles POST /api/user/password/.
func (s *Server) ChangePassword(w http.ResponseWriter, r *http.Request) {
	in, caller := request.Body[models.PasswordChange](r), request.Of(r).Caller
	err := s.Sessions.ChangePassword(r.Context(), caller.UserID, caller.SessionID, in.OldPassword, in.NewPassword, loginClientOf(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// Reauthenticate handles POST /api/user/reauthenticate/.
func (s *Server) Reauthenticate(w http.ResponseWriter, r *http.Request) {
	state := request.Of(r)
	password := request.Body[models.Reauthentication](r).Password
	access, err := s.Sessions.Reauthenticate(r.Context(), state.UserID, state.Caller.SessionID, password, loginClientOf(r))
	if err != nil {
		if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.NoActiveAccount {
			state.Challenge = `realm="api"` // not error="invalid_token": the password is wrong, not the token
		}
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, models.AccessToken{Access: access})
}

// ListSessions handles GET /api/user/sessions/.
func (s *Server) ListSessions(w http.ResponseWriter, r *http.Request, p models.ListSessionsParams) {
	sessions, err := s.Sessions.List(r.Context(), request.UserID(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	current := request.Of(r).Caller.SessionID
	s.writeWithHashETag(w, r, p.IfNoneMatch, listEncoder(sessions, func(b []byte, one session.Session) []byte {
		return appendSession(b, one, one.ID == current)
	}))
}

// EndOtherSessions handles DELETE /api/user/sessions/.
func (s *Server) EndOtherSessions(w http.ResponseWriter, r *http.Request) {
	caller := request.Of(r).Caller
	if err := s.Sessions.EndOthers(r.Context(), caller.UserID, caller.SessionID, clientOf(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// EndSession handles DELETE /api/user/sessions/{id}/.
func (s *Server) EndSession(w http.ResponseWriter, r *http.Request, id models.SessionID) {
	caller, session := request.Of(r).Caller, uuid.MustParse(id) // the guard has checked the contract's pattern
	if err := s.Sessions.End(r.Context(), caller.UserID, session, clientOf(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	if session == caller.SessionID {
		s.cookies.clearRefresh(w)
	}
	w.WriteHeader(http.StatusNoContent)
}

// ListActivity handles GET /api/user/activity/.
func (s *Server) ListActivity(w http.ResponseWriter, r *http.Request, p models.ListActivityParams) {
	found, err := s.Activity.List(r.Context(), request.UserID(r), pageRequest(p.Limit, p.Cursor))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	text := listEncoder(found.Events, appendEvent)(nil, func(b []byte) []byte { return b })
	if s.notModified(w, r, p.IfNoneMatch, hashVersion(text)) {
		return
	}
	s.linkNext(w, r, "/api/user/activity/", found.Next)
	write(w, http.StatusOK, textEncoder(text))
}

// ResetPassword handles POST /api/user/password/reset/.
func (s *Server) ResetPassword(w http.ResponseWriter, r *http.Request) {
	in := request.Body[models.PasswordReset](r)
	if err := s.Accounts.RedeemResetCode(r.Context(), in.Username, in.Code, in.NewPassword, clientOf(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func appendAccount(b []byte, a account.Account) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), a.ID, 10)
	b = appendString(append(b, `,"username":`...), a.Username)
	b = appendTime(append(b, `,"created_at":`...), a.CreatedAt)
	b = appendTime(append(b, `,"password_changed_at":`...), a.PasswordChangedAt)
	b = strconv.AppendInt(append(b, `,"sessions":`...), a.LiveSessions, 10)
	b = strconv.AppendInt(append(b, `,"api_tokens":`...), a.APITokens, 10)
	return append(b, `,"factors":["password"]}`...)
}

func appendSession(b []byte, s session.Session, current bool) []byte {
	b = appendString(append(b, `{"id":`...), s.ID.String())
	b = appendTime(append(b, `,"created_at":`...), s.CreatedAt)
	b = appendTime(append(b, `,"last_used_at":`...), s.LastUsedAt)
	b = appendTime(append(b, `,"expires_at":`...), s.ExpiresAt)
	b = appendString(append(b, `,"address":`...), s.Address)
	b = appendString(append(b, `,"client":`...), s.Client)
	b = strconv.AppendBool(append(b, `,"current":`...), current)
	return append(b, '}')
}

func appendEvent(b []byte, e activity.Event) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), e.ID, 10)
	b = appendTime(append(b, `,"at":`...), e.At)
	b = appendString(append(b, `,"kind":`...), string(e.Kind))
	b = appendString(append(b, `,"address":`...), e.Address)
	b = appendString(append(b, `,"client":`...), e.Client)
	b = appendString(append(b, `,"detail":`...), e.Detail)
	return append(b, '}')
}
