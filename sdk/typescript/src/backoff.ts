// The time to wait before a retry.
import { onAbort } from './abort.js';

/** A clock. Tests use a different one. */
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

// The limit of the wait, in milliseconds. It starts at firstBackoff and doubles with each retry up to maxBackoff.
const firstBackoff = 500;
const maxBackoff = 8_000;

/**
 * Returns the time to wait after a try, in milliseconds; the first try has number 1. The time is random from zero to the limit, so that
 * clients that failed at the same time don't retry at the same time.
 */
export function backoff(tries: number): number {
  return Math.random() * Math.min(maxBackoff, firstBackoff * 2 ** (tries - 1));
}

/**
 * Returns the time to wait, in seconds, that a response asks for in `Retry-After`: a number or a date (RFC 9110, section 10.2.3). It
 * is 0 if the response doesn't ask, or if the date has passed. The date is relative to the header `Date` of the response, because the
 * clocks of client and server may differ. `now` is in milliseconds.
 */
export function retryAfterOf(headers: Headers, now: number): number {
  const value = headers.get('Retry-After') ?? '';
  if (/^\d{1,10}$/.test(value)) return Number(value);
  const date = /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : NaN;
  const sent = Date.parse(headers.get('Date') ?? '');
  const wait = (date - (Number.isNaN(sent) ? now : sent)) / 1000;
  return wait > 0 ? wait : 0;
}

/** Waits some milliseconds. Throws the reason of the signal if the signal aborts meanwhile. */
export function sleep({ after }: Clock, milliseconds: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const forget = onAbort(signal, () => {
      stop();
      reject(signal?.reason);
    });
    const stop = after(milliseconds, () => {
      forget();
      resolve();
    });
  });
}
