"""Uses the Python client that was generated from the contract. Arguments: the folder of the client and the URL of a server.
Prints the results."""
import sys

sys.path.insert(0, sys.argv[1])
import openapi_client as ocipe

config = ocipe.Configuration(host=sys.argv[2])
api = ocipe.ApiClient(config)
account = {"username": "Zoë", "password": "eggs benedict at noon"}

print(ocipe.AccountsApi(api).register_user(ocipe.Registration(**account)).message)
config.access_token = ocipe.SessionsApi(api).obtain_token(ocipe.Credentials(**account)).access

soup = ocipe.RecipesApi(api).create_recipe(ocipe.RecipeInput(
    name="Leek soup", meat_type="vegetarian", longevity=3, frequency="weekday",
    ingredients=[ocipe.IngredientInput(name="Leek", quantity="2"), ocipe.IngredientInput(name="Salt")]))
print(soup.name, soup.state, soup.added_date.tzinfo is not None)

ocipe.FridgeApi(api).add_fridge_ingredient(ocipe.FridgeIngredientInput(name="salt", group="Spices"))
print({group: [item.name for item in items] for group, items in ocipe.FridgeApi(api).get_fridge().ingredient_list.items()})

plan = ocipe.GroceryApi(api).plan_groceries(ocipe.PlanRequest(recipe_ids=[soup.id]))
print([(item.name, item.quantity) for item in plan.grocery_list], [item.name for item in plan.others])

try:
    ocipe.RecipesApi(api).get_recipe(4711)
except ocipe.ApiException as error:
    print(error.status, api.deserialize(type("Response", (), {"data": error.body}), "Problem").code)
