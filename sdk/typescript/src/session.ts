// How somebody logs in, and stays logged in until they log out. The access token is in memory and nowhere else; the
// refresh token is in a cookie, which the server rotates and is patient about: two refreshes at once, or one whose
// answer is lost, do no harm. Only a refusal by the server itself ends a session here; a bad network never does.
import type { Client } from 'openapi-fetch';
import type { RefreshCookie } from './cookie.js';
import { accepted, OcipeError } from './errors.js';
import type { paths } from './schema.generated.js';
import { type News, Tabs } from './tabs.js';

/** Whether somebody is logged in; `unknown` after a start or a reload, until the server has been asked. */
export type SessionState = 'unknown' | 'signed-in' | 'signed-out';

/** What a call may carry: the access token, if there is one, of a sitting, the time from a login to the next or to a logout. */
export interface Lease {
  readonly token: string | undefined;
  readonly sitting: number;
}

/** Longer than the server takes for any refresh. A tab that waits for an answer keeps the others waiting. */
const patience = 30_000;

/** The session of an app with a server. */
export class Session {
  readonly #http: Client<paths>;
  readonly #cookie: RefreshCookie;
  readonly #tabs: Tabs;
  readonly #listeners = new Set<(state: SessionState) => void>();
  #state: SessionState = 'unknown';
  #access: string | undefined;
  #sitting = 0;
  #refreshing: Promise<void> | undefined;

  /** The address is that of the server if tabs share its cookie. */
  constructor(http: Client<paths>, cookie: RefreshCookie, address: string | undefined) {
    this.#http = http;
    this.#cookie = cookie;
    this.#tabs = new Tabs(address, (news) => this.#hear(news));
  }

  /** Whether somebody is logged in, as far as is known here. */
  get state(): SessionState {
    return this.#state;
  }

  /**
   * Calls the listener at every change of the state, and at every login: `signed-in` a second time may mean somebody
   * else, in another tab. Returns what ends that.
   */
  onChange(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Finds out whether somebody is logged in. Fails if the server can't be asked; then nothing has changed. */
  async restore(): Promise<SessionState> {
    if (this.#state !== 'signed-in') await this.#refreshOnce({ token: undefined, sitting: this.#sitting });
    return this.#state;
  }

  /** Logs in. Failing changes nothing. */
  async login(username: string, password: string): Promise<void> {
    await this.#tabs.alone(async () => { // not while a refresh, whose answer could overwrite the new cookie
      const body = { username, password };
      const { data, response } = accepted(await this.#http.POST('/api/user/token/', { credentials: 'include', body }));
      await this.#cookie.keep(response);
      this.#begin(data.access);
      this.#tabs.tell({ event: 'login', access: data.access });
    });
  }

  /** Logs out, here and in all tabs. Failing changes nothing: whoever wants to be sure must try again. */
  async logout(): Promise<void> {
    const { response } = accepted(await this.#http.POST('/api/user/logout/', await this.#cookie.init()));
    this.#end(); // a refresh that is under way is of the sitting before, and is forgotten
    this.#tabs.tell({ event: 'logout' });
    await this.#cookie.keep(response);
  }

  /** The token for a call, refreshing first if nothing is known yet, rather than be refused. */
  async lease(): Promise<Lease> {
    if (this.#state === 'unknown') await this.restore();
    return { token: this.#access, sitting: this.#sitting };
  }

  /**
   * Another token for a call that was refused, or undefined: then it is to be refused, as nobody is logged in, or
   * somebody has logged in since, who may be somebody else. Fails if the refresh fails but isn't refused.
   */
  async renew(lease: Lease): Promise<string | undefined> {
    if (lease.token !== undefined && this.#isCurrent(lease)) await this.#refreshOnce(lease);
    return lease.sitting === this.#sitting ? this.#access : undefined;
  }

  #isCurrent(lease: Lease): boolean {
    return lease.token === this.#access && lease.sitting === this.#sitting;
  }

  // However many calls ask for it, there is one refresh at a time; and none if another tab had one meanwhile.
  #refreshOnce(lease: Lease): Promise<void> {
    const refresh = async () => (this.#isCurrent(lease) ? this.#refresh(lease) : undefined);
    this.#refreshing ??= this.#tabs.alone(refresh).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh({ sitting }: Lease): Promise<void> {
    const init = { ...(await this.#cookie.init()), signal: AbortSignal.timeout(patience) };
    const answer = await this.#http.POST('/api/user/token/refresh/', init);
    if (sitting !== this.#sitting) return; // a logout has won: neither the token nor the cookie is wanted any more
    if (answer.data) {
      this.#continue(answer.data.access);
      this.#tabs.tell({ event: 'refresh', access: answer.data.access });
    } else {
      const refusal = new OcipeError(answer.response, answer.error);
      if (!isFinal(refusal)) throw refusal;
      this.#end();
      this.#tabs.tell({ event: 'logout' });
    }
    await this.#cookie.keep(answer.response);
  }

  #hear(news: News): void {
    if (news.event === 'login') this.#begin(news.access);
    else if (this.#state === 'signed-out') return; // the refresh of a tab that hasn't heard of the logout yet
    else if (news.event === 'refresh') this.#continue(news.access);
    else this.#end();
  }

  #begin(access: string): void {
    this.#sitting++;
    this.#access = access;
    this.#become('signed-in');
  }

  #continue(access: string): void {
    // Somebody else has logged in, in a tab or program that this one didn't hear of: the cookie is theirs.
    if (this.#access !== undefined && userOf(access) !== userOf(this.#access)) return this.#begin(access);
    this.#access = access;
    if (this.#state !== 'signed-in') this.#become('signed-in');
  }

  #end(): void {
    this.#sitting++;
    this.#access = undefined;
    if (this.#state !== 'signed-out') this.#become('signed-out');
  }

  #become(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) queueMicrotask(() => listener(state)); // its failure is its own
  }
}

// isFinal tells whether a refresh was refused for good: the token is no good (401), or there is none (400).
function isFinal({ status, code }: OcipeError): boolean {
  return (status === 401 && code === 'token_not_valid') || (status === 400 && code === 'invalid_input');
}

// userOf reads whose an access token, a JWT, is.
function userOf(access: string): unknown {
  const claims = access.split('.')[1] ?? '';
  return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))).sub;
}
