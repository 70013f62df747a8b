// The tabs of a browser, which share one refresh cookie: one of them at a time changes it, and tells the others.

/** What one tab tells the others. */
export type News = { event: 'login' | 'refresh'; access: string } | { event: 'logout' };

/** The other tabs of an app, if there can be any. */
export class Tabs {
  readonly #locks: LockManager | undefined; // there are none in old browsers and in insecure contexts
  readonly #channel: BroadcastChannel | undefined;
  readonly #name: string;
  #last: Promise<unknown> = Promise.resolve();

  /** Joins the tabs that use the server of this address; without one this is no tab but a program of its own. */
  constructor(address: string | undefined, hear: (news: News) => void) {
    this.#name = `ocipe-refresh ${address}`;
    if (address === undefined) return;
    this.#locks = globalThis.navigator?.locks;
    if (!globalThis.BroadcastChannel) return;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = (message: MessageEvent<News>) => hear(message.data);
  }

  /** Runs this when no other run is under way, in any tab; without Web Locks: in this one. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    if (this.#locks) return this.#locks.request(this.#name, run) as Promise<T>;
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => {}); // the failure is the caller's
    return turn;
  }

  /** Tells the other tabs. */
  tell(news: News): void {
    this.#channel?.postMessage(news);
  }
}
