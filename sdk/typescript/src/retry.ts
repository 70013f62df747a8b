// Retries: which requests are sent again, when, and how long all that may take.
import { backoff, retryAfterOf, sleep, type Clock } from './backoff.js';
import { noLog, type LogEvent } from './log.js';
import { keyedOperations, longOperations, refreshOperation } from './operations.js';

/** Options of `createClient`: how often and how long a request is tried. */
export interface RetryOptions {
  /**
   * How often a request is repeated, after a network error or the status 408, 429, 502, 503 or 504, if that can't do something
   * twice: see the README. The default is 2; 0 means never.
   */
  retries?: number;
  /** How long a try may take, in milliseconds. The default is 30,000; 0 means no limit. Not for imports and exports. */
  tryTimeout?: number;
  /** How long a call may take with all its tries and waits, in milliseconds. The default is 90,000; 0 means no limit. Not for imports and exports. */
  timeout?: number;
  /**
   * How long to wait because the server asks for it in `Retry-After`, in milliseconds. The default is 8,000. If the server asks for
   * more, the call throws its error at once.
   */
  maxRetryAfter?: number;
  /** Is called with each try and each retry. An event has no tokens, cookies, other headers, queries or bodies. */
  log?: (event: LogEvent) => void;
}

/** A call: an operation and its arguments. */
export interface PlannedCall {
  readonly method: string;
  readonly path: string;
  readonly init: { readonly body?: unknown; readonly signal?: AbortSignal | null };
  /** The idempotency key, the same in all tries. */
  readonly key: string | undefined;
  /** When the call ends, in milliseconds since 1970. */
  readonly deadline: number;
}

/** The response to a request, with its body: `data` or `error`. */
export interface Result {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** A result with what its tries have shown. */
export interface TriedResult extends Result {
  /** Identifies the request in the server's log. */
  requestId: string | undefined;
  /** How often the request was sent. */
  tries: number;
  /** Whether one of the tries may have succeeded on the server although it failed. */
  uncertain: boolean;
}

/** Sends a request once. Calls `sent` when it begins to send. */
export type SendOnce = (signal: AbortSignal, sent: () => void) => Promise<Result>;

/** How long after its first try a refresh is repeated, in milliseconds: well within the server's grace period of 30 seconds. */
const refreshWindow = 5_000;

const transientStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

// The end of a try: a result, or the error of the network. `sent` is false if the request couldn't even be created.
type Outcome = { result: Result } | { thrown: unknown; sent: boolean };

/** Sends requests, and repeats them. */
export class Retries {
  readonly #clock: Clock;
  readonly #options: Required<RetryOptions>;

  constructor(clock: Clock, { retries = 2, tryTimeout = 30_000, timeout = 90_000, maxRetryAfter = 8_000, log = noLog }: RetryOptions) {
    this.#clock = clock;
    this.#options = { retries, tryTimeout, timeout, maxRetryAfter, log };
  }

  /** Returns the deadline of a call that begins now. */
  deadline(operation: string): number {
    const { timeout } = this.#options;
    return timeout > 0 && !longOperations.has(operation) ? this.#clock.now() + timeout : Infinity;
  }

  /** Sends a request until it succeeds or must not be repeated. Throws the error of the last try if it has no response. */
  async send(call: PlannedCall, once: SendOnce): Promise<TriedResult> {
    const { log, retries } = this.#options;
    const event = { method: call.method, path: call.path };
    const began = this.#clock.now();
    let uncertain = false;
    for (let tries = 1; ; tries++) {
      const start = this.#clock.now();
      const outcome = await this.#try(call, once);
      const facts = factsOf(outcome);
      notify(log, { level: 'debug', message: 'request', ...event, try: tries, ...facts, duration: this.#clock.now() - start });
      uncertain ||= isTransient(outcome) && !isUnhandled(outcome);
      const wait = tries <= retries ? this.#wait(call, outcome, tries) : undefined;
      const again = wait !== undefined && (!uncertain || isHarmless(call, this.#clock.now() + wait - began)); // nothing has happened, or it may happen twice
      if (!again) {
        if ('thrown' in outcome) throw outcome.thrown;
        return { ...outcome.result, requestId: requestIdOf(outcome.result.response), tries, uncertain };
      }
      notify(log, { level: 'warn', message: 'request failed, trying again', ...event, try: tries, ...facts, wait });
      await sleep(this.#clock, wait, call.init.signal);
    }
  }

  // Sends the request once, until the try or the call has taken too long, or the caller aborts it.
  async #try(call: PlannedCall, once: SendOnce): Promise<Outcome> {
    const { signal } = call.init;
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
    const { limit, message } = this.#limit(call);
    const timedOut = () => controller.abort(new DOMException(message, 'TimeoutError'));
    const stop = limit === Infinity ? () => {} : this.#clock.after(limit, timedOut);
    let sent = false;
    try {
      const result = once(controller.signal, () => (sent = true));
      return { result: await Promise.race([result, aborted(controller.signal)]) };
    } catch (error) {
      return { thrown: controller.signal.aborted ? controller.signal.reason : error, sent };
    } finally {
      stop();
      signal?.removeEventListener('abort', abort);
    }
  }

  // Returns how long the next try may take, in milliseconds, and the error if it takes longer.
  #limit({ method, path, deadline }: PlannedCall): { limit: number; message: string } {
    const { tryTimeout, timeout } = this.#options;
    const left = Math.max(0, deadline - this.#clock.now());
    const limit = tryTimeout > 0 && !longOperations.has(`${method} ${path}`) ? tryTimeout : Infinity;
    if (left < limit) return { limit: left, message: `The call took longer than ${timeout} ms.` };
    return { limit, message: `A try took longer than ${tryTimeout} ms.` };
  }

  // Returns how long to wait before another try, in milliseconds; undefined: it isn't possible, or wouldn't help.
  #wait(call: PlannedCall, outcome: Outcome, tries: number): number | undefined {
    if (call.init.signal?.aborted || isStream(call.init.body) || !isTransient(outcome)) return undefined;
    const now = this.#clock.now();
    const asked = 'result' in outcome ? 1000 * retryAfterOf(outcome.result.response.headers, now) : 0;
    const wait = asked + backoff(tries);
    return asked > this.#options.maxRetryAfter || now + wait >= call.deadline ? undefined : wait;
  }
}

// isHarmless reports whether the server may perform the request a second time, some milliseconds after the first one. A PATCH of the
// contract sets members to values, so it is like a PUT.
function isHarmless({ method, path }: PlannedCall, later: number): boolean {
  const operation = `${method} ${path}`;
  if (operation === refreshOperation) return later < refreshWindow;
  return method !== 'POST' || keyedOperations.has(operation);
}

// isTransient reports whether a retry may succeed.
function isTransient(outcome: Outcome): boolean {
  if ('result' in outcome) {
    const { response, error } = outcome.result;
    return transientStatuses.has(response.status) || codeOf(error) === 'idempotency_key_in_use'; // 409: an earlier try is still running
  }
  return outcome.sent && !(outcome.thrown instanceof SyntaxError) && !isCertificateError(outcome.thrown);
}

// isUnhandled reports whether the server surely hasn't performed the request. Its 503 with code unavailable doesn't say that: it may
// have lost the database while it committed.
function isUnhandled(outcome: Outcome): boolean {
  if ('thrown' in outcome) return isConnectError((outcome.thrown as { cause?: unknown } | undefined)?.cause);
  const { response, error } = outcome.result;
  return response.status === 429 || ['overloaded', 'request_timeout'].includes(String(codeOf(error)));
}

// isConnectError reports whether there was no connection to the server, as Node says in the cause of a TypeError. Browsers don't say.
function isConnectError(cause: unknown): boolean {
  const { code, syscall, errors } = (cause ?? {}) as { code?: unknown; syscall?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(isConnectError); // an address of each family
  return code === 'UND_ERR_CONNECT_TIMEOUT' || syscall === 'connect' || syscall === 'getaddrinfo';
}

// isCertificateError reports whether the server isn't the expected one, or doesn't use TLS: that doesn't change within seconds.
function isCertificateError(error: unknown): boolean {
  return /CERT|^ERR_(TLS|SSL)_|^UNABLE_TO_|^EPROTO$/.test(String(causeOf(error)));
}

// causeOf returns the code that Node gives the cause of an error.
function causeOf(error: unknown): unknown {
  return (error as { cause?: { code?: unknown } } | undefined)?.cause?.code;
}

/** Reports whether a body can be sent only once. */
export function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body instanceof ReadableStream || Symbol.asyncIterator in body);
}

/** Returns the member `code` of an error response. */
export function codeOf(problem: unknown): unknown {
  return (problem as { code?: unknown } | undefined)?.code;
}

function requestIdOf(response: Response): string | undefined {
  return response.headers.get('X-Request-Id') ?? undefined;
}

// factsOf returns what is logged of an outcome. The message of an error may quote the URL: it is left out.
function factsOf(outcome: Outcome): Pick<LogEvent, 'status' | 'code' | 'requestId' | 'error'> {
  if ('result' in outcome) {
    const { response, error } = outcome.result;
    const [code, requestId] = [codeOf(error), requestIdOf(response)];
    return { status: response.status, ...(typeof code === 'string' && { code }), ...(requestId !== undefined && { requestId }) };
  }
  const { name } = (outcome.thrown ?? {}) as { name?: unknown };
  return { error: [name, causeOf(outcome.thrown)].filter((part) => typeof part === 'string').join(' ') || 'unknown' };
}

// notify logs an event. An error in the program's function must not affect the call.
function notify(log: (event: LogEvent) => void, event: LogEvent): void {
  try {
    log(event);
  } catch {
    // the program's own
  }
}

// aborted returns a promise that rejects when the signal aborts: a fetch of the program may ignore it.
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });
}
