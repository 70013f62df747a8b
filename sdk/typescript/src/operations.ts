// The operations that need special treatment. A test compares them with the contract.

/** Operations with an idempotency key. The server performs requests with the same key only once. */
export const keyedOperations: ReadonlySet<string> = new Set([
  'POST /api/foods/',
  'POST /api/fridge/ingredient/',
  'POST /api/fridge/journal/{id}/undo/',
  'POST /api/grocery/',
  'POST /api/grocery/list/',
  'POST /api/grocery/list/restock/',
  'POST /api/grocery/plan/',
  'POST /api/grocery/plan/overrides/',
  'POST /api/recipes/',
  'POST /api/recipes/bulk/',
  'POST /api/recipes/{id}/cook/',
  'POST /api/user/api-tokens/',
  'POST /api/user/import/',
  'POST /api/user/register/',
]);

/** Operations that may take longer than the timeouts of the client. */
export const longOperations: ReadonlySet<string> = new Set(['POST /api/user/import/', 'POST /api/recipes/bulk/', 'GET /api/user/export/']);

/** The refresh: the server returns the same refresh token to a repeated request (docs/sessions.md). */
export const refreshOperation = 'POST /api/user/token/refresh/';

/** Returns a random UUID (RFC 9562, version 4). `crypto.randomUUID` is missing on pages without https. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
