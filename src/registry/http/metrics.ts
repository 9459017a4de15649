import { Counter, Histogram, Registry, collectDefaultMetrics } from "prom-client";

/** What a registry counts for Prometheus. Times are in seconds. */
export interface Metrics {
  readonly contentType: string;
  /** The state of all of it, in Prometheus's text format. */
  text(): Promise<string>;
  /** One request, by its route as it is written in the code: paths that callers choose would be too many. */
  request(method: string, route: string, status: number, seconds: number): void;
  /** One change of a pointer. */
  move(action: "create" | "update" | "delete"): void;
  /** One run that has ended, by the pointer it was asked by; null for a pipeline's id. */
  run(pointer: string | null, state: string): void;
  /** One call to a pipeline's container: its status, or 0 where none came. */
  upstream(call: "run" | "stream" | "state", status: number, seconds: number): void;
}

/** Pointers that have a line of their own; the others share one. */
const pointerLimit = 5000;

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Counts of its own, and what prom-client says of the process. */
export function createMetrics(): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const requests = new Histogram({
    name: "pointsman_http_request_duration_seconds",
    help: "Requests and how long they took, until the answer was sent",
    labelNames: ["method", "route", "status"],
    buckets,
    registers,
  });
  const moves = new Counter({
    name: "pointsman_pointer_changes_total",
    help: "Pointers created, updated (moved, locked, unlocked) and deleted through this replica",
    labelNames: ["action"],
    registers,
  });
  const runs = new Counter({
    name: "pointsman_runs_total",
    help: "Runs that have ended, by pointer; (id) for those by a pipeline's id",
    labelNames: ["pointer", "state"],
    registers,
  });
  const upstream = new Histogram({
    name: "pointsman_upstream_duration_seconds",
    help: "Calls to pipelines' containers and how long they took; status 0 where no answer came",
    labelNames: ["call", "status"],
    buckets,
    registers,
  });
  const request = remembered((method, route, status) => requests.labels(method, route, status));
  const call = remembered((name, status) => upstream.labels(name, status));
  const change = remembered((action) => moves.labels(action));
  const run = remembered((pointer, state) => runs.labels(pointer, state));
  const pointers = new Set<string>();
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    request: (method, route, status, seconds) => request(method, route, String(status)).observe(seconds),
    move: (action) => change(action).inc(),
    run: (name, state) => {
      if (name !== null && pointers.size < pointerLimit) pointers.add(name);
      const pointer = name === null ? "(id)" : pointers.has(name) ? name : "(other)";
      run(pointer, state).inc();
    },
    upstream: (name, status, seconds) => call(name, String(status)).observe(seconds),
  };
}

/** Finding the line of some labels costs more than counting: each is found once. */
function remembered<Line>(find: (...labels: string[]) => Line): (...labels: string[]) => Line {
  const lines = new Map<string, Line>();
  return (...labels) => {
    const key = labels.join(" ");
    let line = lines.get(key);
    if (line === undefined) lines.set(key, (line = find(...labels)));
    return line;
  };
}
