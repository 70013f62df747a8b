// A network between a client and the server. It records all calls, and tests can make it fail.

// newNetwork returns a network. Pass its fetch to a client.
export function newNetwork() {
  const seen = new Set();
  const expired = new Set();
  const network = {
    lines: [], // one line for each call, in the order of the responses

    // before is called with each request. If it returns a response, the request isn't sent.
    before: () => undefined,

    // after is called with each response before the client gets it.
    after: () => {},

    // expire makes the server reject all access tokens that were sent so far, as if they had expired.
    expire() {
      for (const token of seen) expired.add(token);
    },

    // take returns the lines since the last call of take.
    take: () => network.lines.splice(0),

    async fetch(request) {
      const token = request.headers.get('Authorization');
      if (token) seen.add(token);
      if (expired.has(token)) request.headers.set('Authorization', `${token}too-old`);
      const line = `${request.method} ${new URL(request.url).pathname}`;
      const response = await send(line, request);
      await network.after(line, response);
      network.lines.push(`${line} ${response.status}`);
      return response;
    },
  };
  return network;

  async function send(line, request) {
    try {
      return (await network.before(line, request)) ?? (await fetch(request));
    } catch (error) {
      network.lines.push(`${line} failed`);
      throw error;
    }
  }
}

// gate returns a promise and the function that resolves it.
export function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}
