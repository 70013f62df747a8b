package main

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/google/uuid"
)

// The server's defaults.
const (
	accessTTL  = 5 * time.Minute
	refreshTTL = 720 * time.Hour
	sessionMax = 8760 * time.Hour
	grace      = 30 * time.Second
)

// session is a row of sessions, from which both tokens are made.
type session struct {
	id         uuid.UUID
	user, gen  int64
	genAt, now time.Time
	authAt     time.Time
}

func (f *floor) login(w http.ResponseWriter, r *http.Request) error {
	var body struct{ Username, Password string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	s, hash := session{}, ""
	err := f.db.QueryRow(r.Context(), findUser, strings.ToLower(body.Username)).Scan(&s.user, &hash)
	if err != nil {
		return err
	}
	f.hashing <- struct{}{}
	ok, err := argon2id.ComparePasswordAndHash(body.Password, hash)
	<-f.hashing
	if err != nil || !ok {
		w.WriteHeader(http.StatusUnauthorized)
		return err
	}
	err = f.db.QueryRow(r.Context(), createSession, s.user, refreshTTL, sessionMax, r.UserAgent(), r.RemoteAddr).Scan(&s.id, &s.gen, &s.genAt, &s.authAt, &s.now)
	if err != nil {
		return err
	}
	return f.respondTokens(w, s)
}

// refresh verifies one signature and makes two. This is the minimum, because no token is stored and the response has two tokens.
func (f *floor) refresh(w http.ResponseWriter, r *http.Request) error {
	cookie, err := r.Cookie("refresh_token")
	if err != nil {
		return err
	}
	c, err := f.tokens.verify(f.tokens.refresh, "refresh", cookie.Value)
	if err != nil || time.Now().Unix() >= c.ExpiresAt {
		w.WriteHeader(http.StatusUnauthorized)
		return err
	}
	var s session
	err = f.db.QueryRow(r.Context(), rotateSession, c.SessionID, c.UserID, c.Gen, refreshTTL, grace).Scan(&s.id, &s.user, &s.gen, &s.genAt, &s.authAt, &s.now)
	if err != nil {
		return err
	}
	return f.respondTokens(w, s)
}

func (f *floor) respondTokens(w http.ResponseWriter, s session) error {
	sid := s.id.String()
	access, err := f.tokens.sign(f.tokens.access, claims{
		TokenType: "access", UserID: s.user, SessionID: sid, AuthTime: s.authAt.Unix(), ID: uuid.NewString(), IssuedAt: s.now.Unix(), ExpiresAt: s.now.Add(accessTTL).Unix(),
	})
	if err != nil {
		return err
	}
	refresh, err := f.tokens.sign(f.tokens.refresh, claims{
		TokenType: "refresh", UserID: s.user, SessionID: sid, Gen: s.gen, ID: sid + "." + strconv.FormatInt(s.gen, 10),
		IssuedAt: s.genAt.Unix(), ExpiresAt: s.genAt.Add(refreshTTL).Unix(),
	})
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Set-Cookie", "refresh_token="+refresh+"; Path=/; Max-Age="+strconv.Itoa(int(refreshTTL.Seconds()))+"; HttpOnly; Secure; SameSite=None")
	return writeJSON(w, http.StatusOK, []byte(`{"access":"`+access+`"}`))
}
