/** How much of what a caller may send. Each has an answer of its own when it is exceeded. */
export interface Limits {
  /** Of a body, in bytes: 413. Routes that take more say so themselves. */
  readonly body: number;
  /** Of all large bodies in memory, in bytes: 503. */
  readonly bodies: number;
  /** Of all large answers of reads in memory, in bytes: 503. */
  readonly answers: number;
  /** Arrays and objects in one another in a JSON body: 422. */
  readonly depth: number;
  /** Of the path and the query together, in bytes: 414. */
  readonly url: number;
  /** Of the request line and all headers, in bytes: 431. */
  readonly headers: number;
  /** Until all headers have arrived, in milliseconds: 408. */
  readonly headersTime: number;
  /** Until the whole request has arrived, in milliseconds: 408. */
  readonly requestTime: number;
  /** Without a byte of an answer that is there to be taken, in milliseconds: the connection is closed. */
  readonly takeTime: number;
  /** How often senders are looked at for these times, in milliseconds. */
  readonly checkTime: number;
  /** How long a connection without a request is kept, in milliseconds: longer than proxies keep theirs. */
  readonly idleTime: number;
  /** Connections at a time: further ones are closed at once. */
  readonly connections: number;
}

export const defaultLimits: Limits = {
  body: 1024 * 1024,
  bodies: 128 * 1024 * 1024,
  answers: 128 * 1024 * 1024,
  depth: 64,
  url: 8 * 1024,
  headers: 16 * 1024,
  headersTime: 20_000,
  requestTime: 60_000,
  takeTime: 60_000,
  checkTime: 5_000,
  idleTime: 75_000,
  connections: 10_000,
};
