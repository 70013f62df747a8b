// The refresh token's cookie. A browser keeps it, where no script can read it; elsewhere this file does.

/** Where a program other than a browser keeps the refresh token, which is as good as a password. */
export interface RefreshTokenStore {
  /** The token that was set last, by this program or by one that shares the store. */
  get(): string | undefined | Promise<string | undefined>;
  /** Keeps a token, or undefined: then nobody is logged in any more. */
  set(token: string | undefined): void | Promise<void>;
}

/** A store that forgets when the program ends. */
export function inMemory(): RefreshTokenStore {
  let token: string | undefined;
  return { get: () => token, set: (next) => void (token = next) };
}

/** Whether this is a browser: there `Cookie` is a header that scripts can't set (Fetch, forbidden request-header). */
export function isBrowser(): boolean {
  return !new Request('http://localhost/', { headers: { Cookie: 'a=b' } }).headers.has('Cookie');
}

/** The cookie `refresh_token`, sent and kept by a browser or with the help of a store. */
export class RefreshCookie {
  readonly #store: RefreshTokenStore | undefined;

  /** Without a store it is the browser's. */
  constructor(store: RefreshTokenStore | undefined) {
    this.#store = store;
  }

  /** What a call needs in order to carry the cookie. */
  async init(): Promise<{ credentials: 'include'; headers: Record<string, string> }> {
    const token = await this.#store?.get();
    return { credentials: 'include', headers: token ? { Cookie: `refresh_token=${token}` } : {} };
  }

  /** Keeps what an answer sets. */
  async keep(response: Response): Promise<void> {
    if (!this.#store) return;
    for (const cookie of response.headers.getSetCookie()) {
      const value = /^refresh_token=([^;]*)/.exec(cookie)?.[1];
      if (value !== undefined) await this.#store.set(value || undefined);
    }
  }
}
