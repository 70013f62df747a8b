// Error responses of the server.
import { retryAfterOf } from './backoff.js';
import type { TriedResult } from './retry.js';
import type { components } from './schema.generated.js';

type Schemas = components['schemas'];

/** The code of an error, for programs. The contract describes each code. */
export type ProblemCode = Schemas['ProblemCode'];

/** An error in the input: the member, the code for programs, and the detail for people. */
export type FieldError = Schemas['FieldError'];

/**
 * An error response of the server, or a response of a proxy or another server. If there is no response at all, a call throws the
 * TypeError of `fetch` instead.
 */
export class OcipeError extends Error {
  override readonly name = 'OcipeError';
  /** The status of the response. It may be a success if another server has responded. */
  readonly status: number;
  /** The code of the error. `undefined` if the response isn't from an Ocipe server but, for example, from a proxy. */
  readonly code: ProblemCode | undefined;
  /** The reason as a sentence for people. */
  readonly detail: string;
  /** All errors in the input; empty for other errors. */
  readonly errors: readonly FieldError[];
  /** Identifies the request in the server's log. Include it when you report a bug. */
  readonly requestId: string | undefined;
  /** How long to wait before repeating the call, in seconds. `undefined` if the server didn't say. */
  readonly retryAfter: number | undefined;

  /** How often the request was sent. */
  readonly tries: number;
  /** Whether one of the tries may have succeeded on the server although it failed. */
  readonly uncertain: boolean;

  /** Creates the error of a response. `body` is the parsed JSON, or a text. */
  constructor(response: Response, body: unknown, tries = 1, uncertain = false) {
    const problem = isProblem(body) ? body : undefined;
    const detail = problem?.detail ?? messageFor(response);
    const errors = problem?.errors ?? [];
    super(errors.length > 0 ? errors.map(({ field, detail }) => `${field}: ${detail}`).join(' ') : detail);
    this.status = response.status;
    this.code = problem?.code;
    this.detail = detail;
    this.errors = errors;
    this.requestId = response.headers.get('X-Request-Id') ?? undefined;
    this.retryAfter = retryAfterOf(response.headers, Date.now()) || undefined;
    this.tries = tries;
    this.uncertain = uncertain;
  }
}

/** Returns the error of a result. */
export function errorOf({ response, error, tries, uncertain }: TriedResult): OcipeError {
  return new OcipeError(response, error, tries, uncertain);
}

/** Returns the result if the call succeeded; otherwise throws an OcipeError. */
export function orThrow(result: TriedResult): TriedResult {
  if (!result.response.ok || result.foreign) throw errorOf(result);
  return result;
}

/**
 * Reports whether a response must not count as an answer of the server: a success of a proxy or a login page, or any response after a
 * redirect to another origin, because fetch sends neither the access token nor the cookie there.
 */
export function isForeign(request: Request, response: Response): boolean {
  if (response.redirected && new URL(response.url).origin !== new URL(request.url).origin) return true;
  return response.ok && !isFromServer(response);
}

function isFromServer({ headers }: Response): boolean {
  return headers.has('API-Version');
}

// messageFor returns the message of a response that isn't a problem, with what to do about it.
function messageFor(response: Response): string {
  const status = `The response is ${response.status} ${response.statusText}`.trimEnd() + '.';
  if (!isFromServer(response)) return `${status} It isn't from an Ocipe server: check baseUrl and any proxy in front of the server.`;
  if (!response.redirected) return status;
  return `${status} The call was redirected to ${new URL(response.url).origin}: use the address to which the server redirects as baseUrl.`;
}

function isProblem(body: unknown): body is Schemas['Problem'] {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
