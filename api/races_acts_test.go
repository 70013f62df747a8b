package api_test

import (
	"fmt"
	"net/http"
	"slices"
)

// raceRecipeActs are calls that concern the same recipes.
func raceRecipeActs(first, second modelRecipe) []raceCall {
	plan := func(ids ...int64) raceCall {
		return raceCall{fmt.Sprint("plan ", ids), http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids}, func(c *modelUser) string {
			live := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return raceAt(c, id) < 0 }) // the others were deleted
			basket := c.basket(live)
			for _, id := range live {
				c.recipes[raceAt(c, id)].State = "used"
			}
			c.plans = append(c.plans, modelPlan{Recipes: ids})
			return raceAnswer(http.StatusOK, basket)
		}}
	}
	edit := func(method string, id int64, body map[string]any, change func(*modelRecipe)) raceCall {
		return raceCall{fmt.Sprint(method, " ", id), method, modelRecipePath(id), body, func(c *modelUser) string {
			at := raceAt(c, id)
			if at < 0 {
				return raceAnswer(http.StatusNotFound, nil)
			}
			change(&c.recipes[at])
			return raceAnswer(http.StatusOK, c.recipes[at])
		}}
	}
	return []raceCall{
		plan(first.ID, second.ID), plan(second.ID, first.ID, second.ID), plan(second.ID),
		edit(http.MethodPut, first.ID, raceRecipe("new", "active", "salt", "egg"), func(r *modelRecipe) {
			r.Name, r.State, r.Ingredients = "new", "active", []modelNeed{{Name: "salt"}, {Name: "egg"}}
		}),
		edit(http.MethodPatch, second.ID, map[string]any{"ingredients": []modelNeed{{"rice", "1"}}}, func(r *modelRecipe) {
			r.Ingredients = []modelNeed{{"rice", "1"}}
		}),
		{"delete the second", http.MethodDelete, modelRecipePath(second.ID), nil, func(c *modelUser) string {
			c.recipes = slices.DeleteFunc(c.recipes, func(r modelRecipe) bool { return r.ID == second.ID })
			return raceAnswer(http.StatusNoContent, nil)
		}},
		{"delete all", http.MethodDelete, modelRecipes, nil, func(c *modelUser) string {
			c.recipes = nil
			return raceAnswer(http.StatusNoContent, nil)
		}},
		{"make all active", http.MethodPost, modelRecipes + "refresh/", nil, func(c *modelUser) string {
			for i := range c.recipes {
				c.recipes[i].State = "active"
			}
			return raceAnswer(http.StatusOK, map[string]int{"updated_count": len(c.recipes)})
		}},
	}
}

func raceAt(c *modelUser, id int64) int {
	return slices.IndexFunc(c.recipes, func(r modelRecipe) bool { return r.ID == id })
}

// raceFridgeActs are calls that concern the same groups, and an item of one.
func raceFridgeActs(item int64) []raceCall {
	at := func(c *modelUser) int {
		return slices.IndexFunc(c.fridge, func(i modelItem) bool { return i.ID == item })
	}
	rename := func(from, to string) raceCall {
		return raceCall{from + " to " + to, http.MethodPut, modelFridge + "group/" + from, map[string]string{"new_group": to}, func(c *modelUser) string {
			for i := range c.fridge {
				if c.fridge[i].Group == from {
					c.fridge[i].Group = to
				}
			}
			return raceAnswer(http.StatusOK, nil)
		}}
	}
	empty := func(group string) raceCall {
		return raceCall{"delete " + group, http.MethodDelete, modelFridge + "group/" + group, nil, func(c *modelUser) string {
			c.fridge = slices.DeleteFunc(c.fridge, func(i modelItem) bool { return i.Group == group })
			return raceAnswer(http.StatusOK, nil)
		}}
	}
	return []raceCall{
		rename("A", "B"), rename("B", "A"), rename("A", "B"), empty("A"), empty("B"),
		{"move an item", http.MethodPatch, modelItemPath(item), map[string]string{"group": "B"}, func(c *modelUser) string {
			i := at(c)
			if i < 0 {
				return raceAnswer(http.StatusNotFound, nil)
			}
			c.fridge[i].Group = "B"
			return raceAnswer(http.StatusOK, c.fridge[i])
		}},
		{"delete an item", http.MethodDelete, modelItemPath(item), nil, func(c *modelUser) string {
			c.fridge = slices.DeleteFunc(c.fridge, func(i modelItem) bool { return i.ID == item })
			return raceAnswer(http.StatusNoContent, nil)
		}},
	}
}
