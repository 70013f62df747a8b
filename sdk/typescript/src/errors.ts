// What the server refuses, as an error.
import type { components } from './schema.generated.js';

type Schemas = components['schemas'];

/** Why the server refuses a call, made for programs; the contract says what each code means. */
export type ProblemCode = Schemas['ProblemCode'];

/** A fault of the input: which member, why for programs, and why for people. */
export type FieldError = Schemas['FieldError'];

/**
 * The server answered, and refused. That a call didn't reach it at all is no OcipeError but what `fetch` throws, a
 * TypeError.
 */
export class OcipeError extends Error {
  override readonly name = 'OcipeError';
  /** The status of the answer, 300 to 599. */
  readonly status: number;
  /** Why; undefined if the answer isn't the server's own but, say, that of a proxy before it. */
  readonly code: ProblemCode | undefined;
  /** Why, in one sentence for a person. */
  readonly detail: string;
  /** Every fault of the input; empty if that isn't why. */
  readonly errors: readonly FieldError[];
  /** Names the call in the server's log: tell it when you report a fault. */
  readonly requestId: string | undefined;
  /** After how many seconds the call may be repeated, if the server says so. */
  readonly retryAfter: number | undefined;

  /** Takes an answer, and its body as far as that has been read as JSON or text. */
  constructor(response: Response, body: unknown) {
    const problem = isProblem(body) ? body : undefined;
    const detail = problem?.detail ?? `The answer is ${response.status} ${response.statusText}`.trimEnd() + '.';
    const errors = problem?.errors ?? [];
    super([detail, ...errors.map((fault) => `${fault.field}: ${fault.detail}`)].join(' '));
    this.status = response.status;
    this.code = problem?.code;
    this.detail = detail;
    this.errors = errors;
    this.requestId = response.headers.get('X-Request-Id') ?? undefined;
    this.retryAfter = Number(response.headers.get('Retry-After')) || undefined; // a date, as of a proxy, is left out
  }
}

/** What the server answered when it did what it was asked for; else throws an OcipeError. */
export function accepted<A extends { response: Response; error?: unknown }>(answer: A): Extract<A, { data: unknown }> {
  if (!answer.response.ok) throw new OcipeError(answer.response, answer.error);
  return answer as Extract<A, { data: unknown }>;
}

function isProblem(body: unknown): body is Schemas['Problem'] {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}
