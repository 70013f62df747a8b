// A stand-in for the existing web client: it starts with three GETs at once, and shows the login form if they fail with 401.
// The open page is in the URL, so that a reload opens it again.
import { useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { Fridge } from './fridge.jsx';
import { Grocery } from './grocery.jsx';
import { useApp } from './app.js';
import { Login } from './login.jsx';
import { Recipes } from './recipes.jsx';
import { logOut } from './session.js';

const pages = { Recipes, Fridge, Grocery };

function Client() {
  const app = useApp();
  const [at, go] = useState(location.hash.slice(1) || 'Recipes');
  const Page = pages[at];
  useEffect(() => { app.open(Page.needs); }, []);

  const openPage = (name) => app.run(async () => {
    await app.load(pages[name].needs);
    location.hash = name;
    go(name);
  });
  return (
    <main data-state={app.state} aria-busy={app.busy || app.state === 'loading'}>
      {app.state === 'login' && <Login app={app} needs={Page.needs} />}
      {app.state === 'app' && (
        <nav>
          {Object.keys(pages).map((name) => <button key={name} onClick={() => openPage(name)}>{name}</button>)}
          <button onClick={() => app.open(Page.needs)}>Reload the data</button>
          <button onClick={() => app.open(Page.needs, logOut)}>Log out</button>
        </nav>
      )}
      {app.problem && <p role="alert">{app.problem}</p>}
      {app.notice && <p role="status">{app.notice}</p>}
      {app.state === 'app' && <><h1>{at}</h1><Page app={app} /></>}
    </main>
  );
}

createRoot(document.getElementById('page')).render(<Client />);
