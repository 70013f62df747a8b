package ocipe_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// lossyTransport is a transport that loses the responses to the first two tries of each call with an idempotency key. The server has
// performed the call, but the client doesn't know.
type lossyTransport struct {
	mu       sync.Mutex
	tries    map[string]int
	replayed int
}

// RoundTrip sends the request.
func (l *lossyTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	key := r.Header.Get("Idempotency-Key")
	if err != nil || key == "" || res.StatusCode >= http.StatusBadRequest {
		return res, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tries[key]++; l.tries[key] <= 2 {
		_ = res.Body.Close()
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	if res.Header.Get("Idempotent-Replayed") == "true" {
		l.replayed++
	}
	return res, nil
}

func TestACallWhoseResponseIsLostHasOneEffect(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	transport := &lossyTransport{tries: map[string]int{}}
	c, err := ocipe.New(s.URL, ocipe.WithHTTPClient(&http.Client{Transport: transport}), ocipe.WithLogin("amélie", apitest.Password))
	require.NoError(t, err)
	require.NoError(t, c.Register(t.Context(), "amélie", apitest.Password))
	require.NoError(t, c.Login(t.Context(), "amélie", apitest.Password))

	soup, err := c.CreateRecipe(t.Context(), api.RecipeInput{Name: "Leek soup", MeatType: "vegetarian", Frequency: api.FrequencyWeekday, Ingredients: []api.IngredientInput{{Name: "Leek"}}})
	require.NoError(t, err)
	const each = 8
	adds := map[string]func(ctx context.Context, i int) error{
		"recipes": func(ctx context.Context, _ int) error {
			_, err := c.ImportRecipes(ctx, []api.RecipeInput{{Name: "Toast", MeatType: "vegetarian", Frequency: api.FrequencyRarely, Ingredients: []api.IngredientInput{}}})
			return err
		},
		"fridge": func(ctx context.Context, i int) error {
			_, err := c.AddFridgeIngredient(ctx, fmt.Sprint("Salt ", i), "Spices")
			return err
		},
		"plans":     func(ctx context.Context, _ int) error { _, err := c.PlanGroceries(ctx, soup.ID); return err },
		"checklist": func(ctx context.Context, _ int) error { _, err := c.AddGroceryItems(ctx, "milk"); return err },
		"tokens": func(ctx context.Context, _ int) error {
			_, err := c.CreateAPIToken(ctx, api.APITokenInput{Name: "cron", Scopes: api.Scopes{api.ScopeGroceryRead}, ExpiresInDays: 1})
			return err
		},
	}
	var calls sync.WaitGroup
	for name, add := range adds {
		for i := range each {
			calls.Go(func() { assert.NoError(t, add(t.Context(), i), name) })
		}
	}
	calls.Wait()

	recipes, err := c.ListRecipes(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, recipes, 1+each)
	fridge, err := c.GetFridge(t.Context())
	require.NoError(t, err)
	require.Len(t, fridge["Spices"], each)
	plans, err := c.ListPlans(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, plans, each)
	items, err := c.ListGroceryItems(t.Context())
	require.NoError(t, err)
	require.Len(t, items, each)
	tokens, err := c.ListAPITokens(t.Context())
	require.NoError(t, err)
	require.Len(t, tokens, each)

	file, err := c.ExportAccount(t.Context())
	require.NoError(t, err)
	export, err := io.ReadAll(file)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	_, err = c.ImportAccount(t.Context(), bytes.NewReader(export))
	require.NoError(t, err)
	recipes, err = c.ListRecipes(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, recipes, 2*(1+each))

	require.Len(t, transport.tries, 3+each*len(adds))
	require.Equal(t, len(transport.tries), transport.replayed)
}
