package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestAPasswordIsTheSameOnEveryKeyboard(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	forms := []string{"crème brûlée", "cre\u0300me bru\u0302le\u0301e", "crème\u00a0brûlée", "crème\u3000brûle\u0301e"}
	for i, registered := range forms {
		name := "keyboard" + string(rune('a'+i))
		s.Client(t).Call(t, http.MethodPost, "/api/user/register/", map[string]string{"username": name, "password": registered}).Is(t, http.StatusCreated)
		for _, typed := range forms {
			s.Client(t).Call(t, http.MethodPost, "/api/user/token/", map[string]string{"username": name, "password": typed}).Is(t, http.StatusOK)
		}
		for _, other := range []string{"creme brulee", "crème brûlée ", "crèmebrûlée", "CRÈME BRÛLÉE"} {
			s.Client(t).Call(t, http.MethodPost, "/api/user/token/", map[string]string{"username": name, "password": other}).Is(t, http.StatusUnauthorized)
		}
	}
	short := s.Client(t).Call(t, http.MethodPost, "/api/user/register/", map[string]string{"username": "keyboard", "password": "e\u0301e\u0301e\u0301e\u0301e\u0301"})
	require.Equal(t, []string{"password:too_short"}, short.Problem(t).Fields(), "five letters, however they are composed")
}
