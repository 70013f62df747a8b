package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestRegister(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("MakesAnAccount", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("Berta", apitest.Password)).Is(t, http.StatusCreated)
		require.JSONEq(t, `{"message": "User registered successfully"}`, a.Text)
		require.EqualValues(t, 1, s.Int(t, `select count(*) from users u join user_versions c on c.user_id = u.id where username = 'Berta'`))
	})

	t.Run("RejectsANameThatIsTakenInAnySpelling", func(t *testing.T) {
		t.Parallel()
		c := s.Client(t)
		c.Register(t, "Zoë.Straße")

		for _, name := range []string{"Zoë.Straße", "zoë.strasse", "ZOE\u0308.STRASSE", "  Zoë.Straße\n", "Ｚoë.Straße", "Zoë\u034f.Straße"} {
			a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(name, apitest.Password)).Is(t, http.StatusBadRequest)
			p := a.Problem(t)
			require.Equal(t, "username_taken", p.Code)
			require.Equal(t, "Username already exists", p.Username)
			require.Equal(t, []string{"username:taken"}, p.Fields())
		}
		for _, name := range []string{"zoë.straße", " ZOË.STRASSE ", "zoe\u0308.strasse"} {
			s.Client(t).Login(t, name)
		}
	})

	t.Run("RejectsInvalidNamesAndPasswords", func(t *testing.T) {
		t.Parallel()
		for body, fields := range map[string][]string{
			`{}`: {"password:required", "username:required"},
			`{"username": "a", "password": "ééééééé"}`:                                                         {"password:too_short"},
			`{"username": "` + strings.Repeat("a", 151) + `", "password": "` + strings.Repeat("é", 513) + `"}`: {"password:too_long", "username:too_long"},
			`{"username": "a\u0000b", "password": "eggs\u0000benedict"}`:                                       {"password:invalid_characters", "username:invalid_characters"},
			`{"username": "\u3164\ufe0f", "password": "eggs benedict"}`:                                        {"username:invalid_characters"},
			`{"username": "a/b", "password": " PASSWORD "}`:                                                    {"password:too_common", "username:invalid_characters"},
			`{"username": " ｂａｒｔｈｏｌｏｍｅｗ", "password": " ｂａｒｔｈｏｌｏｍｅｗ"}`:                                         {"password:same_as_username"},
			`{"username": "` + strings.Repeat("ﷺ", 8) + `", "password": "eggs benedict"}`:                      {"username:invalid_characters"}, // 144 characters after NFKC, with spaces
		} {
			a := s.Client(t).Do(t, http.MethodPost, "/api/user/register/", body).Is(t, http.StatusBadRequest)
			require.Equal(t, "invalid_input", a.Problem(t).Code)
			require.Equal(t, fields, a.Problem(t).Fields())
			require.NotContains(t, a.Text, "benedict", "the value is never echoed")
		}
		s.Client(t).Register(t, strings.Repeat("e\u0301", 150)) // 300 characters, 150 after NFKC
	})

	t.Run("TakesPasswordsAsTyped", func(t *testing.T) {
		t.Parallel()
		for i, pw := range []string{"   leading and trailing   ", "éâüñéöà\u0301\u0301", strings.Repeat("éâüñ", 128), "\t\n\r!§&$/%)(="} {
			c, name := s.Client(t), fmt.Sprintf("typed%d", i)
			require.Equal(t, http.StatusCreated, c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(name, pw)).StatusCode)
			require.Equal(t, http.StatusOK, c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials(name, pw)).StatusCode)
			require.Equal(t, http.StatusUnauthorized, c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials(name, strings.TrimSpace(pw)+" x")).StatusCode)
		}
	})

	t.Run("ThirtyAtOnceGiveOneAccount", func(t *testing.T) {
		t.Parallel()
		outcomes := make([]int, 30)
		registrations := make([]func(testing.TB), len(outcomes))
		for i := range outcomes {
			c := s.Client(t)
			registrations[i] = func(t testing.TB) {
				outcomes[i] = c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("racer", apitest.Password)).StatusCode
			}
		}
		apitest.AtOnce(t, registrations...)

		count := map[int]int{}
		for _, status := range outcomes {
			count[status]++
		}
		require.Equal(t, map[int]int{http.StatusCreated: 1, http.StatusBadRequest: 29}, count)
		require.EqualValues(t, 1, s.Int(t, `select count(*) from users where username_key = 'racer'`))
	})
}

func TestRegisterIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	s.Exec(t, `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no fridges today' using errcode = '53100'; end $$`)
	s.Exec(t, `create trigger refuse before insert on user_versions for each row execute function refuse()`)
	c := s.Client(t)

	c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("half", apitest.Password)).Is(t, http.StatusServiceUnavailable)
	require.EqualValues(t, 0, s.Int(t, `select (select count(*) from users) + (select count(*) from user_versions)`))
	s.Exec(t, `drop trigger refuse on user_versions`)
	c.Register(t, "half")
}

func TestRegistrationsPerHour(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 2 })
	c := s.Client(t)
	c.Register(t, "one")
	for range 2 { // a failed registration doesn't count
		require.Equal(t, http.StatusBadRequest, c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("one", apitest.Password)).StatusCode)
		require.Equal(t, http.StatusBadRequest, c.Do(t, http.MethodPost, "/api/user/register/", `{}`).StatusCode)
	}
	other := s.Replica(t, stopClock).Client(t) // it counts separately
	other.Register(t, "two")
	other.Register(t, "three")

	a := other.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("four", apitest.Password)).Is(t, http.StatusTooManyRequests)
	require.Equal(t, "too_many_registrations", a.Problem(t).Code)
	require.Equal(t, "1800", a.Header.Get("Retry-After"), "two an hour: one comes back every half hour")
	require.Equal(t, `"registrations";q=2;w=3600`, a.Header.Get("RateLimit-Policy"))
	require.EqualValues(t, 3, s.Int(t, `select count(*) from users`))
	c.Login(t, "one") // logins aren't limited

	for _, name := range []string{"one", "free"} { // the response for a taken name is now the same as for a free one
		a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(name, apitest.Password))
		require.Equal(t, http.StatusTooManyRequests, a.StatusCode)
		require.Equal(t, `"taken-names";q=2;w=3600`, a.Header.Get("RateLimit-Policy"))
	}
}
