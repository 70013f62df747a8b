// Command week calls a server with the client that ogen generated from the contract in the folder ocipe, and prints the results. Its
// argument is the URL of the server.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"generated/ocipe"
)

// token is an access token. It is empty before the login.
type token string

// BearerAuth returns the access token.
func (t *token) BearerAuth(context.Context, ocipe.OperationName) (ocipe.BearerAuth, error) {
	return ocipe.BearerAuth{Token: string(*t)}, nil
}

// RefreshCookie returns nothing: this client never refreshes its token.
func (t *token) RefreshCookie(context.Context, ocipe.OperationName) (ocipe.RefreshCookie, error) {
	return ocipe.RefreshCookie{}, nil
}

func main() {
	if err := week(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func week(ctx context.Context, url string) error {
	var access token
	client, err := ocipe.NewClient(url, &access)
	if err != nil {
		return err
	}
	if _, err := client.RegisterUser(ctx, &ocipe.Registration{Username: "Ogen", Password: "eggs benedict at noon"}, ocipe.RegisterUserParams{}); err != nil {
		return err
	}
	login, err := client.ObtainToken(ctx, &ocipe.Credentials{Username: "Ogen", Password: "eggs benedict at noon"})
	if err != nil {
		return err
	}
	access = token(login.(*ocipe.ObtainTokenOKHeaders).Response.Access)

	added, err := client.CreateRecipe(ctx, &ocipe.RecipeInput{
		Name: "Leek soup", MeatType: "vegetarian", Longevity: 3, Frequency: ocipe.FrequencyWeekday,
		Ingredients: []ocipe.IngredientInput{{Name: "Leek", Quantity: ocipe.NewOptString("2")}},
	}, ocipe.CreateRecipeParams{IdempotencyKey: ocipe.NewOptString("8e03978e-40d5-43dd-bc93-6894a57f9324")})
	if err != nil {
		return err
	}
	soup := added.(*ocipe.RecipeHeaders).Response
	fmt.Println(soup.Name, soup.State, !time.Time(soup.AddedDate).IsZero())

	list, err := client.ListRecipes(ctx, ocipe.ListRecipesParams{Limit: ocipe.NewOptInt64(1)})
	if err != nil {
		return err
	}
	fmt.Println(len(list.(*ocipe.RecipesHeaders).Response))

	missing, err := client.GetRecipe(ctx, ocipe.GetRecipeParams{ID: 4711})
	if err != nil {
		return err
	}
	fmt.Printf("%T\n", missing)
	return nil
}
