// Checks and helpers for all responses of the API.

// missingHeaders returns the headers that a page of another origin needs but that are missing in this response.
export function missingHeaders({ line, response }, origin) {
  const headers = response.headers();
  const wanted = {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'x-content-type-options': 'nosniff',
  };
  const missing = Object.keys(wanted).filter((name) => headers[name] !== wanted[name]);
  if (!/\borigin\b/i.test(headers.vary)) missing.push('vary'); // otherwise a cache may send this response to another origin
  if (!headers['x-request-id']) missing.push('x-request-id');
  return missing.map((name) => `${line}: ${name} is ${headers[name]}`);
}

// consoleErrorOf returns the error that Chromium writes to the console for an error response.
export function consoleErrorOf({ response }) {
  const status = `${response.status()} (${response.statusText()})`;
  return `console: Failed to load resource: the server responded with a status of ${status} ${new URL(response.url()).pathname}`;
}

// withoutIds replaces ids in a line, so that lines of different runs are equal.
export function withoutIds(line) {
  return line.replace(/\/\d+\//, '/{id}/');
}

// withoutRenewals removes the 401s and refreshes of a client whose access token has expired. Their numbers must be equal.
export function withoutRenewals(lines) {
  const unauthorized = lines.filter((line) => line.endsWith(' 401'));
  const refreshed = lines.filter((line) => line === 'POST /api/user/token/refresh/ 200');
  const rest = lines.filter((line) => !unauthorized.includes(line) && !refreshed.includes(line));
  const isBalanced = unauthorized.length === refreshed.length;
  return isBalanced ? rest : [...rest, `${unauthorized.length} responses with 401, but ${refreshed.length} refreshes`];
}
