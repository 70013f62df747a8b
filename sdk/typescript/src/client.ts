// The client: typed calls for every path of the contract. It adds the access token and throws error responses.
import createHttp, { type Client as Http, type FetchResponse, type ParamsOption, type RequestBodyOption } from 'openapi-fetch';
import { unlessAborted } from './abort.js';
import { clock as platformClock, type Clock } from './backoff.js';
import { inMemory, isBrowser, RefreshCookie, type RefreshTokenStore } from './cookie.js';
import { isForeign, orThrow } from './errors.js';
import { keyedOperations, newKey } from './operations.js';
import { pagesOf, type Pages } from './pages.js';
import { codeOf, isStream, Retries, type PlannedCall, type Result, type RetryOptions, type TriedResult } from './retry.js';
import { publicOperations, type components, type paths } from './schema.generated.js';
import { Session } from './session.js';

/** The options of `createClient`. */
export interface ClientOptions extends RetryOptions {
  /** The URL of the server, such as `https://cook.example.org`. In a browser, `''` is the origin of the page. */
  baseUrl: string;
  /** Sends the requests. The default is the platform's `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
  /**
   * Asks the user for the password when a call needs a recent login. The client reauthenticates with the password and repeats the call.
   * If the function returns undefined, or is missing, the call throws an OcipeError with the code `reauthentication_required`.
   */
  askPassword?: () => Promise<string | undefined>;
  /** Stores the refresh token of a program. The default is in memory. Not used in browsers, because they store the cookie themselves. */
  refreshTokenStore?: RefreshTokenStore;
  /**
   * An API token for a script. The client sends it with every call and has no session. A call throws an OcipeError with the code
   * `insufficient_scope` if the token lacks the required scope, and with the code `token_not_valid` if the token has expired or was
   * revoked.
   */
  apiToken?: string;
}

type Method = 'get' | 'put' | 'post' | 'patch' | 'delete';

/** The paths that support a method. */
export type PathsWith<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];

/** The arguments of a call: parameters and body as in the contract, and the other options of `fetch`. */
export type CallInit<Operation> = ParamsOption<Operation> & RequestBodyOption<Operation>
  & { headers?: Record<string, string> } & Omit<RequestInit, 'method' | 'headers' | 'body'>;

/** The result of a call: the parsed body, the response, the request id in the server's log, and how often the request was sent. */
export type Answer<Operation extends Record<string | number, any>> =
  Pick<Extract<FetchResponse<Operation, {}, `${string}/${string}`>, { data: unknown }>, 'data' | 'response'>
  & Pick<TriedResult, 'requestId' | 'tries'>;

/**
 * Calls an operation. Throws an OcipeError for an error response, and for a response that isn't from an Ocipe server. If there is no
 * response, throws the TypeError of `fetch`, or a DOMException with the name `TimeoutError`.
 */
export type Call<M extends Method> = <P extends PathsWith<M>>(
  path: P, ...init: {} extends CallInit<paths[P][M]> ? [init?: CallInit<paths[P][M]>] : [init: CallInit<paths[P][M]>]
) => Promise<Answer<paths[P][M] & {}>>;

/** A client for one server. It throws error responses as an OcipeError. */
export interface Client {
  /** Reads a resource or a list. */
  GET: Call<'get'>;
  /** Replaces a resource. Omitted members get their defaults. */
  PUT: Call<'put'>;
  /** Adds something, or performs the action that the path names. */
  POST: Call<'post'>;
  /** Changes only the given members. */
  PATCH: Call<'patch'>;
  /** Deletes a resource or a list. */
  DELETE: Call<'delete'>;
  /** Iterates over the entries of a list. Fetches one page at a time, with `limit` entries; the default is 100. */
  pages: Pages;
  /** Creates an account. If the name is taken, throws an OcipeError with the code `username_taken`. Doesn't log in. */
  register(username: string, password: string): Promise<void>;
  /** Logs in. If the name or password is wrong, throws an OcipeError with the code `no_active_account`. If it throws, nothing has changed. */
  login(username: string, password: string): Promise<void>;
  /** Logs out, in all tabs. If it throws, the user is still logged in: try again. */
  logout(): Promise<void>;
  /**
   * Confirms the password, so that the login counts as recent for the calls that need a recent login. If the password is wrong, throws
   * an OcipeError with the code `no_active_account`.
   */
  reauthenticate(password: string): Promise<void>;
  /** Returns a file with the whole content of the account. If the last login is too old, throws an OcipeError with the code `reauthentication_required`. */
  exportAccount(): Promise<Blob>;
  /** Adds the content of a file of `exportAccount` to the account. If it throws, nothing was added. */
  importAccount(file: Blob): Promise<components['schemas']['ImportedCounts']>;
  /** Tells whether a user is logged in, and when that changes. */
  session: Pick<Session, 'state' | 'onChange' | 'restore'>;
}

/** Creates a client. Sends no request. In a browser, create only one per page. Throws a TypeError if `baseUrl` isn't the URL of a server. */
export function createClient(options: ClientOptions): Client {
  return createClientWith(platformClock, options);
}

/** Creates a client with another clock, for tests. */
export function createClientWith(clock: Clock, { baseUrl, fetch, refreshTokenStore, askPassword, apiToken, ...policy }: ClientOptions): Client {
  const send = fetch ?? ((request: Request) => globalThis.fetch(request));
  const browser = isBrowser();
  const origin = originOf(baseUrl, browser ? location.href : undefined);
  const http: Http<paths> = createHttp<paths>({ baseUrl, fetch: send });
  const retries = new Retries(clock, policy);
  const cookie = new RefreshCookie(browser ? undefined : refreshTokenStore ?? inMemory());
  const session = new Session(post, cookie, browser ? origin : undefined);

  // Begins a call. All its requests have the same idempotency key.
  function plan(method: string, path: string, init: object = {}): PlannedCall {
    const operation = `${method} ${path}`;
    const key = keyedOperations.has(operation) ? newKey() : undefined;
    return { method, path, init, key, deadline: retries.deadline(operation) };
  }

  // Sends a request, and repeats it if necessary. Each try has a new request, because a body can be sent only once.
  function attempt(call: PlannedCall, token?: string): Promise<TriedResult> {
    return retries.send(call, async (signal, sent) => {
      let foreign: Response | undefined;
      const result = await untyped(http)(call.method, call.path, {
        ...call.init,
        signal,
        async fetch(request: Request) {
          if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
          if (call.key !== undefined && !request.headers.has('Idempotency-Key')) request.headers.set('Idempotency-Key', call.key);
          sent();
          const response = await send(request);
          if (!isForeign(request, response)) return response;
          foreign = response;
          response.body?.cancel().catch(() => {}); // nobody reads it
          return Response.error(); // so that the body isn't parsed
        },
      });
      return foreign ? { response: foreign, foreign: true } : result;
    });
  }

  // Calls an operation without an access token.
  function post(path: string, init: object): Promise<TriedResult> {
    return attempt(plan('POST', path, init));
  }

  async function call(method: string, path: string, init?: object) {
    const planned = plan(method, path, init);
    if (publicOperations.has(`${method} ${path}`)) return orThrow(await attempt(planned));
    if (apiToken !== undefined) return orThrow(await attempt(planned, apiToken));
    const deletes = method === 'DELETE' && path === '/api/user/me/';
    return unlessAborted(planned.init.signal, async () => (deletes ? deleteAccount(init) : orThrow(await reauthenticated(planned))));
  }

  // Makes a call. If its access token is rejected, renews the token and repeats the call once.
  async function renewed(call: PlannedCall) {
    const used = await session.token();
    const result = await attempt(call, used.access);
    if (result.response.status !== 401 || isAboutPassword(result.error) || isStream(call.init.body)) return result;
    const access = await session.renew(used);
    return access === undefined ? result : attempt(call, access);
  }

  // Makes a call. If it needs a recent login, asks for the password and repeats the call once.
  async function reauthenticated(call: PlannedCall) {
    const result = await renewed(call);
    if (codeOf(result.error) !== 'reauthentication_required' || isStream(call.init.body)) return result;
    const password = await askPassword?.();
    if (password === undefined) return result;
    await reauthenticate(password);
    return renewed({ ...call, deadline: retries.deadline(`${call.method} ${call.path}`) }); // the time that the user takes doesn't count
  }

  async function reauthenticate(password: string) {
    const { epoch } = await session.token();
    const result = await renewed(plan('POST', '/api/user/reauthenticate/', { body: { password } }));
    orThrow(result);
    session.adopt((result.data as { access: string }).access, epoch);
  }

  async function deleteAccount(init?: object) {
    const result = await reauthenticated(plan('DELETE', '/api/user/me/', { ...init, credentials: 'include' }));
    orThrow(result);
    await session.forget(result.response);
    return result;
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
      orThrow(await post('/api/user/register/', { body: { username, password } }));
    },
    login: (username, password) => session.login(username, password),
    logout: () => session.logout(),
    reauthenticate,
    exportAccount: async () => (await call('GET', '/api/user/export/', { parseAs: 'blob' }) as { data: Blob }).data,
    async importAccount(file) {
      const init = { body: file, bodySerializer: (body: Blob) => body, headers: { 'Content-Type': 'application/json' } };
      return (await call('POST', '/api/user/import/', init) as { data: components['schemas']['ImportedCounts'] }).data;
    },
    session,
  };
}

// isAboutPassword reports whether a 401 is about the password: another access token wouldn't help.
function isAboutPassword(problem: unknown): boolean {
  return ['reauthentication_required', 'no_active_account'].includes(String(codeOf(problem)));
}

// originOf returns the origin of the server. A query or fragment would end up in front of the paths, and fetch can't send a password.
function originOf(baseUrl: string, page: string | undefined): string {
  try {
    const { origin, protocol } = new URL(baseUrl, page);
    if (/^https?:$/.test(protocol) && !/[?#]|\/\/[^/]*@/.test(baseUrl)) return origin;
  } catch {
    // handled below
  }
  const shown = JSON.stringify(String(baseUrl).replace(/\/\/.*@/, '//')); // without a password
  throw new TypeError(`baseUrl is ${shown}; give the server's address, as in https://cook.example.org`);
}

// untyped returns the request function of a client without its types: the call has checked them.
function untyped(http: Http<paths>) {
  return http.request as unknown as (method: string, path: string, init: object) => Promise<Result>;
}
