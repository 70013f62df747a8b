package ocipe_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// Register, log in, add a recipe and plan what to buy for it.
func Example() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL) // such as https://cook.example.org
	if err != nil {
		log.Fatal(err)
	}
	if err := c.Register(ctx, "chiara", "ribollita at dawn"); err != nil {
		log.Fatal(err)
	}
	if err := c.Login(ctx, "chiara", "ribollita at dawn"); err != nil {
		log.Fatal(err)
	}

	soup, err := c.CreateRecipe(ctx, api.RecipeInput{
		Name: "Leek soup", MeatType: "vegetarian", Longevity: 3, Frequency: api.FrequencyWeekday,
		Ingredients: []api.IngredientInput{{Name: "Leek", Quantity: new("2")}, {Name: "Salt"}},
	})
	if err != nil {
		log.Fatal(err)
	}
	plan, err := c.PlanGroceries(ctx, soup.ID)
	if err != nil {
		log.Fatal(err)
	}
	for _, item := range plan.GroceryList {
		fmt.Println("buy", item.Name, item.Quantity)
	}
	// Output: buy leek 2
}

// Pages fetches a long list page by page.
func ExamplePages() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	for recipe, err := range ocipe.Pages(ctx, c.ListRecipesWithResponse, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(recipe.Name, "for", recipe.Longevity, "days")
	}
	// Output:
	// Leek soup for 3 days
	// Toast for 2 days
}

// AllRecipes fetches a long list page by page.
func ExampleClient_AllRecipes() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	for recipe, err := range c.AllRecipes(ctx, nil) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(recipe.Name, "for", recipe.Longevity, "days")
	}
	// Output:
	// Leek soup for 3 days
	// Toast for 2 days
}

// A client for a script that runs at night. It waits longer than the default, and logs its retries.
func ExampleWithRetries() {
	ctx := context.Background()

	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"),
		ocipe.WithRetries(5),
		ocipe.WithTimeout(10*time.Minute),
		ocipe.WithMaxRetryAfter(time.Minute),
		ocipe.WithLogger(slog.Default()),
	)
	if err != nil {
		log.Fatal(err)
	}

	recipes, err := c.ListRecipes(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(recipes), "recipe")
	// Output: 1 recipe
}

// CallInfo has the request id of a call that succeeded.
func ExampleWithCallInfo() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	var info ocipe.CallInfo
	_, err = c.ListRecipes(ocipe.WithCallInfo(ctx, &info), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("request", info.RequestID, "after", info.Tries, "try")
	// Output: request 3f9c2a7be1d04c58 after 1 try
}

// With IfNoneMatch, the server sends a list only if it has changed.
func ExampleClient_ifNoneMatch() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	list, err := c.ListRecipesWithResponse(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	tag := list.HTTPResponse.Header.Get("ETag")
	again, err := c.ListRecipesWithResponse(ctx, &api.ListRecipesParams{IfNoneMatch: &tag})
	if err != nil {
		log.Fatal(err)
	}
	if again.StatusCode() == http.StatusNotModified {
		fmt.Println("the list we have is current")
	}
	// Output: the list we have is current
}

// With IfMatch, a call changes only the version that the user has seen.
func ExampleClient_ifMatch() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	seen, err := c.GetRecipeWithResponse(ctx, 7, nil)
	if err != nil {
		log.Fatal(err)
	}
	tag := seen.HTTPResponse.Header.Get("ETag")
	longer := api.RecipePatch{Longevity: new(seen.JSON200.Longevity + 1)}
	changed, err := c.UpdateRecipeWithResponse(ctx, 7, &api.UpdateRecipeParams{IfMatch: &tag}, longer)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("changed; now version", changed.HTTPResponse.Header.Get("ETag"))

	_, err = c.UpdateRecipeWithResponse(ctx, 7, &api.UpdateRecipeParams{IfMatch: new(`"1"`)}, longer)
	if e, ok := errors.AsType[*ocipe.Error](err); ok && e.Status == http.StatusPreconditionFailed {
		fmt.Println("somebody else has changed it: read it again")
	}
	// Output:
	// changed; now version "3"
	// somebody else has changed it: read it again
}

func ExampleError() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	_, err = c.AddFridgeIngredient(ctx, "Leek", "")
	fmt.Println(err)
	if e, ok := errors.AsType[*ocipe.Error](err); ok {
		fmt.Println(e.Status, e.Code)
		for _, f := range e.Fields {
			fmt.Println(f.Field, f.Code)
		}
	}
	// Output:
	// ocipe: group: This text must not be empty (400 invalid_input, request 3f9c2a7be1d04c58)
	// 400 invalid_input
	// group blank
}

// A program stays logged in across restarts by storing the refresh token, which changes with every refresh.
func ExampleWithRefreshToken() {
	ctx := context.Background()
	var stored string // a file with mode 0600, the system's keyring, ...
	store := func(token string) { stored = token }

	first, err := ocipe.New(serverURL, ocipe.WithRefreshTokenFunc(store))
	if err != nil {
		log.Fatal(err)
	}
	if err := first.Login(ctx, "chiara", "ribollita at dawn"); err != nil {
		log.Fatal(err)
	}

	later, err := ocipe.New(serverURL, ocipe.WithRefreshToken(stored), ocipe.WithRefreshTokenFunc(store))
	if err != nil {
		log.Fatal(err)
	}
	recipes, err := later.ListRecipes(ctx, nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(recipes), "recipe")
	// Output: 1 recipe
}

// A script sends an API token, which its owner creates and limits to what the script does.
func ExampleWithAPIToken() {
	ctx := context.Background()
	c, err := ocipe.New(serverURL, ocipe.WithLogin("chiara", "ribollita at dawn"))
	if err != nil {
		log.Fatal(err)
	}

	made, err := c.CreateAPIToken(ctx, api.APITokenInput{Name: "cron", Scopes: api.Scopes{api.ScopeGroceryRead}, ExpiresInDays: 90})
	if err != nil {
		log.Fatal(err)
	}
	script, err := ocipe.New(serverURL, ocipe.WithAPIToken(made.Token)) // store it: it is shown only once
	if err != nil {
		log.Fatal(err)
	}
	items, err := script.ListGroceryItems(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(items), "item to buy")
	// Output: 1 item to buy
}
