/** What one run, and all of them, may take. Times are milliseconds, sizes bytes. */
export interface GatewayLimits {
  /** Until a connection to a container stands. */
  readonly connect: number;
  /** Until a container begins to answer: a plain run computes meanwhile. */
  readonly answer: number;
  /** Between two parts of an answer. */
  readonly idle: number;
  /** For a caller to take its answer, or one line of it, from when it is there. */
  readonly take: number;
  /** For all of a run whose answer is streamed. */
  readonly stream: number;
  /** For all of a run that nobody waits for. */
  readonly background: number;
  /** For a container to load, where the caller waits for it. */
  readonly load: number;
  /** Until a container says how it is. */
  readonly state: number;
  /** Of a request. */
  readonly request: number;
  /** Of an answer; while streaming, of one line. */
  readonly response: number;
  /** Of all inputs of runs that nobody waits for, of all answers of containers, and of all outputs that are read again. */
  readonly held: number;
  /** Of the outputs that `GET /v4/runs/{id}` gives back, and of a run that nobody waited for. */
  readonly kept: number;
  readonly keptOfBackground: number;
  /** Arrays and objects in one another in a request, and in a container's answer. */
  readonly depth: number;
  /** Runs under way. */
  readonly runs: number;
  /** Connections to one endpoint. */
  readonly connections: number;
  /** Endpoints of which it is remembered how they are, those that were used last. */
  readonly endpoints: number;
}

/** The official client gives up after 300 s: it shall hear before that. */
export const defaultLimits: GatewayLimits = {
  connect: 5_000,
  answer: 290_000,
  idle: 60_000,
  take: 300_000,
  stream: 3_600_000,
  background: 3_600_000,
  load: 240_000,
  state: 2_000,
  request: 16 * 2 ** 20,
  response: 64 * 2 ** 20,
  held: 128 * 2 ** 20,
  kept: 2 ** 20,
  keptOfBackground: 16 * 2 ** 20,
  depth: 200,
  runs: 1_000,
  connections: 256,
  endpoints: 4_096,
};
