// The session of the person at this page. The refresh token is in a cookie that no script sees; here are the access
// token, in memory, and whether somebody logged in with this browser, in its storage.

const api = '/api/user';
const key = 'ocipe.logged-in';
const early = 5_000; // a token is renewed that many milliseconds before it expires: calls take time

export class Session {
  #padlocks;
  #token;
  #expires = 0; // by this browser's clock, in milliseconds
  #renewing;

  // The padlocks can be closed with a token, and opened.
  constructor(padlocks) {
    this.#padlocks = padlocks;
  }

  // logIn and logOut fail with the sentence for people that the server answers.
  async logIn(username, password) {
    const response = await post('/token/', { username, password });
    if (!response.ok) throw await refusal(response);
    this.begin((await response.json()).access);
  }

  async logOut() {
    const response = await post('/logout/');
    if (!response.ok) throw await refusal(response);
    this.end();
  }

  // resume goes on with the session of an earlier visit. Whoever never logged in here isn't asked for.
  async resume() {
    if (remembered()) await this.#renew();
  }

  // fresh answers the token to send instead of this one, which may have expired.
  async fresh(token) {
    if (token !== this.#token || Date.now() < this.#expires - early) return token;
    await this.#renew();
    return this.#token ?? token;
  }

  // begin goes on with the token that a login or a refresh has answered.
  begin(token) {
    const { iat, exp } = claims(token);
    this.#token = token;
    this.#expires = Date.now() + (exp - iat) * 1000; // the server's clock may be another
    remember(true);
    this.#padlocks.close(token);
  }

  // lend sends a token from elsewhere, as it is, and doesn't renew it.
  lend(token) {
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
    else if (response.status < 500) this.end(); // there is no session any more
  }
}

function post(path, body) {
  const json = body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  return fetch(api + path, { method: 'POST', ...json });
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({})); // a proxy may answer something else
  return new Error(problem.detail ?? `${response.status} ${response.statusText}`);
}

function claims(token) {
  return JSON.parse(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')));
}

// Browsers that are told to keep nothing throw; then nobody is remembered.
function remembered() {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

function remember(somebody) {
  try {
    if (somebody) localStorage.setItem(key, 'yes');
    else localStorage.removeItem(key);
  } catch { /* as above */ }
}
