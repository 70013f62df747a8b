// The user chooses recipes, and the server returns what to buy for them.
import { useState } from 'react';
import { api } from './session.js';

export function Plan({ recipes, board, setBoard, change }) {
  const [plan, setPlan] = useState();
  const generate = () => change(async () => setPlan((await api.post('/api/grocery/', { recipe_ids: board })).data));
  const save = () => change(() => api.post('/api/grocery/list/', { items: plan.grocery_list.map(lineOf).join('\n') }));
  return (
    <section aria-label="Plan">
      <ul aria-label="Choose">
        {recipes.map(({ id, name, state }) => (
          <li key={id}><button onClick={() => setBoard([...board, id])}>{name}</button> {state}</li>
        ))}
      </ul>
      <ol aria-label="Chosen">
        {board.map((id, i) => <li key={i}>{recipes.find((recipe) => recipe.id === id)?.name ?? 'a deleted recipe'}</li>)}
      </ol>
      <button onClick={() => setBoard([])}>Clear the choice</button>
      <button onClick={generate}>Generate the list</button>
      {plan && (
        <>
          <h2>To buy</h2>
          <ul aria-label="To buy">{plan.grocery_list.map((need) => <li key={need.name}>{lineOf(need)}</li>)}</ul>
          <button onClick={save}>Save to the checklist</button>
          <h2>In the fridge</h2>
          <ul aria-label="In the fridge">{plan.others.map((need) => <li key={need.name}>{lineOf(need)}</li>)}</ul>
        </>
      )}
    </section>
  );
}

const lineOf = ({ name, quantity }) => `${name} ${quantity}`;
