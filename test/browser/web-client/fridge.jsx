// The page Fridge: groups of ingredients. Ingredients can be dragged from one group to another.
import { EditableText, Field, submitted } from './form.jsx';
import { fridge } from './app.js';
import { api } from './session.js';

Fridge.needs = [fridge];

export function Fridge({ app }) {
  const change = (act) => app.change(Fridge.needs, async () => { await act(); });
  const add = (fields, form) => change(async () => {
    await api.post('/api/fridge/ingredient/', fields);
    form.reset();
  });
  const groups = Object.entries(app.data[fridge].ingredient_list); // shown in the order of the members
  return (
    <>
      <form aria-label="Add an ingredient" onSubmit={submitted(add)}>
        <Field label="Name" name="name" />
        <Field label="Group" name="group" />
        <button>Add</button>
      </form>
      <div data-stored>
        {groups.map(([name, items]) => <Group key={name} name={name} items={items} change={change} />)}
      </div>
    </>
  );
}

function Group({ name, items, change }) {
  const path = `/api/fridge/ingredient/group/${encodeURIComponent(name)}`; // without a slash at the end
  const take = (event) => {
    event.preventDefault();
    const item = JSON.parse(event.dataTransfer.getData('text/plain'));
    if (items.some(({ id }) => id === item.id)) return; // it is here already
    change(() => api.put(`/api/fridge/ingredient/${item.id}/`, { name: item.name, group: name }));
  };
  return (
    <section aria-label={name} onDragOver={(event) => event.preventDefault()} onDrop={take}>
      <h2>
        <EditableText text={name} save={(text) => change(() => api.put(path, { new_group: text }))} />
        <button onClick={() => change(() => api.delete(path))}>Delete the group</button>
      </h2>
      <ul>{items.map((item) => <Item key={item.id} item={item} change={change} />)}</ul>
    </section>
  );
}

function Item({ item, change }) {
  const path = `/api/fridge/ingredient/${item.id}/`;
  return (
    <li draggable onDragStart={(event) => event.dataTransfer.setData('text/plain', JSON.stringify(item))}>
      <EditableText text={item.name} save={(text) => change(() => api.patch(path, { name: text }))} />
      <button onClick={() => change(() => api.delete(path))}>Delete</button>
    </li>
  );
}
