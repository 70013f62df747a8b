// The checklist, for shopping.
import { EditableText, Field, submitted } from './form.jsx';
import { api } from './session.js';

export function Checklist({ items, change }) {
  const add = (fields, form) => change(async () => {
    await api.post('/api/grocery/list/', fields);
    form.reset();
  });
  const tick = (id, isChecked) => change(() => api.patch(`/api/grocery/list/${id}/`, { isChecked }));
  const replace = (id, item) => change(() => api.put(`/api/grocery/list/${id}/`, item));
  return (
    <section aria-label="Checklist" data-stored>
      <h2>Checklist</h2>
      <ul>
        {items.map(({ id, item, isChecked }) => (
          <li key={id}>
            <input type="checkbox" aria-label="Done" checked={isChecked} onChange={({ target }) => tick(id, target.checked)} />
            <EditableText text={item} save={(text) => replace(id, { item: text, isChecked })} />
            <button onClick={() => change(() => api.delete(`/api/grocery/list/${id}/`))}>Delete</button>
          </li>
        ))}
      </ul>
      <form aria-label="Add items" onSubmit={submitted(add)}>
        <Field label="Items" as="textarea" name="items" />
        <button>Add</button>
      </form>
      <button onClick={() => change(() => api.delete('/api/grocery/list/'))}>Empty the list</button>
    </section>
  );
}
