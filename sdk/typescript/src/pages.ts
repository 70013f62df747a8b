// Iterates over lists that are fetched page by page.
import type { Answer, Call, CallInit } from './client.js';
import type { paths } from './schema.generated.js';

type Get<P extends keyof paths> = paths[P] extends { get: infer Operation extends object } ? Operation : never;
type Query<P extends keyof paths> = Get<P> extends { parameters: { query?: infer Q extends object } } ? Q : never;

/** The paths of lists with pages, which have the parameter `cursor`. */
export type PagedPath = {
  [P in keyof paths]: [Query<P>] extends [never] ? never : 'cursor' extends keyof Query<P> ? P : never
}[keyof paths];

/** An entry of a list. */
export type Entry<P extends PagedPath> = Answer<Get<P>>['data'] extends (infer E)[] ? E : never;

/** Iterates over the entries of a list. Throws the errors of its calls. */
export type Pages = <P extends PagedPath>(path: P, init?: CallInit<Get<P>>) => AsyncGenerator<Entry<P>, void>;

/** Creates the function `pages` from the call that fetches a page. */
export function pagesOf(GET: Call<'get'>): Pages {
  return async function* pages(path: PagedPath, init: CallInit<Get<PagedPath>> = {}) {
    let query = { limit: 100, ...init.params?.query };
    for (;;) {
      const { data, response } = await GET(path, { ...init, params: { ...init.params, query } });
      yield* data;
      const cursor = nextCursor(response);
      if (cursor === null) return;
      query = { ...query, cursor };
    }
  } as Pages;
}

// nextCursor returns the cursor of the next page, from the header Link (RFC 8288), or null on the last page.
function nextCursor({ headers }: Response): string | null {
  const next = /<([^>]*)>; rel="next"/.exec(headers.get('Link') ?? '')?.[1];
  return next === undefined ? null : new URL(next, 'http://localhost').searchParams.get('cursor');
}
