// Parts of forms that several pages share.
import { useId, useState } from 'react';

// submitted returns a handler that passes the fields of a form to a function, and stays on the page.
export function submitted(use) {
  return (event) => {
    event.preventDefault();
    return use(Object.fromEntries(new FormData(event.target)), event.target);
  };
}

// Field is a labelled input, or another control.
export function Field({ label, as: Control = 'input', ...rest }) {
  const id = useId();
  return <div><label htmlFor={id}>{label}</label> <Control id={id} {...rest} /></div>;
}

// Choice is a labelled select.
export function Choice({ values, ...rest }) {
  return <Field as="select" {...rest}>{values.map((value) => <option key={value}>{value}</option>)}</Field>;
}

// EditableText shows a text with an Edit button, which opens a field for a new text.
export function EditableText({ text, save }) {
  const [editing, edit] = useState(false);
  if (!editing) return <><span className="text">{text}</span> <button onClick={() => edit(true)}>Edit</button> </>;
  return (
    <form onSubmit={submitted(async (fields) => { await save(fields.text); edit(false); })}>
      <input name="text" aria-label="New text" defaultValue={text} autoFocus />
      <button>Save</button>
    </form>
  );
}
