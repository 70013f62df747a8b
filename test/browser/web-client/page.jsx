// A stand-in for the existing web client: a page that asks for three things at once, and shows the login
// form if it may not have them.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { load, LoggedOut, logIn, logOut } from './session.js';

function Page() {
  const [shown, show] = useState({ state: 'loading' });

  async function look() {
    // allSettled: the page is done when nothing is under way any more.
    const answers = await Promise.allSettled(['/api/fridge', '/api/grocery/list', '/api/fridge'].map(load));
    const failures = answers.filter((answer) => answer.status === 'rejected').map((answer) => answer.reason);
    if (failures.length === 0) show({ state: 'fridge', fridge: answers[0].value });
    else if (failures.every((failure) => failure instanceof LoggedOut)) show({ state: 'login' });
    else show({ state: 'broken', why: String(failures[0]) });
  }
  const after = (act) => (event) => {
    event.preventDefault();
    show({ state: 'loading' });
    act(event).then(look, (failure) => show({ state: 'broken', why: String(failure) }));
  };
  useEffect(() => { look(); }, []);

  const submit = async ({ target }) => logIn(target.username.value, target.password.value);
  return (
    <main data-state={shown.state}>
      {shown.state === 'login' && (
        <form onSubmit={after(submit)}>
          <label>Name <input name="username" autoComplete="off" /></label>
          <label>Password <input name="password" type="password" autoComplete="off" /></label>
          <button>Log in</button>
        </form>
      )}
      {shown.state === 'fridge' && (
        <>
          <pre>{JSON.stringify(shown.fridge)}</pre>
          <button onClick={after(async () => {})}>Look again</button>
          <button onClick={after(logOut)}>Log out</button>
        </>
      )}
      {shown.state === 'broken' && <p>{shown.why}</p>}
    </main>
  );
}

createRoot(document.getElementById('page')).render(<Page />);
