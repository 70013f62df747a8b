// The exports of the package.
import type { components } from './schema.generated.js';

export { createClient } from './client.js';
export type { Answer, CallInit, Client, ClientOptions } from './client.js';
export type { RefreshTokenStore } from './cookie.js';
export { OcipeError } from './errors.js';
export type { FieldError, ProblemCode } from './errors.js';
export type { LogEvent } from './log.js';
export type { RetryOptions } from './retry.js';
export type { paths } from './schema.generated.js';
export type { SessionState } from './session.js';

/** The types of the contract, by name: `Schemas['Recipe']`. */
export type Schemas = components['schemas'];
