// Login, refresh and logout. The access token is only in memory. The refresh token is in a cookie. The server replaces it with every
// refresh, but accepts concurrent refreshes and repeats lost responses. Only an error response of the server itself ends a session;
// network errors never do.
import type { RefreshCookie } from './cookie.js';
import { errorOf, type OcipeError, orThrow } from './errors.js';
import type { TriedResult } from './retry.js';
import { type TabMessage, Tabs } from './tabs.js';

/** Whether a user is logged in. It is `unknown` after a start or a reload, until the server has responded. */
export type SessionState = 'unknown' | 'signed-in' | 'signed-out';

/** The access token for a call, if there is one, and its epoch: every login and logout begins a new epoch. */
export interface CallToken {
  readonly access: string | undefined;
  readonly epoch: number;
}

/** Calls a `POST` operation without an access token. */
export type Post = (path: string, init: object) => Promise<TriedResult>;

/** How long to wait for a refresh, in milliseconds. The server never takes that long. Other tabs wait meanwhile. */
const refreshTimeout = 30_000;

/** The session of an app with a server. */
export class Session {
  readonly #post: Post;
  readonly #cookie: RefreshCookie;
  readonly #tabs: Tabs;
  readonly #listeners = new Set<(state: SessionState) => void>();
  #state: SessionState = 'unknown';
  #access: string | undefined;
  #epoch = 0;
  #refreshing: Promise<void> | undefined;

  /** `origin` is the origin of the server if tabs share its cookie, otherwise undefined. */
  constructor(post: Post, cookie: RefreshCookie, origin: string | undefined) {
    this.#post = post;
    this.#cookie = cookie;
    this.#tabs = new Tabs(origin, (message) => this.#receive(message));
  }

  /** Whether a user is logged in. The client doesn't ask the server. */
  get state(): SessionState {
    return this.#state;
  }

  /**
   * Calls the listener when the state changes, and after every login: a second `signed-in` may mean that another user has logged in
   * in another tab. Returns a function that removes the listener.
   */
  onChange(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Asks the server whether a user is logged in. If it throws, nothing has changed. */
  async restore(): Promise<SessionState> {
    if (this.#state !== 'signed-in') await this.#refreshOnce({ access: undefined, epoch: this.#epoch });
    return this.#state;
  }

  /** Logs in. If it throws, nothing has changed. */
  async login(username: string, password: string): Promise<void> {
    await this.#tabs.exclusively(async () => { // the response of a concurrent refresh could overwrite the new cookie
      const body = { username, password };
      const { data, response } = orThrow(await this.#post('/api/user/token/', { credentials: 'include', body }));
      await this.#cookie.keep(response);
      const access = accessOf(data);
      this.#begin(access);
      this.#tabs.send({ event: 'login', access });
    });
  }

  /** Logs out in all tabs. If it throws, the user is still logged in: try again. */
  async logout(): Promise<void> {
    const { response } = orThrow(await this.#post('/api/user/logout/', await this.#cookie.init()));
    this.#end(); // the result of a refresh in progress is discarded: it belongs to the previous epoch
    this.#tabs.send({ event: 'logout' });
    await this.#cookie.keep(response);
  }

  /** Returns the token for a call. After a start or a reload, it refreshes first, so that the call doesn't fail with 401. */
  async token(): Promise<CallToken> {
    if (this.#state === 'unknown') await this.restore();
    return { access: this.#access, epoch: this.#epoch };
  }

  /**
   * Returns another access token after a call failed with 401. Returns undefined if the call must not be repeated, because nobody is
   * logged in, or because somebody, perhaps another user, has logged in meanwhile. Throws if the refresh fails without ending the session.
   */
  async renew(used: CallToken): Promise<string | undefined> {
    if (used.access !== undefined && this.#isCurrent(used)) await this.#refreshOnce(used);
    return used.epoch === this.#epoch ? this.#access : undefined;
  }

  /** Uses another access token of the same session in all tabs, unless there was a login or logout since that epoch. */
  adopt(access: string, epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#continue(access);
    this.#tabs.send({ event: 'refresh', access });
  }

  /** Forgets the session in all tabs after the account was deleted. The response deletes the cookie. */
  async forget(response: Response): Promise<void> {
    this.#end();
    this.#tabs.send({ event: 'logout' });
    await this.#cookie.keep(response);
  }

  #isCurrent(used: CallToken): boolean {
    return used.access === this.#access && used.epoch === this.#epoch;
  }

  // All concurrent calls share one refresh. It is skipped if another tab has refreshed meanwhile.
  #refreshOnce(used: CallToken): Promise<void> {
    const refresh = async () => (this.#isCurrent(used) ? this.#refresh(used) : undefined);
    this.#refreshing ??= this.#tabs.exclusively(refresh).finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #refresh({ epoch }: CallToken): Promise<void> {
    const init = { ...(await this.#cookie.init()), signal: AbortSignal.timeout(refreshTimeout) };
    const result = await this.#post('/api/user/token/refresh/', init);
    if (epoch !== this.#epoch) return; // the user has logged out meanwhile: discard the token and the cookie
    if (result.data) {
      const access = accessOf(result.data);
      this.#continue(access);
      this.#tabs.send({ event: 'refresh', access });
    } else {
      const error = errorOf(result);
      if (!endsSession(error)) throw error;
      this.#end();
      this.#tabs.send({ event: 'logout' });
    }
    await this.#cookie.keep(result.response);
  }

  #receive(message: TabMessage): void {
    if (message.event === 'login') this.#begin(message.access);
    else if (this.#state === 'signed-out') return; // a refresh in a tab that hasn't received the logout yet
    else if (message.event === 'refresh') this.#continue(message.access);
    else this.#end();
  }

  #begin(access: string): void {
    this.#epoch++;
    this.#access = access;
    this.#setState('signed-in');
  }

  #continue(access: string): void {
    // Another user has logged in, in a tab or program that sent no message to this one. The cookie belongs to that user.
    if (this.#access !== undefined && userOf(access) !== userOf(this.#access)) return this.#begin(access);
    this.#access = access;
    if (this.#state !== 'signed-in') this.#setState('signed-in');
  }

  #end(): void {
    this.#epoch++;
    this.#access = undefined;
    if (this.#state !== 'signed-out') this.#setState('signed-out');
  }

  #setState(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) queueMicrotask(() => listener(state)); // an error in one listener must not affect the others
  }
}

// endsSession reports whether the error of a refresh ends the session: the token is invalid (401) or missing (400).
function endsSession({ status, code }: OcipeError): boolean {
  return (status === 401 && code === 'token_not_valid') || (status === 400 && code === 'invalid_input');
}

// accessOf returns the access token in the body of a response.
function accessOf(data: unknown): string {
  return (data as { access: string }).access;
}

// userOf returns the user of an access token, a JWT.
function userOf(access: string): unknown {
  const claims = access.split('.')[1] ?? '';
  return JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))).sub;
}
