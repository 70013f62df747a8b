package ocipe

import (
	"context"
	"iter"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// AllRecipes iterates over the recipes. It fetches one page at a time, see [Pages]. Params may be nil.
func (c *Client) AllRecipes(ctx context.Context, params *api.ListRecipesParams) iter.Seq2[api.Recipe, error] {
	return Pages(ctx, c.ListRecipesWithResponse, params)
}

// AllDeletedRecipes iterates over the recipes in the trash. It fetches one page at a time, see [Pages]. Params may be nil.
func (c *Client) AllDeletedRecipes(ctx context.Context, params *api.ListDeletedRecipesParams) iter.Seq2[api.DeletedRecipe, error] {
	return Pages(ctx, c.ListDeletedRecipesWithResponse, params)
}

// AllPlans iterates over the plans. It fetches one page at a time, see [Pages]. Params may be nil.
func (c *Client) AllPlans(ctx context.Context, params *api.ListPlansParams) iter.Seq2[api.PlanRecord, error] {
	return Pages(ctx, c.ListPlansWithResponse, params)
}

// AllFridgeJournal iterates over the journal of the fridge. It fetches one page at a time, see [Pages]. Params may be nil.
func (c *Client) AllFridgeJournal(ctx context.Context, params *api.ListFridgeJournalParams) iter.Seq2[api.JournalEntry, error] {
	return Pages(ctx, c.ListFridgeJournalWithResponse, params)
}

// AllActivity iterates over the security log. It fetches one page at a time, see [Pages]. Params may be nil.
func (c *Client) AllActivity(ctx context.Context, params *api.ListActivityParams) iter.Seq2[api.SecurityEvent, error] {
	return Pages(ctx, c.ListActivityWithResponse, params)
}
