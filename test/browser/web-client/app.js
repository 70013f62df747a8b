// The state of the page: the data of the server, and whether calls are in progress.
import { useState } from 'react';
import { api, LoggedOut } from './session.js';

// The existing client starts with these three GETs, always without a token.
export const recipes = '/api/recipes?ordering=-added_date';
export const fridge = '/api/fridge';
export const list = '/api/grocery/list';
const first = [recipes, fridge, list];

const initial = { data: undefined, loggedOut: false, notice: '', problem: '' };

export function useApp() {
  const [state, setState] = useState(initial);
  const [calls, setCalls] = useState(0);
  const update = (changes) => setState((before) => ({ ...before, ...changes }));
  const store = (data) => setState((before) => ({ ...before, loggedOut: false, data: { ...before.data, ...data } }));
  const load = async (paths) => store(await fetchAll(paths));

  // run runs a function, and shows the text that it returns, or why it failed.
  async function run(work) {
    setCalls((n) => n + 1);
    try {
      update({ notice: await work() ?? '', problem: '' });
    } catch (error) {
      if (error instanceof LoggedOut) setState({ ...initial, loggedOut: true });
      else update({ notice: '', problem: messageOf(error) });
    } finally {
      setCalls((n) => n - 1);
    }
  }

  // open runs after the page was loaded, and after a login.
  const open = (needs, before = async () => {}) => run(async () => {
    await before();
    const data = await fetchAll(first);
    store({ ...data, ...await fetchAll(needs.filter((path) => !first.includes(path))) });
  });

  // change changes something on the server, and loads the data of the page again.
  const change = (needs, act) => run(async () => {
    const notice = await act();
    await load(needs);
    return notice;
  });

  return { ...state, state: stateOf(state), busy: calls > 0, load, run, open, change };
}

// fetchAll fetches all paths at once, and returns the data by path when all calls have ended.
async function fetchAll(paths) {
  const results = await Promise.allSettled(paths.map((path) => api.get(path)));
  const rejected = results.find((one) => one.status === 'rejected');
  if (rejected) throw rejected.reason;
  return Object.fromEntries(paths.map((path, i) => [path, results[i].value.data]));
}

function stateOf({ data, loggedOut, problem }) {
  if (data) return 'app';
  if (loggedOut) return 'login';
  return problem ? 'broken' : 'loading';
}

function messageOf(error) {
  const { detail = String(error), errors = [] } = error.response?.data ?? {};
  return [detail, ...errors.map((error) => `${error.field}: ${error.detail}`)].join(' ');
}
