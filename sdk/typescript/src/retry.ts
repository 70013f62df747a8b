// Retries: which requests are sent again, when, and how long a call may take.
import { onAbort } from './abort.js';
import { backoff, retryAfterOf, sleep, type Clock } from './backoff.js';
import { noLog, type LogEvent } from './log.js';
import { keyedOperations, longOperations, refreshOperation } from './operations.js';

/** Options of `createClient`: how often and how long a request is tried. */
export interface RetryOptions {
  /**
   * How often a request may be repeated after a network error or the status 408, 429, 502, 503 or 504. It is repeated only if that can't
   * perform an operation twice: see the README. The default is 2; 0 means never.
   */
  retries?: number;
  /** How long a try may take, in milliseconds. The default is 30,000; 0 means no limit. Doesn't apply to imports and exports. */
  tryTimeout?: number;
  /** How long a call may take with all its tries and waits, in milliseconds. The default is 90,000; 0 means no limit. Doesn't apply to imports and exports. */
  timeout?: number;
  /**
   * The maximum `Retry-After` that the client waits for, in milliseconds. The default is 8,000. If the server asks for more, the call
   * throws its error at once.
   */
  maxRetryAfter?: number;
  /** Logs an event. The client calls it for each try and each retry. An event has no tokens, cookies, other headers, queries or bodies. */
  log?: (event: LogEvent) => void;
}

/** A call: an operation and its arguments. */
export interface PlannedCall {
  readonly method: string;
  readonly path: string;
  readonly init: { readonly body?: unknown; readonly signal?: AbortSignal | null };
  /** The idempotency key, the same in all tries. */
  readonly key: string | undefined;
  /** When the call must end, in milliseconds since 1970. */
  readonly deadline: number;
}

/** The response to a request, with its body: `data` or `error`. */
export interface Result {
  data?: unknown;
  error?: unknown;
  response: Response;
  /** Whether another server has responded. The body wasn't read then. */
  foreign?: boolean;
}

/** A result with details about its tries. */
export interface TriedResult extends Result {
  /** Identifies the request in the server's log. */
  requestId: string | undefined;
  /** How often the request was sent. */
  tries: number;
  /** Whether one of the tries may have succeeded on the server although it failed. */
  uncertain: boolean;
}

/** Sends a request once. Calls `sent` just before it sends. */
export type SendOnce = (signal: AbortSignal, sent: () => void) => Promise<Result>;

/** How long after its first try a refresh may be repeated, in milliseconds. The server's grace period is 30 seconds by default. */
const refreshWindow = 5_000;

const transientStatuses: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

// The outcome of a try: a result, or an error. `sent` is false if the request couldn't be created.
type Outcome = { result: Result } | { thrown: unknown; sent: boolean };

/** Sends requests, and repeats them if necessary. */
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
      const again = wait !== undefined && (!uncertain || isHarmless(call, this.#clock.now() + wait - began)); // no try has succeeded on the server, or a second success is harmless
      if (!again) {
        if ('thrown' in outcome) throw outcome.thrown;
        return { ...outcome.result, requestId: requestIdOf(outcome.result.response), tries, uncertain };
      }
      notify(log, { level: 'warn', message: 'request failed, trying again', ...event, try: tries, ...facts, wait });
      await sleep(this.#clock, wait, call.init.signal);
    }
  }

  // Sends the request once. Stops if the try or the call takes too long, or if the caller aborts it.
  async #try(call: PlannedCall, once: SendOnce): Promise<Outcome> {
    const { signal } = call.init;
    if (signal?.aborted) return { thrown: signal.reason, sent: false };
    const controller = new AbortController();
    const forget = onAbort(signal, () => controller.abort(signal?.reason));
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
      forget();
    }
  }

  // Returns how long the next try may take, in milliseconds, and the message of the error if it takes longer.
  #limit({ method, path, deadline }: PlannedCall): { limit: number; message: string } {
    const { tryTimeout, timeout } = this.#options;
    const left = Math.max(0, deadline - this.#clock.now());
    const limit = tryTimeout > 0 && !longOperations.has(`${method} ${path}`) ? tryTimeout : Infinity;
    if (left < limit) return { limit: left, message: `The call took longer than ${timeout} ms.` };
    return { limit, message: `A try took longer than ${tryTimeout} ms.` };
  }

  // Returns how long to wait before another try, in milliseconds, or undefined if another try isn't possible or wouldn't help.
  #wait(call: PlannedCall, outcome: Outcome, tries: number): number | undefined {
    if (call.init.signal?.aborted || isStream(call.init.body) || !isTransient(outcome)) return undefined;
    const now = this.#clock.now();
    const asked = 'result' in outcome ? 1000 * retryAfterOf(outcome.result.response.headers, now) : 0;
    const wait = asked + backoff(tries);
    return asked > this.#options.maxRetryAfter || now + wait >= call.deadline ? undefined : wait;
  }
}

// isHarmless reports whether it is harmless if the server performs the request a second time, some milliseconds after the first time.
// That is true for every PATCH of the contract, because it sets members to values.
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

// isUnhandled reports whether it is certain that the server hasn't performed the request. That isn't certain after a 503 with code
// unavailable: the server may have lost the database during the commit.
function isUnhandled(outcome: Outcome): boolean {
  if ('thrown' in outcome) return isConnectError((outcome.thrown as { cause?: unknown } | undefined)?.cause);
  const { response, error } = outcome.result;
  return response.status === 429 || ['overloaded', 'request_timeout'].includes(String(codeOf(error)));
}

// isConnectError reports whether the client couldn't connect to the server. Node reports that in the cause of a TypeError; browsers don't.
function isConnectError(cause: unknown): boolean {
  const { code, syscall, errors } = (cause ?? {}) as { code?: unknown; syscall?: unknown; errors?: unknown };
  if (Array.isArray(errors)) return errors.length > 0 && errors.every(isConnectError); // one error for each address
  return code === 'UND_ERR_CONNECT_TIMEOUT' || syscall === 'connect' || syscall === 'getaddrinfo';
}

// isCertificateError reports whether the server isn't the expected one, or doesn't use TLS. A retry won't change that.
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

// factsOf returns the properties of an outcome for the log, without the message of an error, because it may quote the URL.
function factsOf(outcome: Outcome): Pick<LogEvent, 'status' | 'code' | 'requestId' | 'error'> {
  if ('result' in outcome) {
    const { response, error } = outcome.result;
    const [code, requestId] = [codeOf(error), requestIdOf(response)];
    return { status: response.status, ...(typeof code === 'string' && { code }), ...(requestId !== undefined && { requestId }) };
  }
  const { name } = (outcome.thrown ?? {}) as { name?: unknown };
  return { error: [name, causeOf(outcome.thrown)].filter((part) => typeof part === 'string').join(' ') || 'unknown' };
}

// notify logs an event. It ignores errors of the program's function, because they must not affect the call.
function notify(log: (event: LogEvent) => void, event: LogEvent): void {
  try {
    log(event);
  } catch {
    // ignored
  }
}

// aborted returns a promise that rejects when the signal aborts. It is needed because a fetch of the program may ignore the signal.
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });
}
