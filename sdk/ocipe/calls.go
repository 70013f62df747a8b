package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// The methods in the calls files are short forms of the generated methods, such as ListRecipesWithResponse. The generated methods also
// return the headers, and take more parameters: IfMatch and IfNoneMatch.

// Register creates an account. It doesn't log in. If the name is taken, it returns an [*Error] with code username_taken.
func (c *Client) Register(ctx context.Context, username, password string) error {
	_, err := c.session.plain.RegisterUserWithResponse(ctx, api.Registration{Username: username, Password: password})
	return err
}

// GetAccount returns the account of the user.
func (c *Client) GetAccount(ctx context.Context) (*api.Account, error) {
	return ok(c.GetAccountWithResponse(ctx, nil))
}

// UpdateAccount changes the members that are set. If the name is taken, it returns an [*Error] with code username_taken. It needs a
// recent login, see [Client.Reauthenticate].
func (c *Client) UpdateAccount(ctx context.Context, changes api.AccountPatch) (*api.Account, error) {
	return ok(c.UpdateAccountWithResponse(ctx, changes))
}

// DeleteAccount deletes the account with all its data, and discards the session. It needs a recent login.
func (c *Client) DeleteAccount(ctx context.Context) error {
	if _, err := c.DeleteAccountWithResponse(ctx); err != nil {
		return err
	}
	c.session.setTokens(c.session.nextEpoch(), "", "")
	return nil
}

// ChangePassword replaces the password and ends all other sessions. It needs a recent login.
func (c *Client) ChangePassword(ctx context.Context, oldPassword, newPassword string) error {
	_, err := c.ChangePasswordWithResponse(ctx, api.PasswordChange{OldPassword: oldPassword, NewPassword: newPassword})
	return err
}

// ResetPassword sets a new password with a code from the operator, and ends all sessions of the account. It needs no login.
func (c *Client) ResetPassword(ctx context.Context, username, code, newPassword string) error {
	_, err := c.session.plain.ResetPasswordWithResponse(ctx, api.PasswordReset{Username: username, Code: code, NewPassword: newPassword})
	return err
}

// ListActivity returns the security log of the last 90 days, the newest event first. If params is nil, it returns all events. See also
// [Pages].
func (c *Client) ListActivity(ctx context.Context, params *api.ListActivityParams) ([]api.SecurityEvent, error) {
	return list(ok(c.ListActivityWithResponse(ctx, params)))
}

// ListSessions returns the sessions of the account that haven't ended, the last used first.
func (c *Client) ListSessions(ctx context.Context) ([]api.Session, error) {
	return list(ok(c.ListSessionsWithResponse(ctx, nil)))
}

// EndSession ends a session of the account. It needs a recent login.
func (c *Client) EndSession(ctx context.Context, id string) error {
	_, err := c.EndSessionWithResponse(ctx, id)
	return err
}

// EndOtherSessions ends all sessions of the account except this one. It needs a recent login.
func (c *Client) EndOtherSessions(ctx context.Context) error {
	_, err := c.EndOtherSessionsWithResponse(ctx)
	return err
}

// CreateRecipe adds a recipe.
func (c *Client) CreateRecipe(ctx context.Context, recipe api.RecipeInput) (*api.Recipe, error) {
	return created(c.CreateRecipeWithResponse(ctx, recipe))
}

// ImportRecipes adds 1 to 1,000 recipes. If it returns an error, it has added none.
func (c *Client) ImportRecipes(ctx context.Context, recipes []api.RecipeInput) ([]api.Recipe, error) {
	return list(created(c.ImportRecipesWithResponse(ctx, nil, api.RecipeImport{List: recipes})))
}

// ListRecipes returns the recipes. If params is nil, it returns all of them, the newest first. See also [Pages].
func (c *Client) ListRecipes(ctx context.Context, params *api.ListRecipesParams) ([]api.Recipe, error) {
	return list(ok(c.ListRecipesWithResponse(ctx, params)))
}

// ReplaceRecipe replaces a recipe. Optional members that are left out get their defaults, but the servings are kept.
func (c *Client) ReplaceRecipe(ctx context.Context, id int64, recipe api.RecipeInput) (*api.Recipe, error) {
	return ok(c.ReplaceRecipeWithResponse(ctx, id, nil, recipe))
}

// UpdateRecipe changes the members that are set.
func (c *Client) UpdateRecipe(ctx context.Context, id int64, changes api.RecipePatch) (*api.Recipe, error) {
	return ok(c.UpdateRecipeWithResponse(ctx, id, nil, changes))
}

// DeleteRecipe deletes a recipe.
func (c *Client) DeleteRecipe(ctx context.Context, id int64) error {
	_, err := c.DeleteRecipeWithResponse(ctx, id, nil)
	return err
}

// DeleteRecipes deletes all recipes.
func (c *Client) DeleteRecipes(ctx context.Context) error {
	_, err := c.DeleteRecipesWithResponse(ctx)
	return err
}

// ListDeletedRecipes returns the recipes in the trash, the last deleted first. If params is nil, it returns all of them. See also
// [Pages].
func (c *Client) ListDeletedRecipes(ctx context.Context, params *api.ListDeletedRecipesParams) ([]api.DeletedRecipe, error) {
	return list(ok(c.ListDeletedRecipesWithResponse(ctx, params)))
}

// RestoreRecipe moves a recipe from the trash back to the recipes.
func (c *Client) RestoreRecipe(ctx context.Context, id int64) (*api.Recipe, error) {
	return ok(c.RestoreRecipeWithResponse(ctx, id))
}

// RefreshRecipes makes all recipes active, and returns their number.
func (c *Client) RefreshRecipes(ctx context.Context) (int64, error) {
	refreshed, err := ok(c.RefreshRecipesWithResponse(ctx))
	if err != nil {
		return 0, err
	}
	return refreshed.UpdatedCount, nil
}

// GetRecipeStats counts the recipes by meat type and frequency.
func (c *Client) GetRecipeStats(ctx context.Context) (*api.RecipeStats, error) {
	return ok(c.GetRecipeStatsWithResponse(ctx, nil))
}
