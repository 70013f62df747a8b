// The form for a recipe, new or existing.
import { Choice, Field, submitted } from './form.jsx';
import { ingredientsOf, textOf } from './recipe-text.js';

const blank = { name: '', meat_type: '', longevity: 1, frequency: 'weekday', note: '', state: 'active', ingredient_list: [] };

// RecipeForm passes the body of the request to save.
export function RecipeForm({ title, recipe = blank, save }) {
  const send = ({ longevity, ingredients, ...texts }, form) => (
    save({ ...texts, longevity: Number(longevity), ingredients: ingredientsOf(ingredients) }, form)
  );
  return (
    <form aria-label={title} onSubmit={submitted(send)}>
      <fieldset>
        <legend>{title}</legend>
        <Field label="Name" name="name" defaultValue={recipe.name} />
        <Field label="Category" name="meat_type" defaultValue={recipe.meat_type} />
        <Field label="Longevity" name="longevity" type="number" defaultValue={recipe.longevity} />
        <Choice label="Frequency" name="frequency" values={['weekday', 'weekend', 'rarely']} defaultValue={recipe.frequency} />
        <Choice label="State" name="state" values={['active', 'used']} defaultValue={recipe.state} />
        <Field label="Ingredients" as="textarea" name="ingredients" defaultValue={textOf(recipe.ingredient_list)} />
        <Field label="Note" as="textarea" name="note" defaultValue={recipe.note} />
        <button>Save</button>
      </fieldset>
    </form>
  );
}
