// The page Recipes: the list, the search, the forms to add and edit, and the import.
import { useState } from 'react';
import { Choice, Field, submitted } from './form.jsx';
import { recipes as everything } from './app.js';
import { RecipeCard } from './recipe-card.jsx';
import { RecipeForm } from './recipe-form.jsx';
import { recipesOf, statsText } from './recipe-text.js';
import { api } from './session.js';

Recipes.needs = [everything];

export function Recipes({ app }) {
  const [shown, show] = useState(everything);
  const [edited, edit] = useState();
  const change = (act) => app.change([shown], act);

  const search = (fields) => app.run(async () => {
    const filled = Object.entries(fields).filter(([, text]) => text);
    const path = filled.length ? `/api/recipes?${new URLSearchParams(filled)}` : everything;
    await app.load([path]);
    show(path);
  });
  const add = (recipe, form) => change(async () => {
    await api.post('/api/recipes/', recipe);
    form.reset();
  });
  const importAll = ({ text }, form) => change(async () => {
    const added = (await api.post('/api/recipes/bulk/', { list: recipesOf(text) })).data;
    form.reset();
    return `Imported: ${added.map((recipe) => recipe.name).join(', ')}`;
  });

  // The existing client sends each PUT and each DELETE of a recipe twice at once.
  const replace = ({ id }, recipe) => change(async () => {
    await Promise.all([api.put(`/api/recipes/${id}/`, recipe), api.put(`/api/recipes/${id}/`, recipe)]);
    edit(undefined);
  });
  const remove = ({ id }) => change(async () => {
    const tries = await Promise.allSettled([api.delete(`/api/recipes/${id}/`), api.delete(`/api/recipes/${id}/`)]);
    const failure = tries.find((one) => one.status === 'rejected' && one.reason.response?.status !== 404);
    if (failure) throw error.reason;
  });

  const makeActive = () => change(async () => `${(await api.post('/api/recipes/refresh/')).data.updated_count} recipes are active.`);
  const removeAll = () => change(async () => { await api.delete('/api/recipes/'); });
  const count = () => app.run(async () => statsText((await api.get('/api/recipes/stats')).data));

  return (
    <>
      <form aria-label="Search" onSubmit={submitted(search)}>
        <Field label="With ingredients" name="ingredients" />
        <Field label="With the text" name="search" />
        <Choice label="Order" name="ordering" values={['', 'name', '-name', 'added_date']} />
        <button>Search</button>
      </form>
      <button onClick={makeActive}>Make all active</button>
      <button onClick={count}>Statistics</button>
      <button onClick={removeAll}>Delete all</button>
      <div data-stored>
        {app.data[shown].map((recipe) => (
          <RecipeCard key={recipe.id} recipe={recipe} edit={() => edit(recipe)} remove={() => remove(recipe)} />
        ))}
      </div>
      {edited && <RecipeForm key={edited.id} title="Edit the recipe" recipe={edited} save={(recipe) => replace(edited, recipe)} />}
      <RecipeForm title="Add a recipe" save={add} />
      <form aria-label="Import" onSubmit={submitted(importAll)}>
        <Field label="Recipes" as="textarea" name="text" rows="8" cols="60" />
        <button>Import</button>
      </form>
    </>
  );
}
