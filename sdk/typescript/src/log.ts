// The log events of the client.

/** An event for a log: a try of a request (level `debug`) or a retry (level `warn`). It has no secrets. */
export interface LogEvent {
  level: 'debug' | 'warn';
  message: string;
  method: string;
  /** The path as in the contract, without the values of its parameters. */
  path: string;
  /** The number of the try; the first is 1. */
  try: number;
  status?: number;
  /** The code of an error response. */
  code?: string;
  requestId?: string;
  /** The name of the error, and the code that Node gives its cause, such as `TypeError ECONNREFUSED`. */
  error?: string;
  /** How long the try took, in milliseconds. */
  duration?: number;
  /** How long the client waits before the next try, in milliseconds. */
  wait?: number;
}

/** Logs nothing. */
export function noLog(_: LogEvent): void {}
