// The cookie with the refresh token. A browser stores it where scripts can't read it. For other programs, this file stores it.

/** Stores the refresh token of a program other than a browser. Protect it like a password. */
export interface RefreshTokenStore {
  /** Returns the latest token, set by this program or by another program that shares the store. */
  get(): string | undefined | Promise<string | undefined>;
  /** Stores a token. `undefined` means that the user is logged out. */
  set(token: string | undefined): void | Promise<void>;
}

/** Returns a store that lasts as long as the program runs. */
export function inMemory(): RefreshTokenStore {
  let token: string | undefined;
  return { get: () => token, set: (next) => void (token = next) };
}

/** Reports whether this is a browser. In a browser, scripts can't set the header `Cookie` (Fetch, forbidden request-header). */
export function isBrowser(): boolean {
  return !new Request('http://localhost/', { headers: { Cookie: 'a=b' } }).headers.has('Cookie');
}

/** The cookie `refresh_token`, managed by the browser or in a store. */
export class RefreshCookie {
  readonly #store: RefreshTokenStore | undefined;

  /** Without a store, the browser manages the cookie. */
  constructor(store: RefreshTokenStore | undefined) {
    this.#store = store;
  }

  /** Returns the options of a call that sends the cookie. */
  async init(): Promise<{ credentials: 'include'; headers: Record<string, string> }> {
    const token = await this.#store?.get();
    return { credentials: 'include', headers: token ? { Cookie: `refresh_token=${token}` } : {} };
  }

  /** Stores the cookie that a response sets. */
  async keep(response: Response): Promise<void> {
    if (!this.#store) return;
    for (const cookie of response.headers.getSetCookie()) {
      const value = /^refresh_token=([^;]*)/.exec(cookie)?.[1];
      if (value !== undefined) await this.#store.set(value || undefined);
    }
  }
}
