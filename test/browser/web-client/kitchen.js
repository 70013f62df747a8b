// What the page knows of the server, and what it is doing.
import { useState } from 'react';
import { api, LoggedOut } from './session.js';

// The three GETs with which the existing client begins, always without a token.
export const recipes = '/api/recipes?ordering=-added_date';
export const fridge = '/api/fridge';
export const list = '/api/grocery/list';
const first = [recipes, fridge, list];

const nothing = { answers: undefined, loggedOut: false, notice: '', problem: '' };

export function useKitchen() {
  const [known, setKnown] = useState(nothing);
  const [underWay, setUnderWay] = useState(0);
  const learn = (news) => setKnown((before) => ({ ...before, ...news }));
  const remember = (answers) => setKnown((before) => ({ ...before, loggedOut: false, answers: { ...before.answers, ...answers } }));
  const look = async (paths) => remember(await ask(paths));

  // during does some work and tells how it went: the text that it returns, or why it failed.
  async function during(work) {
    setUnderWay((n) => n + 1);
    try {
      learn({ notice: await work() ?? '', problem: '' });
    } catch (failure) {
      if (failure instanceof LoggedOut) setKnown({ ...nothing, loggedOut: true });
      else learn({ notice: '', problem: wordsOf(failure) });
    } finally {
      setUnderWay((n) => n - 1);
    }
  }

  // open is what a load of the page comes to, and a login.
  const open = (needs, before = async () => {}) => during(async () => {
    await before();
    const answers = await ask(first);
    remember({ ...answers, ...await ask(needs.filter((path) => !first.includes(path))) });
  });

  // change changes something on the server, and looks at it again.
  const change = (needs, act) => during(async () => {
    const notice = await act();
    await look(needs);
    return notice;
  });

  return { ...known, state: stateOf(known), busy: underWay > 0, look, during, open, change };
}

// ask asks for paths, all at once, and answers by path when nothing is under way any more.
async function ask(paths) {
  const asked = await Promise.allSettled(paths.map((path) => api.get(path)));
  const failure = asked.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
  return Object.fromEntries(paths.map((path, i) => [path, asked[i].value.data]));
}

function stateOf({ answers, loggedOut, problem }) {
  if (answers) return 'kitchen';
  if (loggedOut) return 'login';
  return problem ? 'broken' : 'loading';
}

function wordsOf(failure) {
  const { detail = String(failure), errors = [] } = failure.response?.data ?? {};
  return [detail, ...errors.map((error) => `${error.field}: ${error.detail}`)].join(' ');
}
