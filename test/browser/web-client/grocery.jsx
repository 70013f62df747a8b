// The page Grocery: choosing recipes, the checklist, and earlier plans.
import { useState } from 'react';
import { Checklist } from './checklist.jsx';
import { history, History, recent } from './history.jsx';
import { list, recipes } from './app.js';
import { Plan } from './plan.jsx';

Grocery.needs = [recipes, list, recent, history];

export function Grocery({ app }) {
  const [board, setBoard] = useState([]); // the ids of the chosen recipes, with repeats
  const change = (act) => app.change(Grocery.needs, async () => { await act(); });
  const nameOf = (id) => app.data[recipes].find((recipe) => recipe.id === id)?.name;
  return (
    <>
      <Plan recipes={app.data[recipes]} board={board} setBoard={setBoard} change={change} />
      <Checklist items={app.data[list]} change={change} />
      <History data={app.data} nameOf={nameOf} reuse={setBoard} change={change} />
    </>
  );
}
