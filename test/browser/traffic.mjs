// Records the calls of a browser context to the API.

// trafficOf starts to record all responses of the API to the pages of a context, except preflights (OPTIONS), because browsers don't
// show them.
export function trafficOf(context, api) {
  const pending = new Set();
  let responses = [];
  let settled = () => {};
  const isApi = (request) => request.url().startsWith(`${api}/`);
  const done = (request) => {
    pending.delete(request);
    if (pending.size === 0) settled();
  };
  context.on('request', (request) => isApi(request) && pending.add(request));
  context.on('requestfailed', done);
  context.on('requestfinished', async (request) => {
    if (!isApi(request)) return;
    try {
      const response = await request.response();
      const { pathname, search } = new URL(request.url());
      const line = `${request.method()} ${pathname}${search} ${response.status()}`;
      responses.push({ line, request, response, body: await response.text().catch(() => '') }); // '': its page was closed
    } catch {
      // The browser was closed.
    }
    done(request);
  });

  return {
    // take waits until all calls have ended, and returns the responses since the last time.
    async take() {
      while (pending.size > 0) await new Promise((resolve) => (settled = resolve));
      const taken = responses;
      responses = [];
      return { responses: taken, lines: taken.map(({ line }) => line).sort(), bodies: taken.map(({ body }) => body) };
    },
  };
}
