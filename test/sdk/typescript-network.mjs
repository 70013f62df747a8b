// A network between a client and the server that notes what passes, and can be told to be bad.

// newNetwork makes a fetch for a client.
export function newNetwork() {
  const seen = new Set();
  const expired = new Set();
  const network = {
    lines: [], // what was asked and answered, in order of the answers

    // every is called with each request before it is sent, and answers in its place if it likes.
    every: () => undefined,

    // after is called with each answer before the client gets it.
    after: () => {},

    // expire makes the server refuse all access tokens so far, as it does when they are too old.
    expire() {
      for (const token of seen) expired.add(token);
    },

    // take returns the lines since the last time.
    take: () => network.lines.splice(0),

    async fetch(request) {
      const token = request.headers.get('Authorization');
      if (token) seen.add(token);
      if (expired.has(token)) request.headers.set('Authorization', `${token}too-old`);
      const line = `${request.method} ${new URL(request.url).pathname}`;
      const answer = await send(line, request);
      await network.after(line, answer);
      network.lines.push(`${line} ${answer.status}`);
      return answer;
    },
  };
  return network;

  async function send(line, request) {
    try {
      return (await network.every(line, request)) ?? (await fetch(request));
    } catch (error) {
      network.lines.push(`${line} failed`);
      throw error;
    }
  }
}

// gate is a promise that somebody else opens.
export function gate() {
  let open;
  const opened = new Promise((resolve) => (open = resolve));
  return { open, opened };
}
