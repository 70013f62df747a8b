package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/token"
)

const (
	ingredientsPerRecipe = 8 // ingredients of a recipe
	recipesPerPlan       = 5 // recipes of a plan
)

// portions describes the data of each user besides recipes.
type portions struct {
	fridge, checklist, plans, sessions int
	note                               int // the maximum length of a recipe's note
}

var (
	defaultPortions = portions{fridge: 30, checklist: 30, plans: 5, sessions: 5, note: 10_000}
	smallPortions   = portions{fridge: 10, checklist: 10, plans: 1, sessions: 1, note: 200} // for very many users
)

// password is the password of every user.
const password = "eggs benedict at noon"

// prototype is the user whose rows are copied.
const prototype = "prototype"

// seed migrates the database and fills it. The server writes the rows of one user, who registers and logs in like any client.
// PostgreSQL copies them for all other users. So the rows are always like those that the measured server writes, with any schema.
// Users 1 to n have the same number of recipes. The users after them have the libraries.
func (b *testbed) seed(ctx context.Context) error {
	if output, err := b.command(ctx, b.server, "127.0.0.1:0", "migrate").CombinedOutput(); err != nil {
		return fmt.Errorf("migrate: %w\n%s", err, output)
	}
	p, err := b.start(ctx, b.server)
	if err != nil {
		return err
	}
	if err := errors.Join(b.writePrototype(ctx, p.addr), p.stop()); err != nil {
		return err
	}
	keys, err := token.File{Path: b.keysFile()}.Load()
	if err != nil {
		return err
	}
	b.tokens = token.NewIssuer(issuer, keys)
	if err := b.copyPrototype(ctx); err != nil {
		return err
	}
	if err := b.exec(ctx, `vacuum analyze`, `checkpoint`); err != nil {
		return err
	}
	if err := b.chooseSenders(ctx); err != nil {
		return err
	}
	return b.admin.QueryRow(ctx, `select (select max(id) from recipes), (select max(id) from plans)`).Scan(&b.lastRecipe, &b.lastPlan)
}

// writePrototype writes the data of the user whose rows are copied.
func (b *testbed) writePrototype(ctx context.Context, addr string) error {
	kitchen, err := demo.Load()
	if err != nil {
		return err
	}
	c, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	defer c.conn.Close() //nolint:errcheck // nothing is pending
	credentials := fmt.Sprintf(`{"username":%q,"password":%q}`, prototype, password)
	if _, err := c.post("/api/user/register/", "", credentials); err != nil {
		return err
	}
	in, err := c.post("/api/user/token/", "", credentials)
	if err != nil {
		return err
	}
	var tokens struct{ Access string }
	if err := json.Unmarshal(in.body, &tokens); err != nil {
		return err
	}
	authorization := "Authorization: Bearer " + tokens.Access
	if _, err := c.post("/api/recipes/bulk/", authorization, importBody(recipeBodies(kitchen, b.portions.note))); err != nil {
		return err
	}
	for i := range b.portions.fridge {
		item, _ := json.Marshal(kitchen.Fridge[i%len(kitchen.Fridge)]) // two texts
		if _, err := c.post("/api/fridge/ingredient/", authorization, string(item)); err != nil {
			return err
		}
	}
	items, _ := json.Marshal(checklist(kitchen, b.portions.checklist)) // a text
	_, err = c.post("/api/grocery/list/", authorization, `{"items":`+string(items)+`}`)
	return err
}

// post sends a POST request. It returns an error unless the response is a success.
func (c *client) post(path, authorization, body string) (response, error) {
	r, err := c.roundTrip(request(http.MethodPost, path, authorization, body))
	if err == nil && r.status >= http.StatusMultipleChoices {
		err = fmt.Errorf("POST %s: status %d: %s", path, r.status, r.body)
	}
	return r, err
}

// recipeBodies returns recipes as clients send them, with 8 ingredients each. A recipe with fewer also gets some of the next recipe's.
func recipeBodies(kitchen demo.Content, note int) []string {
	all := kitchen.Recipes
	bodies := make([]string, 0, len(all))
	for i, r := range all {
		var ingredients []recipe.Ingredient
		for next := i; len(ingredients) < ingredientsPerRecipe; next++ {
			ingredients = append(ingredients, all[next%len(all)].Ingredients...)
		}
		text := []rune(r.Note)
		body, _ := json.Marshal(map[string]any{ // texts and numbers
			"name": r.Name, "meat_type": r.MeatType, "longevity": r.Longevity, "frequency": r.Frequency,
			"note": string(text[:min(note, len(text))]), "ingredients": ingredients[:ingredientsPerRecipe],
		})
		bodies = append(bodies, string(body))
	}
	return bodies
}

func importBody(recipes []string) string { return `{"list":[` + strings.Join(recipes, ",") + `]}` }

func checklist(k demo.Content, length int) string {
	items := make([]string, 0, length)
	for i := range length {
		first := k.Recipes[i].Ingredients[0]
		items = append(items, strings.TrimSpace(first.Quantity+" "+first.Name))
	}
	return strings.Join(items, "\n")
}
