// A recipe of the list. It trusts the server as the existing client does: it would show a null as it is.
export function RecipeCard({ recipe, edit, remove }) {
  const day = new Date(recipe.added_date).toLocaleDateString('en-GB');
  return (
    <article aria-label={recipe.name}>
      <h2>{recipe.name}</h2>
      <p className="facts">{`${recipe.meat_type}, ${recipe.longevity}, ${recipe.frequency}, ${recipe.state}`}</p>
      <p>Added on <time dateTime={recipe.added_date}>{day}</time></p>
      {recipe.accuracy !== undefined && <p className="accuracy">{`${recipe.accuracy} %`}</p>}
      <ul>{recipe.ingredient_list.map(({ name, quantity }, i) => <li key={i}>{`${name} ${quantity}`}</li>)}</ul>
      <p className="note" style={{ whiteSpace: 'pre-wrap' }}>{`${recipe.note}`}</p>
      <button onClick={edit}>Edit</button>
      <button onClick={remove}>Delete</button>
    </article>
  );
}
