package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestList(t *testing.T) {
	t.Parallel()
	u := newOneUser(t)
	d := u.Open(t)
	require.NoError(t, d.Write(t.Context(), u.user, func(q *db.Queries) error { _, err := u.addFridgeItem(t.Context(), q, "leek"); return err }))
	var id int64
	var name, group string
	list := func(columns postgres.Columns) postgres.List[struct{}] {
		return postgres.List[struct{}]{
			Name:    "list",
			Query:   func(q *db.Queries) error { _, err := q.ListFridgeItems(t.Context(), u.user); return err },
			Columns: func(*struct{}) postgres.Columns { return columns },
			Version: func(v db.UserVersion) int64 { return v.Fridge },
		}
	}

	t.Run("ScansColumnsByTheirNames", func(t *testing.T) {
		items, version, err := list(postgres.Columns{"id": &id, "group_name": &group, "name": &name, "details": new(string)}).Read(t.Context(), d, u.user, nil)
		require.NoError(t, err)
		require.Len(t, items, 1)
		require.Equal(t, u.Int(t, `select fridge from user_versions`), version)
		require.Equal(t, []any{u.Int(t, `select id from fridge_items`), "leek", "g"}, []any{id, name, group})
	})

	t.Run("FailsIfColumnsAndFieldsDiffer", func(t *testing.T) {
		for _, columns := range []postgres.Columns{
			{"id": &id, "name": &name, "group_name": &group},
			{"id": &id, "name": &name, "group": &group, "details": new(string)},
			{"id": &id, "name": &name, "group_name": &group, "details": new(string), "note": new(string)},
		} {
			_, _, err := list(columns).Read(t.Context(), d, u.user, nil)
			require.ErrorContains(t, err, "list: ")
			require.ErrorContains(t, err, "column")
		}
	})

	t.Run("ReadsNoItemsOfAKnownVersion", func(t *testing.T) {
		current := u.Int(t, `select fridge from user_versions`)
		items, version, err := list(nil).Read(t.Context(), d, u.user, []int64{current - 1, current})
		require.NoError(t, err)
		require.Nil(t, items)
		require.Equal(t, current, version)
	})
}

func TestVariant(t *testing.T) {
	t.Parallel()
	const query = "select /* BEGIN a */ 1 /* END */, /* BEGIN b */ 2 /* END */"
	require.Equal(t, "select 3, /* BEGIN b */ 2 /* END */", postgres.NewVariant(query, map[string]string{"a": "3"}).SQL)
	require.Equal(t, "select 3, 4", postgres.NewVariant(query, map[string]string{"a": "3", "b": "4"}).SQL)
	require.Panics(t, func() { postgres.NewVariant(query, map[string]string{"c": "3"}) })
}

func TestMapPreconditionError(t *testing.T) {
	t.Parallel()
	versions := []int64{1}
	for name, c := range map[string]struct {
		err, getErr apperr.Code
		match       []int64
		want        apperr.Code
	}{
		"OfARowWithAnotherVersion": {apperr.NotFound, "", versions, apperr.PreconditionFailed},
		"OfAMissingRow":            {apperr.NotFound, apperr.NotFound, versions, apperr.NotFound},
		"WithoutAPrecondition":     {apperr.NotFound, "", nil, apperr.NotFound},
		"WhenGetFails":             {apperr.NotFound, apperr.Unavailable, versions, apperr.Unavailable},
		"OfAnotherError":           {apperr.Unavailable, "", versions, apperr.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := postgres.MapPreconditionError(apperr.New(c.err), c.match, func() error {
				if c.getErr == "" {
					return nil
				}
				return apperr.New(c.getErr)
			})
			require.Equal(t, c.want, codeOf(err))
		})
	}
	require.NoError(t, postgres.MapPreconditionError(nil, versions, func() error { panic("there is no error to map") }))
}
