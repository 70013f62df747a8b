// A network on which a test determines how each request ends, and a clock that stands still while something happens.
import { readFileSync } from 'node:fs';
import { createClientWith } from '../../sdk/typescript/dist/client.js';

const problem = (code, detail = 'A reason.') => JSON.stringify({ code, detail });
const jwt = `e30.${btoa(JSON.stringify({ sub: '1' }))}.x`;

// status returns a function that ends a request with a response.
export const status = (code, body = '', headers = {}) => () => new Response(body || null, { status: code, headers: { 'X-Request-Id': `id-of-${code}`, ...headers } });

// The header by which the client knows a server of Ocipe.
export const fromServer = { 'API-Version': '0.0.0' };

// networkError returns a function that ends a request with the TypeError of Node's fetch.
const networkError = (cause) => () => { throw Object.assign(new TypeError('fetch failed'), { cause }); };

const brokenBody = () => {
  let sent = false;
  const pull = (controller) => {
    if (sent) controller.error(new TypeError('terminated'));
    else controller.enqueue(new TextEncoder().encode('{"acc'));
    sent = true;
  };
  return new Response(new ReadableStream({ pull }), { headers: fromServer });
};

export const success = { name: 'success', handled: true, end: status(200, JSON.stringify({ access: jwt }), fromServer) };

// All ways in which a try can fail. handled: the server may have performed the request. retryable: the client repeats the request if
// performing it twice is harmless. retryAfter: how long the server asks to wait, in milliseconds.
export const failures = [
  { name: 'refused', retryable: true, end: networkError({ code: 'ECONNREFUSED', syscall: 'connect' }) },
  { name: 'refused by all addresses', retryable: true, end: networkError({ code: 'ECONNREFUSED', errors: [{ syscall: 'connect' }, { syscall: 'connect' }] }) },
  { name: 'refused by one address', handled: true, retryable: true, end: networkError({ errors: [{ syscall: 'connect' }, { syscall: 'read' }] }) },
  { name: 'no such host', retryable: true, end: networkError({ code: 'ENOTFOUND', syscall: 'getaddrinfo' }) },
  { name: 'connect timeout', retryable: true, end: networkError({ code: 'UND_ERR_CONNECT_TIMEOUT' }) },
  { name: 'reset', handled: true, retryable: true, end: networkError({ code: 'ECONNRESET', syscall: 'read' }) },
  { name: 'end of the connection', handled: true, retryable: true, end: networkError({ code: 'UND_ERR_SOCKET' }) },
  { name: 'an error of a browser', handled: true, retryable: true, end: networkError() },
  { name: 'silence', handled: true, retryable: true, end: () => new Promise(() => {}) },
  { name: 'half a body', handled: true, retryable: true, end: brokenBody },
  { name: 'certificate', end: networkError({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }) },
  { name: 'another page', handled: true, end: status(200, '<h1>Welcome</h1>') },
  { name: 'broken JSON', handled: true, end: status(200, '{"acc', fromServer) },
  { name: '408 of a proxy', handled: true, retryable: true, end: status(408) },
  { name: '408', retryable: true, end: status(408, problem('request_timeout')) },
  { name: '409 key in use', handled: true, retryable: true, retryAfter: 2000, end: status(409, problem('idempotency_key_in_use'), { 'Retry-After': '2' }) },
  { name: '409', end: status(409, problem('too_many_api_tokens')) },
  { name: '429 of a proxy', retryable: true, end: status(429) },
  { name: '429', retryable: true, retryAfter: 3000, end: status(429, problem('too_many_requests'), { 'Retry-After': '3' }) },
  { name: '429 for an hour', end: status(429, problem('too_many_requests'), { 'Retry-After': '3600' }) },
  { name: '500', handled: true, end: status(500, problem('internal_error')) },
  { name: '502', handled: true, retryable: true, end: status(502, '<h1>Bad Gateway</h1>') },
  { name: '503 of a proxy', handled: true, retryable: true, retryAfter: 1000, end: status(503, '', { 'Retry-After': '1' }) },
  { name: '503 unavailable', handled: true, retryable: true, retryAfter: 2000, end: status(503, problem('unavailable'), { 'Retry-After': '2' }) },
  { name: '503 overloaded', retryable: true, retryAfter: 2000, end: status(503, problem('overloaded'), { 'Retry-After': '2' }) },
  { name: '503 until a date', retryable: true, retryAfter: 4000, end: status(503, problem('overloaded'), { Date: 'Sat, 28 Nov 2026 12:00:00 GMT', 'Retry-After': 'Sat, 28 Nov 2026 12:00:04 GMT' }) },
  { name: '504', handled: true, retryable: true, end: status(504) },
  { name: '400', end: status(400, problem('invalid_input')) },
  { name: '404', end: status(404, problem('not_found')) },
];

// failure returns the failure with this name.
export const failure = (name) => failures.find((each) => each.name === name) ?? (() => { throw new Error(name); })();

// newClock returns a clock whose time passes only in run. When nothing else happens, run sets the clock to the next timer.
export function newClock() {
  let time = Date.UTC(2026, 10, 28, 12);
  let timers = [];
  return {
    now: () => time,
    after(milliseconds, run) {
      const timer = { at: time + milliseconds, run };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    async run(call) {
      let settled = false;
      const done = () => (settled = true);
      call.then(done, done);
      while (!settled) {
        for (let turns = 0; turns < 5; turns++) await new Promise(setImmediate);
        if (settled || timers.length === 0) continue;
        const next = timers.reduce((first, other) => (other.at < first.at ? other : first));
        timers = timers.filter((other) => other !== next);
        time = next.at;
        next.run();
      }
      return call;
    },
  };
}

// newFaultyClient returns a client, its clock, and its requests. Request number i ends as tries[i]; later requests succeed.
export function newFaultyClient(tries, options = {}) {
  const clock = newClock();
  const sent = [];
  const fetch = async (request) => {
    sent.push({
      line: `${request.method} ${new URL(request.url).pathname.replace('/kitchen', '')}`,
      key: request.headers.get('Idempotency-Key'),
      body: await request.text(),
      query: new URL(request.url).search,
      at: clock.now(),
    });
    return (tries[sent.length - 1] ?? success).end(request);
  };
  const ocipe = createClientWith(clock, { baseUrl: 'http://cook.example.org/kitchen/', fetch, apiToken: 'ocipe_pat_', ...options });
  return { clock, ocipe, sent };
}

// contractOperations reads the operations of the contract.
export function contractOperations() {
  let path;
  const operations = [];
  for (const line of readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8').split('\n')) {
    path = /^  (\/\S*):$/.exec(line)?.[1] ?? path;
    const method = /^    (get|put|post|patch|delete):$/.exec(line)?.[1];
    if (method) operations.push({ method: method.toUpperCase(), path, keyed: false, long: false });
    if (/^ +- \$ref: '#\/components\/parameters\/IdempotencyKey'$/.test(line)) operations.at(-1).keyed = true;
    if (/^ +x-deadline-seconds: /.test(line)) operations.at(-1).long = true;
  }
  return operations;
}
