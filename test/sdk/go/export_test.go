package ocipe_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

// TestAnExportIsImportedIntoAnotherAccount reads the file while it arrives, and sends it from memory.
func TestAnExportIsImportedIntoAnotherAccount(t *testing.T) {
	t.Parallel()
	base, ctx := apitest.Start(t).URL, t.Context()
	c, err := ocipe.New(base)
	require.NoError(t, err)
	require.NoError(t, c.Register(ctx, "from", apitest.Password))
	require.NoError(t, c.Login(ctx, "from", apitest.Password))
	importRecipes(t, c)
	export, err := c.ExportAccount(ctx)
	require.NoError(t, err)
	file, err := io.ReadAll(export)
	require.NoError(t, err)
	require.NoError(t, export.Close())

	require.NoError(t, c.Register(ctx, "to", apitest.Password))
	other, err := ocipe.New(base, ocipe.WithLogin("to", apitest.Password))
	require.NoError(t, err)
	added, err := other.ImportAccount(ctx, bytes.NewReader(file))
	require.NoError(t, err)
	require.Equal(t, int64(2), added.Recipes)
	recipes, err := other.ListRecipes(ctx, nil)
	require.NoError(t, err)
	require.Len(t, recipes, 2)
}
