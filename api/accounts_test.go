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

	t.Run("MakesAnAccountWithFridgeAndList", func(t *testing.T) {
		t.Parallel()
		c := s.Client(t)

		a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("Berta", apitest.Password))

		require.Equal(t, http.StatusCreated, a.StatusCode)
		require.JSONEq(t, `{"message": "User registered successfully"}`, a.Text)
		c.Login(t, "Berta")
		require.JSONEq(t, `{"ingredient_list": {}}`, c.Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+c.Access).Text)
		require.JSONEq(t, `[]`, c.Do(t, http.MethodGet, "/api/grocery/list/", "", "Authorization: Bearer "+c.Access).Text)
		require.EqualValues(t, 1, s.Int(t, `select count(*) from users u join user_versions c on c.user_id = u.id where username = 'Berta'`))
	})

	t.Run("RefusesANameThatIsTakenInAnySpelling", func(t *testing.T) {
		t.Parallel()
		c := s.Client(t)
		c.Register(t, "Zoë.Straße")

		for _, name := range []string{"Zoë.Straße", "zoë.strasse", "ZOE\u0308.STRASSE", "  Zoë.Straße\n", "Ｚoë.Straße", "Zoë\u034f.Straße"} {
			a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(name, apitest.Password))

			require.Equal(t, http.StatusBadRequest, a.StatusCode, name)
			p := a.Problem(t)
			require.Equal(t, "username_taken", p.Code)
			require.Equal(t, "Username already exists", p.Username)
			require.Equal(t, []string{"username:taken"}, p.Fields())
		}
		for _, name := range []string{"zoë.straße", " ZOË.STRASSE ", "zoe\u0308.strasse"} {
			s.Client(t).Login(t, name)
		}
	})

	t.Run("CountsTheNameAfterNFKC", func(t *testing.T) {
		t.Parallel()
		c := s.Client(t)

		c.Register(t, strings.Repeat("e\u0301", 150)) // 300 characters, 150 after NFKC
		a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(strings.Repeat("ﷺ", 8), apitest.Password))

		require.Equal(t, []string{"username:invalid_characters"}, a.Problem(t).Fields(), "18 characters each, with spaces")
	})

	faulty := []struct {
		name, body string
		fields     []string
	}{
		{"NoMembers", `{}`, []string{"password:required", "username:required"}},
		{"Nulls", `{"username": null, "password": null}`, []string{"password:not_a_string", "username:not_a_string"}},
		{"WrongTypes", `{"username": 7, "password": ["x"]}`, []string{"password:not_a_string", "username:not_a_string"}},
		{"Blank", `{"username": " \t", "password": ""}`, []string{"password:blank", "username:blank"}},
		{"Short", `{"username": "a", "password": "1234567"}`, []string{"password:too_short"}},
		{"CountsCharactersNotBytes", `{"username": "a", "password": "ééééééé"}`, []string{"password:too_short"}},
		{"TooLong", `{"username": "` + strings.Repeat("a", 151) + `", "password": "` + strings.Repeat("a", 1025) + `"}`, []string{"password:too_long", "username:too_long"}},
		{"TooManyBytes", `{"username": "a", "password": "` + strings.Repeat("é", 513) + `"}`, []string{"password:too_long"}},
		{"CharactersOutsideTheSet", `{"username": "a b", "password": "eggs benedict"}`, []string{"username:invalid_characters"}},
		{"NUL", `{"username": "a\u0000b", "password": "eggs\u0000benedict"}`, []string{"password:invalid_characters", "username:invalid_characters"}},
		{"ANameThatCantBeSeen", `{"username": "\u3164\ufe0f", "password": "eggs benedict"}`, []string{"username:invalid_characters"}},
		{"CommonPasswordAndBadName", `{"username": "a/b", "password": "Password1"}`, []string{"password:too_common", "username:invalid_characters"}},
		{"CommonPasswordWithSpaces", `{"username": "a", "password": " PASSWORD "}`, []string{"password:too_common"}},
		{"PasswordIsTheName", `{"username": "Bartholomew", "password": "bartholomew"}`, []string{"password:same_as_username"}},
		{"PasswordIsTheNameAsItWasTyped", `{"username": " ｂａｒｔｈｏｌｏｍｅｗ", "password": " ｂａｒｔｈｏｌｏｍｅｗ"}`, []string{"password:same_as_username"}},
	}
	for _, f := range faulty {
		t.Run("Refuses"+f.name, func(t *testing.T) {
			t.Parallel()
			a := s.Client(t).Do(t, http.MethodPost, "/api/user/register/", f.body)

			require.Equal(t, http.StatusBadRequest, a.StatusCode)
			p := a.Problem(t)
			require.Equal(t, "invalid_input", p.Code)
			require.Equal(t, f.fields, p.Fields())
			require.NotContains(t, a.Text, "benedict", "the value is never echoed")
		})
	}

	t.Run("TakesPasswordsAsTyped", func(t *testing.T) {
		t.Parallel()
		for i, pw := range []string{"   leading and trailing   ", "ééééééé\u0301\u0301", strings.Repeat("é", 512), "\t\n\r!§$%&/()="} {
			c, name := s.Client(t), fmt.Sprintf("typed%d", i)
			require.Equal(t, http.StatusCreated, c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(name, pw)).StatusCode)
			require.Equal(t, http.StatusOK, c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials(name, pw)).StatusCode)
			require.Equal(t, http.StatusUnauthorized, c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials(name, strings.TrimSpace(pw)+" x")).StatusCode)
		}
	})

	t.Run("IgnoresUnknownMembersAndAStaleToken", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodPost, "/api/user/register/",
			`{"username": "unknown-members", "password": "eggs benedict", "email": null, "first_name": 7}`, "Authorization: Bearer stale")
		require.Equal(t, http.StatusCreated, a.StatusCode, a.Text)
	})

	t.Run("TakesNoMemberForAnotherThatDiffersInCase", func(t *testing.T) {
		t.Parallel()
		for i, member := range []string{`"USERNAME": "x\u0000y"`, `"Username": 5`, `"u\u017fername": "` + strings.Repeat("z", 50_000) + `"`, `"n": 1e999999`} {
			for n := range 8 { // a map's order is random
				name := fmt.Sprintf("exact-%d-%d", i, n)
				a := s.Client(t).Do(t, http.MethodPost, "/api/user/register/", `{"username": "`+name+`", "password": "eggs benedict", `+member+`}`)
				require.Equal(t, http.StatusCreated, a.StatusCode, a.Text)
				require.EqualValues(t, 1, s.Int(t, `select count(*) from users where username = $1`, name))
			}
			a := s.Client(t).Do(t, http.MethodPost, "/api/user/register/", `{"password": "eggs benedict", `+member+`}`)
			require.Equal(t, []string{"username:required"}, a.Problem(t).Fields())
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

	a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("half", apitest.Password))

	require.Equal(t, http.StatusServiceUnavailable, a.StatusCode, "the disk is full")
	require.EqualValues(t, 0, s.Int(t, `select (select count(*) from users) + (select count(*) from user_versions)`))
	s.Exec(t, `drop trigger refuse on user_versions`)
	c.Register(t, "half")
}

func TestRegistrationsPerHour(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 2 })
	c := s.Client(t)
	c.Register(t, "one")
	for range 3 { // what makes no account doesn't count
		require.Equal(t, http.StatusBadRequest, c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("one", apitest.Password)).StatusCode)
		require.Equal(t, http.StatusBadRequest, c.Do(t, http.MethodPost, "/api/user/register/", `{}`).StatusCode)
	}
	c.Register(t, "two")

	a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("three", apitest.Password))

	require.Equal(t, http.StatusTooManyRequests, a.StatusCode)
	require.Equal(t, "too_many_registrations", a.Problem(t).Code)
	require.Contains(t, []string{"1799", "1800"}, a.Header.Get("Retry-After"), "two an hour: one comes back every half hour")
	require.EqualValues(t, 2, s.Int(t, `select count(*) from users`))
	c.Login(t, "one") // nobody is kept from logging in
}
