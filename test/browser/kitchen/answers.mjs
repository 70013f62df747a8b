// What is to be said of any answer of the API, whatever was asked for.

// flawsOf tells what a page of another origin needs, and this answer lacks.
export function flawsOf({ line, response }, origin) {
  const headers = response.headers();
  const wanted = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'x-content-type-options': 'nosniff',
  };
  const flaws = Object.keys(wanted).filter((name) => headers[name] !== wanted[name]);
  if (!/\borigin\b/i.test(headers.vary)) flaws.push('vary'); // a cache might answer another origin with it
  if (!headers['x-request-id']) flaws.push('x-request-id');
  return flaws.map((name) => `${line}: ${name} is ${headers[name]}`);
}

// complaintOf is what Chromium says on the console of an answer that refuses.
export function complaintOf({ response }) {
  const status = `${response.status()} (${response.statusText()})`;
  return `console: Failed to load resource: the server responded with a status of ${status} ${new URL(response.url()).pathname}`;
}

// withoutIds makes the lines of two runs alike.
export function withoutIds(line) {
  return line.replace(/\/\d+\//, '/{id}/');
}

// withoutRenewals leaves out what a client does because its access token has expired: as many refreshes as refusals.
export function withoutRenewals(lines) {
  const refused = lines.filter((line) => line.endsWith(' 401'));
  const refreshed = lines.filter((line) => line === 'POST /api/user/token/refresh/ 200');
  const rest = lines.filter((line) => !refused.includes(line) && !refreshed.includes(line));
  const odd = refused.length - refreshed.length;
  return odd === 0 ? rest : [...rest, `${refused.length} refusals, but ${refreshed.length} refreshes`];
}
