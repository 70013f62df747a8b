package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestGetFridge(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)

	t.Run("ShowsTheGroupsInReverseByteOrderAndTheItemsById", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "fridge-owner"), s.User(t, "fridge-neighbour")
		s.Exec(t, `insert into fridge_items (user_id, name, group_name)
			select u.id, i.name, i.group_name from users u, (values (1, 'leek', 'a'), (2, 'Chicken <raw>', 'Ä'), (3, 'butter', 'B'), (4, 'salt', 'a')) as i(n, name, group_name)
			where u.username = 'fridge-owner' order by i.n`)

		a := c.Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+c.Access)

		require.Regexp(t, `^{"ingredient_list":{"Ä":\[{"id":\d+,"name":"Chicken <raw>"}],"a":\[{"id":\d+,"name":"leek"},{"id":\d+,"name":"salt"}],"B":\[{"id":\d+,"name":"butter"}]}}\n?$`, a.Text)
		require.JSONEq(t, `{"ingredient_list": {}}`, other.Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+other.Access).Text)
	})
}

func TestListGroceryItems(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)

	t.Run("ShowsTheHighestIdFirst", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "list-owner"), s.User(t, "list-neighbour")
		s.Exec(t, `insert into grocery_items (user_id, item, is_checked)
			select u.id, i.item, i.checked from users u, (values (1, 'milk', true), (2, 'bread', false)) as i(n, item, checked)
			where u.username = 'list-owner' order by i.n`)

		res, err := c.ListGroceryItemsWithResponse(t.Context())

		require.NoError(t, err)
		items := *res.JSON200
		require.Len(t, items, 2)
		require.Equal(t, "bread", items[0].Item)
		require.Equal(t, "milk", items[1].Item)
		require.True(t, items[1].IsChecked)
		require.Greater(t, items[0].ID, items[1].ID)
		require.JSONEq(t, `[]`, other.Do(t, http.MethodGet, "/api/grocery/list/", "", "Authorization: Bearer "+other.Access).Text)
	})

	t.Run("AsksWhoCalls", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, http.StatusUnauthorized, s.Client(t).Do(t, http.MethodGet, "/api/grocery/list/", "").StatusCode)
	})
}
