// How long to wait before a retry.

/** The clock. Tests have one of their own. */
export interface Clock {
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Calls a function after some milliseconds. Returns a function that prevents it. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The clock of the platform. */
export const clock: Clock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

// The limit of the wait, in milliseconds: it starts at the first one and doubles with each retry.
const firstBackoff = 500;
const maxBackoff = 8_000;

/**
 * Returns the time to wait after a try, in milliseconds; the first try has number 1. It is random from zero to the limit, so that
 * clients that failed together don't come back together.
 */
export function backoff(tries: number): number {
  return Math.random() * Math.min(maxBackoff, firstBackoff * 2 ** (tries - 1));
}

/**
 * Returns the time to wait that a response asks for in `Retry-After`, in seconds: a number or a date (RFC 9110, section 10.2.3). It
 * is 0 if the response doesn't say, or if the time has passed. The date counts from the response's own `Date`: the clocks of client
 * and server may differ. `now` is in milliseconds.
 */
export function retryAfterOf(headers: Headers, now: number): number {
  const value = headers.get('Retry-After') ?? '';
  if (/^\d{1,10}$/.test(value)) return Number(value);
  const date = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : NaN;
  const sent = Date.parse(headers.get('Date') ?? '');
  const wait = (date - (Number.isNaN(sent) ? now : sent)) / 1000;
  return wait > 0 ? wait : 0;
}

/** Waits some milliseconds. Throws the reason of the signal if it aborts meanwhile. */
export function sleep({ after }: Clock, milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      stop();
      reject(signal?.reason);
    };
    const stop = after(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort);
    if (signal?.aborted) abort();
  });
}
