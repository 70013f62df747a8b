package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

const (
	mePath       = "/api/user/me/"
	passwordPath = "/api/user/password/"
	newPassword  = "soft-boiled at seven"
)

func getAccount(t *testing.T, c *apitest.Client) models.Account {
	t.Helper()
	return apitest.Decode[models.Account](t, c.Call(t, http.MethodGet, mePath, nil).Is(t, http.StatusOK))
}

func TestAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("IsShownToItsOwner", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, " Ｓhown.To ")
		other := s.Client(t)
		other.Login(t, "shown.to")
		got := getAccount(t, c)
		require.Equal(t, "Shown.To", got.Username, "as typed, after NFKC")
		require.EqualValues(t, 2, got.Sessions)
		require.Zero(t, got.APITokens)
		require.Equal(t, []string{"password"}, got.Factors)
		require.Equal(t, got.CreatedAt, got.PasswordChangedAt)
		other.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
		require.EqualValues(t, 1, getAccount(t, c).Sessions)
	})

	t.Run("GetsAnotherName", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "Rename.Me")
		before := getAccount(t, c)

		a := c.Call(t, http.MethodPatch, mePath, map[string]string{"username": " Ｒenamed.é "}).Is(t, http.StatusOK)

		want := before
		want.Username = "Renamed.é"
		require.Equal(t, want, apitest.Decode[models.Account](t, a))
		require.Equal(t, a.Header.Get("ETag"), c.Call(t, http.MethodGet, mePath, nil).Header.Get("ETag"))
		require.Equal(t, http.StatusOK, c.FridgeStatus(t), "tokens stay valid")
		c.Refresh(t).Is(t, http.StatusOK)
		s.Client(t).Login(t, "RENAMED.É")
		s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("Rename.Me", apitest.Password)).Is(t, http.StatusUnauthorized)
		s.Client(t).Register(t, "rename.me") // the old name is free
		c.Call(t, http.MethodPatch, mePath, map[string]string{"username": "RENAMED.É"}).Is(t, http.StatusOK)
		require.Equal(t, "RENAMED.É", getAccount(t, c).Username)
	})

	t.Run("KeepsItsNameIfNoneIsGiven", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "unnamed")
		a := c.Call(t, http.MethodPatch, mePath, "{}").Is(t, http.StatusOK)
		require.Equal(t, getAccount(t, c), apitest.Decode[models.Account](t, a))
	})

	t.Run("GetsNoInvalidName", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "stays")
		for name, field := range map[string]string{
			"a b": "invalid_characters", "": "blank", " ": "blank", strings.Repeat("a", 151): "too_long", "a/b": "invalid_characters", "\u3164": "invalid_characters",
		} {
			a := c.Call(t, http.MethodPatch, mePath, map[string]string{"username": name}).Is(t, http.StatusBadRequest)
			require.Equal(t, []string{"username:" + field}, a.Problem(t).Fields(), "%q", name)
		}
		require.Equal(t, "stays", getAccount(t, c).Username)
	})

	t.Run("GetsNoNameOfAnother", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "wishes")
		s.Client(t).Register(t, "Taken.Straße")
		for _, name := range []string{"Taken.Straße", "taken.strasse", " ＴAKEN.STRASSE"} {
			p := c.Call(t, http.MethodPatch, mePath, map[string]string{"username": name}).Is(t, http.StatusBadRequest).Problem(t)
			require.Equal(t, "username_taken", p.Code)
			require.Equal(t, "Username already exists", p.Username)
			require.Equal(t, []string{"username:taken"}, p.Fields())
		}
		require.Equal(t, "wishes", getAccount(t, c).Username)
	})

	t.Run("IsTheOnlyOneToGetANameThatSeveralWant", func(t *testing.T) {
		t.Parallel()
		for round := range 10 {
			statuses := make([]int, 6)
			var acts []func(testing.TB)
			for i := range statuses {
				c := s.User(t, fmt.Sprintf("rival-%d-%d", round, i))
				acts = append(acts, func(t testing.TB) {
					statuses[i] = c.Call(t, http.MethodPatch, mePath, map[string]string{"username": fmt.Sprintf("prize-%d", round)}).StatusCode
				})
			}
			apitest.AtOnce(t, acts...)
			require.ElementsMatch(t, []int{200, 400, 400, 400, 400, 400}, statuses)
		}
	})
}

func TestDeleteAccount(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	s, two := servers[0], servers[1]
	s.Kitchen(t, "neighbour", "").Fill(t)
	before := everyRow(t, s)
	k := s.Kitchen(t, "leaver", "")
	k.Fill(t)
	elsewhere := two.Client(t)
	elsewhere.Login(t, "leaver")
	refresh := k.RefreshToken(t)
	script := withAPIToken(t, k.Client, "fridge:read")
	require.Equal(t, []int{http.StatusOK, http.StatusOK}, []int{script.FridgeStatus(t), fridgeStatus(t, two, script.Access)})

	a := k.Call(t, http.MethodDelete, mePath, nil).Is(t, http.StatusNoContent)

	require.Equal(t, "refresh_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
	require.Empty(t, k.RefreshToken(t))
	require.Equal(t, http.StatusUnauthorized, k.FridgeStatus(t), "here at once")
	require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, s, elsewhere.Access), "here at once")
	require.Equal(t, http.StatusUnauthorized, script.FridgeStatus(t), "here at once")
	pgtest.Eventually(t, func() bool {
		return fridgeStatus(t, two, k.Access) == http.StatusUnauthorized && elsewhere.FridgeStatus(t) == http.StatusUnauthorized &&
			fridgeStatus(t, two, script.Access) == http.StatusUnauthorized
	})
	cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+refresh).Is(t, http.StatusUnauthorized)
	elsewhere.Refresh(t).Is(t, http.StatusUnauthorized)
	s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("leaver", apitest.Password)).Is(t, http.StatusUnauthorized)
	after := everyRow(t, s)
	for _, table := range []string{"ended_sessions", "login_failures", "login_networks"} { // their rows outlive the account for a while
		delete(before, table)
		delete(after, table)
	}
	require.Equal(t, before, after, "nothing is left of the account, and nothing else has changed")
	require.Empty(t, getFridge(t, s.User(t, "leaver")), "the name is free, and nothing comes with it")
}

func getFridge(t *testing.T, c *apitest.Client) map[string][]models.FridgeItem {
	t.Helper()
	return apitest.Decode[models.Fridge](t, c.Call(t, http.MethodGet, "/api/fridge/", nil).Is(t, http.StatusOK)).IngredientList
}

// TestADeletionAgainstEverything deletes the account while another operation is running, once for each operation.
func TestADeletionAgainstEverything(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 0 })
	servers := []*apitest.Server{s, s.Replica(t)}
	for round, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken }) {
		for try := range apitest.Rounds(t, 2) {
			k := s.Kitchen(t, fmt.Sprintf("torn-%d-%d", round, try), "")
			requests := []apitest.Request{k.Prepare(t, o), k.Prepare(t, o)}
			statuses := make([]int, len(requests))
			var acts []func(testing.TB)
			for i, r := range requests {
				c := apitest.ClientOf(t, servers[i].URL)
				c.Access = k.Access
				acts = append(acts, func(t testing.TB) { statuses[i] = r.Send(t, c).StatusCode })
			}
			acts = append(acts, func(t testing.TB) {
				a := k.Call(t, http.MethodDelete, mePath, nil)
				if !o.DeletesCaller() { // otherwise another deletion may have been first
					a.Is(t, http.StatusNoContent)
				}
			})
			apitest.AtOnce(t, acts...)
			for _, status := range statuses {
				require.Contains(t, []int{o.Success(), http.StatusUnauthorized, http.StatusNotFound}, status, o.ID)
			}
		}
	}
	for _, table := range []string{"user_versions", "recipes", "recipe_trash", "fridge_items", "grocery_items", "plans", "deleted_ids", "sessions"} {
		require.Zero(t, s.Int(t, `select count(*) from `+table+` where user_id in (select id from users where username like 'torn-%')
			or user_id not in (select id from users)`), table)
	}
	require.Zero(t, s.Int(t, `select count(*) from users where username like 'torn-%'`))
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	s, two := servers[0], servers[1]
	change := func(t *testing.T, c *apitest.Client, old, fresh string) *apitest.Response {
		return c.Call(t, http.MethodPost, passwordPath, map[string]string{"old_password": old, "new_password": fresh})
	}

	t.Run("EndsTheOtherSessionsAndKeepsThisOne", func(t *testing.T) {
		c, here, there := s.User(t, "Changer"), s.Client(t), two.Client(t)
		here.Login(t, "changer")
		there.Login(t, "changer")
		before := getAccount(t, c)

		change(t, c, apitest.Password, newPassword).Is(t, http.StatusNoContent)

		require.Equal(t, http.StatusUnauthorized, here.FridgeStatus(t), "here at once")
		pgtest.Eventually(t, func() bool { return there.FridgeStatus(t) == http.StatusUnauthorized })
		here.Refresh(t).Is(t, http.StatusUnauthorized)
		there.Refresh(t).Is(t, http.StatusUnauthorized)
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
		c.Refresh(t).Is(t, http.StatusOK)
		after := getAccount(t, c)
		require.True(t, after.PasswordChangedAt.After(before.PasswordChangedAt))
		require.EqualValues(t, 1, after.Sessions)
		login := func(password string) *apitest.Response {
			return s.Client(t).Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("changer", password))
		}
		login(apitest.Password).Is(t, http.StatusUnauthorized)
		login(newPassword).Is(t, http.StatusOK)
		change(t, c, apitest.Password, "eggs benedict at ten").Is(t, http.StatusBadRequest)
	})

	t.Run("RefusesAWrongOldPasswordAndAWeakNewOne", func(t *testing.T) {
		c := s.User(t, "Bartholomew")
		before := everyRow(t, s)
		for _, row := range []struct {
			old, fresh string
			fields     []string
		}{
			{"wrong password", newPassword, []string{"old_password:wrong"}},
			{"", newPassword, []string{"old_password:blank"}},
			{apitest.Password, "short", []string{"new_password:too_short"}},
			{apitest.Password, "Password1", []string{"new_password:too_common"}},
			{apitest.Password, "bartholomew", []string{"new_password:same_as_username"}},
			{"", "", []string{"new_password:blank", "old_password:blank"}},
		} {
			a := change(t, c, row.old, row.fresh).Is(t, http.StatusBadRequest)
			require.Equal(t, row.fields, a.Problem(t).Fields(), row)
			require.NotContains(t, a.Text, "Password1")
		}
		after := everyRow(t, s)
		for _, table := range []string{"security_events", "login_devices", "login_failures", "login_networks"} { // the wrong password changes them
			delete(before, table)
			delete(after, table)
		}
		require.Equal(t, before, after)
	})
}
