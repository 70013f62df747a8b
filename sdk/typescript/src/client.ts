// The client: every path of the contract, typed, with the session's token, and refusals thrown.
import createHttp, { type Client as Http, type FetchResponse, type ParamsOption, type RequestBodyOption } from 'openapi-fetch';
import { inMemory, isBrowser, RefreshCookie, type RefreshTokenStore } from './cookie.js';
import { accepted } from './errors.js';
import { pagesOf, type Pages } from './pages.js';
import { open, type paths } from './schema.generated.js';
import { Session } from './session.js';

/** How to reach a server. */
export interface ClientOptions {
  /** Where the server is, as `https://cook.example.org`; in a browser `''` is the page's own origin. */
  baseUrl: string;
  /** Sends the requests; the platform's `fetch` unless given. */
  fetch?: (request: Request) => Promise<Response>;
  /** Where a program keeps its refresh token; in memory unless given. Browsers keep it themselves, and don't ask. */
  refreshTokenStore?: RefreshTokenStore;
}

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The paths that have a method. */
export type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];

/** What a call is given: parameters and body as the contract wants them, and what `fetch` takes besides. */
export type CallInit<Operation> = ParamsOption<Operation> & RequestBodyOption<Operation>
  & { headers?: Record<string, string> } & Omit<RequestInit, 'method' | 'headers' | 'body'>;

/** What a call answers: the body, read, and the answer that it came in. */
export type Answer<Operation extends Record<string | number, any>> =
  Pick<Extract<FetchResponse<Operation, {}, `${string}/${string}`>, { data: unknown }>, 'data' | 'response'>;

/** Calls an operation. Throws an OcipeError if it is refused, and what `fetch` throws if the server isn't reached. */
export type Call<M extends Method> = <P extends PathsWith<M>>(
  path: P, ...init: {} extends CallInit<paths[P][M]> ? [init?: CallInit<paths[P][M]>] : [init: CallInit<paths[P][M]>]
) => Promise<Answer<paths[P][M] & {}>>;

/** A client of a server. Whatever is refused is thrown as an OcipeError. */
export interface Client {
  /** Reads. */
  GET: Call<'get'>;
  /** Replaces: what is left out gets its default. */
  PUT: Call<'put'>;
  /** Adds, or does what the path says. */
  POST: Call<'post'>;
  /** Changes what is given. */
  PATCH: Call<'patch'>;
  /** Deletes. */
  DELETE: Call<'delete'>;
  /** Goes through a list, entry by entry, fetching page after page: 100 entries each unless `limit` is given. */
  pages: Pages;
  /** Makes an account; a name that somebody has is refused with `username_taken`. Doesn't log in. */
  register(username: string, password: string): Promise<void>;
  /** Logs in; with a wrong name or password refused with `no_active_account`. Failing changes nothing. */
  login(username: string, password: string): Promise<void>;
  /** Logs out, in all tabs. If it fails, one is still logged in: try again. */
  logout(): Promise<void>;
  /** Whether somebody is logged in, and when that changes. */
  session: Pick<Session, 'state' | 'onChange' | 'restore'>;
}

/** Makes a client; nothing is sent yet. In a browser make one for the whole page. Throws a TypeError if `baseUrl` is no address. */
export function createClient({ baseUrl, fetch, refreshTokenStore }: ClientOptions): Client {
  const send = fetch ?? ((request: Request) => globalThis.fetch(request));
  const http: Http<paths> = createHttp<paths>({ baseUrl, fetch: send });
  const browser = isBrowser();
  const address = addressOf(baseUrl, browser ? location.href : undefined);
  const cookie = new RefreshCookie(browser ? undefined : refreshTokenStore ?? inMemory());
  const session = new Session(http, cookie, browser ? address : undefined);

  // The request is made anew each time, since a body can be sent only once.
  const attempt = (method: string, path: string, init: object, token?: string) => untyped(http)(method, path, {
    ...init,
    fetch(request: Request) {
      if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
      return send(request);
    },
  });

  async function call(method: string, path: string, init: object = {}) {
    if (open.has(`${method} ${path}`)) return accepted(await attempt(method, path, init));
    const lease = await session.lease();
    const answer = await attempt(method, path, init, lease.token);
    if (answer.response.status !== 401) return accepted(answer);
    const token = await session.renew(lease);
    return accepted(token === undefined ? answer : await attempt(method, path, init, token));
  }

  const typed = (method: string) => ((path: string, init?: object) => call(method, path, init)) as unknown;
  const GET = typed('GET') as Call<'get'>;
  return {
    GET,
    PUT: typed('PUT') as Call<'put'>,
    POST: typed('POST') as Call<'post'>,
    PATCH: typed('PATCH') as Call<'patch'>,
    DELETE: typed('DELETE') as Call<'delete'>,
    pages: pagesOf(GET),
    async register(username, password) {
      accepted(await http.POST('/api/user/register/', { body: { username, password } }));
    },
    login: (username, password) => session.login(username, password),
    logout: () => session.logout(),
    session,
  };
}

// addressOf is the origin of the server.
function addressOf(baseUrl: string, page: string | undefined): string {
  try {
    const { origin, protocol } = new URL(baseUrl, page);
    if (/^https?:$/.test(protocol)) return origin;
  } catch {
    // what is said below
  }
  throw new TypeError(`baseUrl is ${JSON.stringify(baseUrl)}; give the server's address, as in https://cook.example.org`);
}

// untyped is how a client calls what was typed at the call.
function untyped(http: Http<paths>) {
  type Result = { data?: unknown; error?: unknown; response: Response };
  return http.request as unknown as (method: string, path: string, init: object) => Promise<Result>;
}
