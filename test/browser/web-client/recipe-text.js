// Recipes as text. An ingredient is a line such as `leek: 2`. In an import, a recipe is a block of lines; the first one is
// such as `Leek soup | vegetarian | 3 | weekday`, optionally followed by `| a note`.

export function ingredientsOf(text) {
  return text.split('\n').filter((line) => line.trim()).map((line) => {
    const [name, quantity = ''] = line.split(/:(.*)/);
    return { name, quantity };
  });
}

export function textOf(ingredients) {
  return ingredients.map(({ name, quantity }) => `${name}: ${quantity}`).join('\n');
}

export function recipesOf(text) {
  return text.split(/\n\s*\n/).filter((block) => block.trim()).map((block) => {
    const [head, ...lines] = block.trim().split('\n');
    const [name, meat_type, longevity, frequency, note] = head.split('|').map((field) => field.trim());
    return { name, meat_type, longevity: Number(longevity), frequency, note, ingredients: ingredientsOf(lines.join('\n')) };
  });
}

export function statsText({ meat_type_stats, frequency_stats }) {
  const types = meat_type_stats.map(({ meat_type, active, total }) => `${meat_type} ${active}/${total}`);
  const frequencies = frequency_stats.map(({ frequency, active, total }) => `${frequency} ${active}/${total}`);
  return [...types, ...frequencies].join(', ');
}
