// What a browser context exchanges with the API.

// trafficOf notes every answer of the API to the pages of a context from now on. OPTIONS is not seen: browsers
// keep preflights to themselves.
export function trafficOf(context, api) {
  const pending = new Set();
  let answers = [];
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
      answers.push({ line, request, response, body: await response.text().catch(() => '') }); // '': gone with its page
    } catch {
      // The browser was closed meanwhile, and nobody will ask any more.
    }
    done(request);
  });

  return {
    // take waits until no call is under way, and returns what was answered since the last time.
    async take() {
      while (pending.size > 0) await new Promise((resolve) => (settled = resolve));
      const taken = answers;
      answers = [];
      return { answers: taken, lines: taken.map((answer) => answer.line).sort(), bodies: taken.map((answer) => answer.body) };
    },
  };
}
