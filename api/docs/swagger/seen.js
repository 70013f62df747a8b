// Collects values of earlier calls: ids, fridge groups, usernames and passwords. The page fills them in, so that the examples fit the
// user's data.

import { claims } from './session.js';

const sessions = '/api/user/sessions/';
const [journal, meals, checklist] = ['/api/fridge/journal', '/api/grocery/plan/meals', '/api/grocery/list'];
// Each collection has its own ids. A path belongs to the first collection that it begins with.
const collections = [journal, meals, '/api/grocery/plan/overrides', '/api/recipes', '/api/fridge', checklist, '/api/foods', '/api/user/api-tokens'];

export class Seen {
  #user; // the id of the user who is logged in
  #current = {}; // the username and password of this user, if operations have shown them
  #account; // the account to log in to: the last one that was registered or logged in; it can be #current
  #ids = new Map(); // by collection, the existing ids; the first is filled in
  #deleted = new Map(); // by collection, the ids in the trash, the last deleted first
  #group;
  #session; // the id of a session, preferably not the current one
  #newName = `Amélie-${Math.floor(1000 + Math.random() * 9000)}`; // a new one for each visit
  #subscribers = new Set();

  // logIn takes an access token, and the username if the user has just logged in. It forgets the values of another user.
  logIn(token, username) {
    const user = userOf(token);
    const isOther = this.#user !== user;
    if (this.#user !== undefined && isOther) {
      this.#ids.clear();
      this.#deleted.clear();
      this.#group = undefined;
      this.#session = undefined;
    }
    if (isOther) this.#current = username !== undefined && username === this.#account?.username ? this.#account : {};
    this.#user = user;
  }

  // add collects the values of a successful call.
  add({ method, url, body }, { text }) {
    const path = `${new URL(url, location.href).pathname.replace(/^.*?(?=\/api\/)/, '').replace(/\/$/, '')}/`;
    const [sent, received] = [parse(body), parse(text)];
    this.#learnAccount(method, path, sent, received);
    const collection = collectionOf(path);
    if (path === '/api/grocery/plan/') this.#ids.set(meals, idsIn(received.meals));
    else if (path === `${checklist}/restock/`) for (const { item } of received.restocked) this.#delete(checklist, item);
    else if (collection && !path.endsWith('/cook/')) this.#learn(collection, method, path, sent, received);
    for (const call of this.#subscribers) call();
  }

  // parameter returns the value of a path parameter, or undefined if there is none.
  parameter(path, name) {
    if (name === 'group_name') return this.#group;
    if (name !== 'id') return undefined;
    if (path.startsWith(sessions)) return this.#session;
    const of = path.endsWith('/restore/') ? this.#deleted : this.#ids;
    return of.get(collectionOf(path))?.[0];
  }

  // body returns the example of a body with the collected values. The example of a registration gets a free username.
  body(path, example) {
    const [first, second] = this.#ids.get('/api/recipes') ?? [];
    if (path === '/api/grocery/plan/' && first) return { ...example, meals: example.meals.map((meal) => ({ ...meal, recipe: first })) };
    const [item] = this.#ids.get(checklist) ?? [];
    if (path === `${checklist}/restock/` && item) return { ...example, ids: [item] };
    if (example.recipe_ids && first) return { ...example, recipe_ids: second ? [first, first, second] : [first, first] };
    const password = this.#current.password;
    switch (path) {
      case '/api/user/register/': return { ...example, username: this.#newName };
      case '/api/user/token/': return this.#account ?? example;
      case '/api/user/me/': return { ...example, username: `${this.#newName}.b` };
      case '/api/user/password/': return password ? { ...example, old_password: password } : example;
      case '/api/user/reauthenticate/': return password ? { ...example, password } : example;
      default: return example;
    }
  }

  #learnAccount(method, path, sent, received) {
    const operation = `${method} ${path.replace('/api/user', '')}`;
    if (operation === 'POST /register/') this.#account = sent;
    else if (operation === 'POST /token/') this.#learnLogin(sent, received.access);
    else if (operation === 'PATCH /me/') this.#current.username = received.username;
    else if (operation === 'POST /password/') this.#current.password = sent.new_password;
    else if (operation === 'POST /reauthenticate/') this.#current.password = sent.password;
    else if (operation === 'DELETE /me/') this.#forgetAccount();
    else if (operation === 'GET /sessions/') this.#session = (received.find(({ current }) => !current) ?? received[0])?.id;
  }

  #learnLogin(account, token) {
    this.logIn(token);
    this.#account = account;
    this.#current = account;
  }

  #forgetAccount() {
    if (this.#account === this.#current) this.#account = undefined;
    this.#current = {};
  }

  // subscribe calls a function after every change. It returns a function that ends the subscription.
  subscribe(call) {
    this.#subscribers.add(call);
    return () => this.#subscribers.delete(call);
  }

  #learn(collection, method, path, sent, received) {
    const id = Number(path.match(/\/(\d+)(?:\/restore)?\/$/)?.[1]);
    if (path.endsWith('/trash/')) this.#deleted.set(collection, idsIn(received));
    else if (method === 'DELETE') this.#delete(collection, id);
    else if (path.endsWith('/restore/')) this.#restore(collection, id);
    else if (collection === journal) this.#ids.set(journal, received.entry ? [received.entry] : idsIn(received)); // the newest first
    else this.#addIds(collection, idsIn(received));
    if (collection === '/api/fridge') this.#group = sent?.new_group ?? received?.group ?? this.#groupOf(received);
  }

  #addIds(collection, ids) {
    const known = this.#ids.get(collection) ?? [];
    // The first id is filled in. A list keeps it first; a single id is new and becomes the first.
    const rest = ids.length > 1 ? [...known.slice(0, 1).filter((id) => ids.includes(id)), ...ids, ...known] : [...ids, ...known];
    this.#ids.set(collection, [...new Set(rest)]);
  }

  // Without an id, the call has deleted the whole collection or a group.
  #delete(collection, id) {
    const known = this.#ids.get(collection) ?? [];
    const gone = id ? [id] : known;
    this.#ids.set(collection, known.filter((one) => !gone.includes(one)));
    this.#deleted.set(collection, [...gone, ...this.#deleted.get(collection) ?? []]);
  }

  #restore(collection, id) {
    this.#deleted.set(collection, (this.#deleted.get(collection) ?? []).filter((one) => one !== id));
    this.#addIds(collection, [id]);
  }

  #groupOf(received) {
    const groups = Object.keys(received?.ingredient_list ?? {});
    return groups.includes(this.#group) ? this.#group : groups[0] ?? this.#group;
  }
}

const collectionOf = (path) => collections.find((collection) => path.startsWith(`${collection}/`));

// idsIn returns all ids in a response, in order.
function idsIn(value) {
  if (Array.isArray(value)) return value.flatMap(idsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (name === 'id') return [member];
    return name === 'ids' ? member : idsIn(member);
  });
}

// userOf returns the user id in a token, or the token itself if it has none (a pasted token).
function userOf(token) {
  try {
    return claims(token).user_id;
  } catch {
    return token;
  }
}

// parse returns undefined for a text that isn't JSON: some calls have no body.
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
