package cli

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// importableData returns the data in an export that another account can also have: all except the account, the journal and the ids.
func importableData(t *testing.T, export string) map[string]any {
	t.Helper()
	var file map[string]any
	require.NoError(t, json.Unmarshal([]byte(export), &file), export)
	delete(file, "account")
	delete(file, "fridge_journal") // an import ignores the journal and makes its own entries
	for _, list := range []string{"recipes", "trash", "fridge", "checklist", "plans"} {
		for _, element := range file[list].([]any) {
			delete(element.(map[string]any), "id")
		}
	}
	return file
}

func TestOperatorsExportAndImport(t *testing.T) {
	t.Parallel()
	data := "DATA_DIR=" + pgtest.DataDir(t)
	s := inProcess(t, data)
	for _, name := range []string{"Old", "new"} {
		apitest.ClientOf(t, s.url).Register(t, name)
	}
	_, _, err := command(t, "", "demo old", data)
	require.NoError(t, err)

	file, messages, err := command(t, "", "user export OLD", data)
	require.NoError(t, err)
	require.Empty(t, messages, "only the file")
	require.Contains(t, file, `"username":"Old"`)

	broken := file[:len(file)-3]
	for content, message := range map[string]string{
		"":              "nothing was imported",
		broken:          "nothing was imported",
		`{"version":2}`: "version: This file is of a newer version",
	} {
		_, _, err := command(t, content, "user import new", data)
		require.ErrorContains(t, err, message)
	}
	before, _, err := command(t, "", "user export new", data)
	require.NoError(t, err)
	require.Contains(t, before, `"recipes":[]`)

	_, messages, err = command(t, file, "user import NEW", data)
	require.NoError(t, err)
	require.Contains(t, messages, "new has ")

	after, _, err := command(t, "", "user export new", data)
	require.NoError(t, err)
	require.Equal(t, importableData(t, file), importableData(t, after))
	c := apitest.ClientOf(t, s.url)
	c.Login(t, "new")
	require.NotEqual(t, "[]", c.Call(t, http.MethodGet, "/api/recipes/", nil).Is(t, http.StatusOK).Text, "the running server has them")

	out, _, err := command(t, "", "user activity new --limit=4", data)
	require.NoError(t, err)
	require.Regexp(t, `(?s)^TIME.*logged_in.*exported +Operator of the server.*imported +Operator of the server.*exported +Operator`, out)
	for _, args := range []string{"user export nobody", "user import nobody"} {
		_, _, err := command(t, "{}", args, data)
		require.ErrorContains(t, err, "no such account")
	}
}
