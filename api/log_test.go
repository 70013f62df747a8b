package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestLog(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "logged")
	secrets := []string{apitest.Password, user.Access, user.RefreshToken(t)}
	user.Refresh(t)
	secrets = append(secrets, user.Access, user.RefreshToken(t))
	fridge := user.Do(t, http.MethodGet, "/api/fridge?access_token=insidequery", "", "Authorization: Bearer "+user.Access)
	user.Do(t, http.MethodPost, refreshPath, `{"refresh": "insidebody"}`, "Cookie: refresh_token=insidecookie")
	user.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("insidename", "insidepassword"))
	user.Do(t, http.MethodGet, "/nope/insidepath", "")
	user.Do(t, http.MethodPost, "/api/user/logout/", "")
	text := s.Logs.String()

	t.Run("HoldsNoSecret", func(t *testing.T) {
		for _, secret := range append(secrets, "insidequery", "insidebody", "insidecookie", "insidename", "insidepassword", "insidepath") {
			require.NotContains(t, text, secret)
		}
	})

	t.Run("HasOneLineForEveryRequest", func(t *testing.T) {
		var line map[string]any
		found := 0
		for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
			var l map[string]any
			require.NoError(t, json.Unmarshal(lines.Bytes(), &l))
			if l["request"] == fridge.Header.Get("X-Request-Id") {
				line, found = l, found+1
			}
		}
		require.Equal(t, 1, found)
		require.Equal(t, "GET", line["method"])
		require.Equal(t, "/api/fridge/", line["route"])
		require.EqualValues(t, http.StatusOK, line["status"])
		require.EqualValues(t, len(fridge.Text), line["bytes"])
		require.EqualValues(t, s.Int(t, `select id from users`), line["user"])
		require.Contains(t, line, "duration_us")
	})
}
