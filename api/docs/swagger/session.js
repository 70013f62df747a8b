// The session of the user of this page. The refresh token is in a cookie that scripts can't read, and the access token in memory. The
// browser's storage only says whether a user has logged in.

const api = '../api/user'; // relative to the page: a proxy may serve the program under a path
const key = 'ocipe.logged-in';
const margin = 5_000; // milliseconds: a token is refreshed this long before it expires, because a call takes time

export class Session {
  #padlocks;
  #token;
  #expires = 0; // by this browser's clock, in milliseconds
  #renewing;

  // padlocks has the functions close(token, username) and open(). username is undefined unless the user has just logged in.
  constructor(padlocks) {
    this.#padlocks = padlocks;
  }

  // logIn and logOut throw an Error with the detail of the server's problem.
  async logIn(username, password) {
    const response = await post('/token/', { username, password });
    if (!response.ok) throw await errorOf(response);
    this.begin((await response.json()).access, username);
  }

  async logOut() {
    const response = await post('/logout/');
    if (!response.ok) throw await errorOf(response);
    this.end();
  }

  // resume continues the session of an earlier visit. It makes no call if no user is logged in.
  async resume() {
    if (remembered()) await this.#renew();
  }

  // fresh returns the token to send instead of the given one: a new one if the given one is about to expire.
  async fresh(token) {
    if (token !== this.#token || Date.now() < this.#expires - margin) return token;
    await this.#renew();
    return this.#token ?? token;
  }

  // begin starts to use the token of a login or a refresh.
  begin(token, username) {
    const { iat, exp } = claims(token);
    this.#token = token;
    this.#expires = Date.now() + (exp - iat) * 1000; // relative, because the clocks of server and browser may differ
    remember(true);
    this.#padlocks.close(token, username);
  }

  // usePasted starts to use a token that the user has pasted. It is never refreshed.
  usePasted(token) {
    this.#token = undefined;
    this.#padlocks.close(token);
  }

  end() {
    this.#token = undefined;
    remember(false);
    this.#padlocks.open();
  }

  #renew() {
    this.#renewing ??= this.#refresh().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #refresh() {
    const response = await post('/token/refresh/');
    const { access } = await response.json().catch(() => ({}));
    if (access) this.begin(access);
    else if (response.status < 500) this.end(); // the session has ended
  }
}

function post(path, body) {
  const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return fetch(api + path, { method: 'POST', ...json });
}

async function errorOf(response) {
  const problem = await response.json().catch(() => ({})); // a proxy may respond with something else
  return new Error(problem.detail ?? `${response.status} ${response.statusText}`);
}

// claims returns the claims of an access token.
export function claims(token) {
  return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
}

// Browsers throw an error if storage is disabled. Then logins aren't remembered.
function remembered() {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

function remember(loggedIn) {
  try {
    if (loggedIn) localStorage.setItem(key, 'yes');
    else localStorage.removeItem(key);
  } catch { /* as above */ }
}
