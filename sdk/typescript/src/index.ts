// What the package offers.
import type { components } from './schema.generated.js';

export { createClient } from './client.js';
export type { Answer, CallInit, Client, ClientOptions } from './client.js';
export type { RefreshTokenStore } from './cookie.js';
export { OcipeError } from './errors.js';
export type { FieldError, ProblemCode } from './errors.js';
export type { paths } from './schema.generated.js';
export type { SessionState } from './session.js';

/** What is sent and answered, by its name in the contract: `Schemas['Recipe']`. */
export type Schemas = components['schemas'];
