// What the client logs.

/** An event for a log: a try of a request, with level `debug`, or a retry, with level `warn`. It has no secrets. */
export interface LogEvent {
  level: 'debug' | 'warn';
  message: string;
  method: string;
  /** The path of the contract: its parameters have no values. */
  path: string;
  /** The number of the try; the first is 1. */
  try: number;
  status?: number;
  /** The code of an error response. */
  code?: string;
  requestId?: string;
  /** The name of the error, and Node's code of its cause: `TypeError ECONNREFUSED`. */
  error?: string;
  /** How long the try took, in milliseconds. */
  duration?: number;
  /** How long the client waits before the next try, in milliseconds. */
  wait?: number;
}

/** Logs nothing. */
export function noLog(_: LogEvent): void {}
