package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// CreateAPIToken creates a token for a script; see [WithAPIToken]. Store the token: no other call returns it. CreateAPIToken needs a
// recent login.
func (c *Client) CreateAPIToken(ctx context.Context, token api.APITokenInput) (*api.NewAPIToken, error) {
	return created(c.CreateAPITokenWithResponse(ctx, token))
}

// ListAPITokens returns the API tokens without their secrets, the newest first.
func (c *Client) ListAPITokens(ctx context.Context) ([]api.APIToken, error) {
	return list(ok(c.ListAPITokensWithResponse(ctx, nil)))
}

// GetAPIToken returns an API token without its secret.
func (c *Client) GetAPIToken(ctx context.Context, id int64) (*api.APIToken, error) {
	return ok(c.GetAPITokenWithResponse(ctx, id, nil))
}

// UpdateAPIToken changes the members that are set. It needs a recent login.
func (c *Client) UpdateAPIToken(ctx context.Context, id int64, changes api.APITokenPatch) (*api.APIToken, error) {
	return ok(c.UpdateAPITokenWithResponse(ctx, id, changes))
}

// RevokeAPIToken deletes an API token. Servers no longer accept it.
func (c *Client) RevokeAPIToken(ctx context.Context, id int64) error {
	_, err := c.RevokeAPITokenWithResponse(ctx, id)
	return err
}
