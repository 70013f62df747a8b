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

// session is what both tokens follow from.
type session struct {
	id         uuid.UUID
	user, gen  int64
	genAt, now time.Time
}

const createSession = `with clock as materialized (select clock_timestamp() as now)
	insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, idle_expires_at, absolute_expires_at, user_agent, address)
	select $1, 1, 0, date_trunc('second', now), now, '{}', '{}', now, now + $2::interval, now + $3::interval, $4, $5 from clock
	returning id, gen, gen_at, created_at`

func (f *floor) login(w http.ResponseWriter, r *http.Request) error {
	var body struct{ Username, Password string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	s, hash := session{}, ""
	err := f.db.QueryRow(r.Context(), `select id, password_hash from users where username_key = $1`, strings.ToLower(body.Username)).Scan(&s.user, &hash)
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
	err = f.db.QueryRow(r.Context(), createSession, s.user, refreshTTL, sessionMax, r.UserAgent(), r.RemoteAddr).Scan(&s.id, &s.gen, &s.genAt, &s.now)
	if err != nil {
		return err
	}
	return f.answerTokens(w, s)
}

// rotate is the server's one statement.
const rotate = `update sessions s set
		gen = s.gen + 1, ack = s.gen, gen_at = date_trunc('second', clock.now), served_at = clock.now,
		ring_gen = (s.gen || s.ring_gen)[1:8], ring_at = (clock.now || s.ring_at)[1:8],
		idle_expires_at = least(clock.now + $4::interval, s.absolute_expires_at)
	from (select clock_timestamp() as now) as clock
	where s.id = $1 and s.user_id = $2 and s.gen = $3
		and s.revoked_at is null and s.idle_expires_at > clock.now and s.absolute_expires_at > clock.now
		and (cardinality(s.ring_at) < 8 or s.ring_at[7] <= clock.now - $5::interval)
	returning s.id, s.user_id, s.gen, s.gen_at, clock.now::timestamptz`

// refresh verifies one signature and makes two: no token is stored, so that nothing less tells who asks, and the answer
// has both tokens.
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
	err = f.db.QueryRow(r.Context(), rotate, c.SessionID, c.UserID, c.Gen, refreshTTL, grace).Scan(&s.id, &s.user, &s.gen, &s.genAt, &s.now)
	if err != nil {
		return err
	}
	return f.answerTokens(w, s)
}

func (f *floor) answerTokens(w http.ResponseWriter, s session) error {
	sid := s.id.String()
	access, err := f.tokens.sign(f.tokens.access, claims{
		TokenType: "access", UserID: s.user, SessionID: sid, ID: uuid.NewString(), IssuedAt: s.now.Unix(), ExpiresAt: s.now.Add(accessTTL).Unix(),
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
