// The tabs of a browser share one refresh cookie. They take turns to change it, and inform each other.

/** A message from one tab to the others. */
export type TabMessage = { event: 'login' | 'refresh'; access: string } | { event: 'logout' };

/** The other tabs of an app, if there are any. */
export class Tabs {
  readonly #locks: LockManager | undefined; // missing in old browsers and in insecure contexts
  readonly #channel: BroadcastChannel | undefined;
  readonly #name: string;
  #last: Promise<unknown> = Promise.resolve();

  /** Joins the tabs that use the server of this origin. Outside of browsers, `origin` is undefined and there are no other tabs. */
  constructor(origin: string | undefined, receive: (message: TabMessage) => void) {
    this.#name = `ocipe-refresh ${origin}`;
    if (origin === undefined) return;
    this.#locks = globalThis.navigator?.locks;
    if (!globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = (message: MessageEvent<TabMessage>) => receive(message.data);
  }

  /** Runs one function at a time in all tabs, or only in this tab if there are no Web Locks. */
  exclusively<T>(run: () => Promise<T>): Promise<T> {
    if (this.#locks) return this.#locks.request(this.#name, run) as Promise<T>;
    const result = this.#last.then(run);
    this.#last = result.catch(() => {}); // the caller handles the error
    return result;
  }

  /** Sends a message to the other tabs. */
  send(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }
}
