// The page Grocery: what to cook, what to buy for it, and what was cooked before.
import { useState } from 'react';
import { Checklist } from './checklist.jsx';
import { history, History, recent } from './history.jsx';
import { list, recipes } from './kitchen.js';
import { Plan } from './plan.jsx';

Grocery.needs = [recipes, list, recent, history];

export function Grocery({ kitchen }) {
  const [board, setBoard] = useState([]); // the ids of the chosen recipes, the same one several times if it is to be
  const change = (act) => kitchen.change(Grocery.needs, async () => { await act(); });
  const nameOf = (id) => kitchen.answers[recipes].find((recipe) => recipe.id === id)?.name;
  return (
    <>
      <Plan recipes={kitchen.answers[recipes]} board={board} setBoard={setBoard} change={change} />
      <Checklist items={kitchen.answers[list]} change={change} />
      <History answers={kitchen.answers} nameOf={nameOf} reuse={setBoard} change={change} />
    </>
  );
}
