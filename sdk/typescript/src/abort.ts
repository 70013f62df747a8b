// Aborted calls. A signal of the program may belong to many calls at once.

const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls a function when a signal aborts. Returns a function that prevents it. All functions of a signal share one listener, because Node
 * takes more than ten listeners for a leak and prints a warning.
 */
export function onAbort(signal: AbortSignal | null | undefined, run: () => void): () => void {
  if (!signal) return () => {};
  let waiting = listeners.get(signal);
  if (!waiting) {
    const functions = new Set<() => void>();
    signal.addEventListener('abort', () => functions.forEach((each) => each()), { once: true });
    listeners.set(signal, (waiting = functions));
  }
  const functions = waiting;
  functions.add(run);
  return () => void functions.delete(run);
}

/** Calls a function. Rejects when the signal aborts, although the function may still wait for something that other calls need, too. */
export function unlessAborted<T>(signal: AbortSignal | null | undefined, run: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = onAbort(signal, () => reject(signal?.reason));
    void run().then(resolve, reject).finally(stop);
  });
}
