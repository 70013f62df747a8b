// The client: typed calls for every path of the contract. It adds the access token and throws error responses.
import createHttp, { type Client as Http, type FetchResponse, type ParamsOption, type RequestBodyOption } from 'openapi-fetch';
import { inMemory, isBrowser, RefreshCookie, type RefreshTokenStore } from './cookie.js';
import { orThrow } from './errors.js';
import { pagesOf, type Pages } from './pages.js';
import { publicOperations, type components, type paths } from './schema.generated.js';
import { Session } from './session.js';

/** The options of `createClient`. */
export interface ClientOptions {
  /** The URL of the server, such as `https://cook.example.org`. In a browser, `''` is the origin of the page. */
  baseUrl: string;
  /** Sends the requests. The default is the platform's `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /** Where a program stores its refresh token. The default is in memory. Not used in browsers: they store it themselves. */
  refreshTokenStore?: RefreshTokenStore;
}

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The paths that support a method. */
export type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];

/** The arguments of a call: parameters and body as in the contract, and the other options of `fetch`. */
export type CallInit<Operation> = ParamsOption<Operation> & RequestBodyOption<Operation>
  & { headers?: Record<string, string> } & Omit<RequestInit, 'method' | 'headers' | 'body'>;

/** The result of a call: the parsed body and the response. */
export type Answer<Operation extends Record<string | number, any>> =
  Pick<Extract<FetchResponse<Operation, {}, `${string}/${string}`>, { data: unknown }>, 'data' | 'response'>;

/** Calls an operation. Throws an OcipeError for an error response, and the TypeError of `fetch` if there is no response. */
export type Call<M extends Method> = <P extends PathsWith<M>>(
  path: P, ...init: {} extends CallInit<paths[P][M]> ? [init?: CallInit<paths[P][M]>] : [init: CallInit<paths[P][M]>]
) => Promise<Answer<paths[P][M] & {}>>;

/** A client for one server. It throws error responses as an OcipeError. */
export interface Client {
  /** Reads. */
  GET: Call<'get'>;
  /** Replaces. An omitted member gets its default. */
  PUT: Call<'put'>;
  /** Adds, or performs the action that the path names. */
  POST: Call<'post'>;
  /** Changes the given members only. */
  PATCH: Call<'patch'>;
  /** Deletes. */
  DELETE: Call<'delete'>;
  /** Iterates over the entries of a list. Fetches one page at a time, with `limit` entries; the default is 100. */
  pages: Pages;
  /** Creates an account. If the name is taken, throws an OcipeError with the code `username_taken`. Doesn't log in. */
  register(username: string, password: string): Promise<void>;
  /** Logs in. If the name or password is wrong, throws an OcipeError with the code `no_active_account`. If it throws, nothing has changed. */
  login(username: string, password: string): Promise<void>;
  /** Logs out, in all tabs. If it throws, the user is still logged in: try again. */
  logout(): Promise<void>;
  /** Returns everything that the account holds as a file. If the last login is too old, throws an OcipeError with the code `reauthentication_required`. */
  exportAccount(): Promise<Blob>;
  /** Adds everything in a file of `exportAccount` to the account. If it throws, nothing was added. */
  importAccount(file: Blob): Promise<components['schemas']['ImportedCounts']>;
  /** Whether a user is logged in, and when that changes. */
  session: Pick<Session, 'state' | 'onChange' | 'restore'>;
}

/** Creates a client. Sends no request. In a browser, create one for the whole page. Throws a TypeError if `baseUrl` isn't a URL. */
export function createClient({ baseUrl, fetch, refreshTokenStore }: ClientOptions): Client {
  const send = fetch ?? ((request: Request) => globalThis.fetch(request));
  const http: Http<paths> = createHttp<paths>({ baseUrl, fetch: send });
  const browser = isBrowser();
  const origin = originOf(baseUrl, browser ? location.href : undefined);
  const cookie = new RefreshCookie(browser ? undefined : refreshTokenStore ?? inMemory());
  const session = new Session(http, cookie, browser ? origin : undefined);

  // Creates a new request each time, because a body can be sent only once.
  const attempt = (method: string, path: string, init: object, token?: string) => untyped(http)(method, path, {
    ...init,
    fetch(request: Request) {
      if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
      return send(request);
    },
  });

  async function call(method: string, path: string, init: object = {}) {
    if (publicOperations.has(`${method} ${path}`)) return orThrow(await attempt(method, path, init));
    const used = await session.token();
    const result = await attempt(method, path, init, used.access);
    if (result.response.status !== 401) return orThrow(result);
    const access = await session.renew(used);
    return orThrow(access === undefined ? result : await attempt(method, path, init, access));
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
      orThrow(await http.POST('/api/user/register/', { body: { username, password } }));
    },
    login: (username, password) => session.login(username, password),
    logout: () => session.logout(),
    exportAccount: async () => (await call('GET', '/api/user/export/', { parseAs: 'blob' }) as { data: Blob }).data,
    async importAccount(file) {
      const init = { body: file, bodySerializer: (body: Blob) => body, headers: { 'Content-Type': 'application/json' } };
      return (await call('POST', '/api/user/import/', init) as { data: components['schemas']['ImportedCounts'] }).data;
    },
    session,
  };
}

// originOf returns the origin of the server.
function originOf(baseUrl: string, page: string | undefined): string {
  try {
    const { origin, protocol } = new URL(baseUrl, page);
    if (/^https?:$/.test(protocol)) return origin;
  } catch {
    // handled below
  }
  throw new TypeError(`baseUrl is ${JSON.stringify(baseUrl)}; give the server's address, as in https://cook.example.org`);
}

// untyped returns the request function of a client without its types: the call has checked them.
function untyped(http: Http<paths>) {
  type Result = { data?: unknown; error?: unknown; response: Response };
  return http.request as unknown as (method: string, path: string, init: object) => Promise<Result>;
}
