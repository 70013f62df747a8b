package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestWhatAGETReturnsIsAccepted(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "round-trip")
	made := c.Call(t, http.MethodPost, "/api/recipes/", recipeBody).Is(t, http.StatusCreated)
	var recipe map[string]any
	require.NoError(t, json.Unmarshal([]byte(made.Text), &recipe))
	path := made.Header.Get("Location")
	require.Empty(t, path)
	path = "/api/recipes/" + string(apitest.Decode[struct{ ID json.Number }](t, made).ID) + "/"

	put := c.Call(t, http.MethodPut, path, made.Text).Is(t, http.StatusOK)
	require.Equal(t, made.Text, put.Text)
	require.Equal(t, "id, added_date", put.Header.Get("Ignored-Members"))
	all := c.Call(t, http.MethodGet, "/api/recipes/", nil).Is(t, http.StatusOK).Text
	bulk := c.Call(t, http.MethodPost, "/api/recipes/bulk/", `{"list": `+all+`}`).Is(t, http.StatusCreated)
	require.Equal(t, "list.id, list.added_date", bulk.Header.Get("Ignored-Members"))
	require.Contains(t, bulk.Text, `"ingredient_list":[{"name":"leek","quantity":""},{"name":"salt","quantity":"1"}]`)

	patch := c.Call(t, http.MethodPatch, path, `{"ingredient_list": [{"name": "Kale", "quantity": 2.5}]}`).Is(t, http.StatusOK)
	require.Contains(t, patch.Text, `"ingredient_list":[{"name":"kale","quantity":"2.5"}]`)
	for _, method := range []string{http.MethodPut, http.MethodPatch} {
		both := strings.Replace(recipeBody, `"ingredients"`, `"ingredient_list": [], "ingredients"`, 1)
		require.Equal(t, []string{"ingredients:repeated"}, c.Call(t, method, path, both).Is(t, http.StatusBadRequest).Problem(t).Fields())
	}
	require.Equal(t, patch.Text, c.Call(t, http.MethodGet, path, nil).Text)
}

func TestAValueThatCanMeanOnlyOneThingIsAccepted(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "lenient")
	a := c.Call(t, http.MethodPost, "/api/recipes/", `{"name": "soup", "meat_type": "x", "longevity": " 3 ", "frequency": "Weekday", "state": "USED", "ingredients": [{"name": "leek", "quantity": 3}]}`)
	require.Contains(t, a.Is(t, http.StatusCreated).Text, `"longevity":3,"frequency":"weekday","note":"","state":"used","ingredient_list":[{"name":"leek","quantity":"3"}]`)

	c.Call(t, http.MethodPost, "/api/grocery/list/", `{"items": "milk"}`).Is(t, http.StatusCreated)
	line := "/api/grocery/list/" + string(apitest.Decode[[]struct{ ID json.Number }](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil))[0].ID) + "/"
	require.Contains(t, c.Call(t, http.MethodPatch, line, `{"is_checked": true}`).Is(t, http.StatusOK).Text, `"isChecked":true`)
	require.Contains(t, c.Call(t, http.MethodPut, line, `{"item": "oat milk", "is_checked": true}`).Is(t, http.StatusOK).Text, `"item":"oat milk","isChecked":true`)
	require.Equal(t, []string{"isChecked:repeated"}, c.Call(t, http.MethodPatch, line, `{"is_checked": true, "isChecked": true}`).Is(t, http.StatusBadRequest).Problem(t).Fields())
}

func TestIgnoredMembersAndParametersAreTold(t *testing.T) {
	t.Parallel()
	k := apitest.Shared(t)[0].Kitchen(t, "told", "")
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken }) {
		r := k.Prepare(t, o)
		require.Empty(t, r.Succeed(t, k.Client).Header.Get("Ignored-Members"), r.ID)
		r = k.Prepare(t, o)
		r.URL += "?page=2&ingredients%5B%5D=x&q="
		want := "ingredients[], page, q"
		if o.Body != nil {
			r.Text = strings.Replace(r.Text, "{", `{"Item ":1,`, 1)
			want = "Item%20, " + want
		}
		require.Equal(t, want, r.Succeed(t, k.Client).Header.Get("Ignored-Members"), r.ID)
	}
	a := k.Call(t, http.MethodPost, "/api/recipes/?x", `{"recipe_name": "kohlrabi"}`).Is(t, http.StatusBadRequest)
	require.Equal(t, "recipe_name, x", a.Header.Get("Ignored-Members"), "of an invalid body, too")
	require.NotContains(t, a.Text, "recipe_name")
}

func TestAnUnsupportedBodyIsToldWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "unsupported")
	const instead = " Send the body as JSON, with the header Content-Type: application/json."
	for _, f := range []struct{ path, header, detail, accept string }{
		{"/api/recipes/", "Content-Type:", "The header Content-Type is missing." + instead, ""},
		{"/api/recipes/", "Content-Type: ;", "The header Content-Type is invalid." + instead, ""},
		{"/api/recipes/", "Content-Type: Text/Plain; charset=latin1", "The content type text/plain isn't supported." + instead, ""},
		{"/api/recipes/", "Content-Type: application/json; charset=ISO-8859-1", "The charset ISO-8859-1 isn't supported. Send the body in UTF-8.", ""},
		{"/api/recipes/", `Content-Type: application/json; charset="<b>"`, "The charset isn't supported. Send the body in UTF-8.", ""},
		{"/api/recipes/", "Content-Encoding: gzip", "The content coding gzip isn't supported. Send the body without one.", "identity"},
		{"/api/recipes/bulk/", "Content-Encoding: br", "The content coding br isn't supported. This call accepts gzip and zstd.", "gzip, zstd"},
		{"/api/recipes/bulk/", "Content-Encoding: gzip, gzip", "The content coding isn't supported. This call accepts gzip and zstd.", "gzip, zstd"},
	} {
		a := c.Do(t, http.MethodPost, f.path, `{}`, "Authorization: Bearer "+c.Access, f.header).Is(t, http.StatusUnsupportedMediaType)
		require.Equal(t, f.detail, a.Problem(t).Detail)
		require.Equal(t, f.accept, a.Header.Get("Accept-Encoding"))
	}
}

func TestAnImportMayBeCompressed(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "packed")
	text := []byte(`{"list": ` + arrayOf(recipeBody, 10) + `}`)
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, err := w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	encoder, err := zstd.NewWriter(nil)
	require.NoError(t, err)
	small := encoder.EncodeAll(text, nil)
	bomb := encoder.EncodeAll(bytes.Repeat([]byte(" "), 16<<20+1), nil)
	send := func(coding, body string) *apitest.Response {
		return c.Do(t, http.MethodPost, "/api/recipes/bulk/", body, "Authorization: Bearer "+c.Access, "Content-Encoding: "+coding)
	}
	for coding, body := range map[string]string{"gzip": zipped.String(), "X-GZIP": zipped.String(), "zstd": string(small)} {
		require.Len(t, apitest.Decode[[]any](t, send(coding, body).Is(t, http.StatusCreated)), 10)
		require.Equal(t, "malformed_body", send(coding, body[:len(body)-1]).Is(t, http.StatusBadRequest).Problem(t).Code)
		require.Equal(t, "malformed_body", send(coding, string(text)).Is(t, http.StatusBadRequest).Problem(t).Code)
	}
	require.Equal(t, "body_too_large", send("zstd", string(bomb)).Is(t, http.StatusRequestEntityTooLarge).Problem(t).Code)
	wide := "\x28\xb5\x2f\xfd\x00\x90\x01\x00\x00" // a frame with a window of 256 MiB, and an empty last block
	require.Equal(t, "The body needs a zstd window of more than 16777216 bytes. Compress it with a lower level.",
		send("zstd", wide).Is(t, http.StatusRequestEntityTooLarge).Problem(t).Detail)
}
