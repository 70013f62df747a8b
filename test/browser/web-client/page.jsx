// A stand-in for the existing web client: it asks for three things at once, and shows the login form if it may not
// have them. The page that is open is in the address, so that a reload opens it again.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Fridge } from './fridge.jsx';
import { Grocery } from './grocery.jsx';
import { useKitchen } from './kitchen.js';
import { Login } from './login.jsx';
import { Recipes } from './recipes.jsx';
import { logOut } from './session.js';

const pages = { Recipes, Fridge, Grocery };

function Client() {
  const kitchen = useKitchen();
  const [at, go] = useState(location.hash.slice(1) || 'Recipes');
  const Page = pages[at];
  useEffect(() => { kitchen.open(Page.needs); }, []);

  const turnTo = (name) => kitchen.during(async () => {
    await kitchen.look(pages[name].needs);
    location.hash = name;
    go(name);
  });
  return (
    <main data-state={kitchen.state} aria-busy={kitchen.busy || kitchen.state === 'loading'}>
      {kitchen.state === 'login' && <Login kitchen={kitchen} needs={Page.needs} />}
      {kitchen.state === 'kitchen' && (
        <nav>
          {Object.keys(pages).map((name) => <button key={name} onClick={() => turnTo(name)}>{name}</button>)}
          <button onClick={() => kitchen.open(Page.needs)}>Look again</button>
          <button onClick={() => kitchen.open(Page.needs, logOut)}>Log out</button>
        </nav>
      )}
      {kitchen.problem && <p role="alert">{kitchen.problem}</p>}
      {kitchen.notice && <p role="status">{kitchen.notice}</p>}
      {kitchen.state === 'kitchen' && <><h1>{at}</h1><Page kitchen={kitchen} /></>}
    </main>
  );
}

createRoot(document.getElementById('page')).render(<Client />);
