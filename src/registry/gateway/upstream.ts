import { type Dispatcher, Pool, type buildConnector, errors } from "undici";
import { containerStatePath, runPath, runStreamPath } from "../../wire/run.ts";
import { NotConnected } from "./connector.ts";
import type { Endpoint } from "./endpoints.ts";
import type { GatewayLimits } from "./limits.ts";
import { readBody } from "./read-body.ts";
import { type FailureKind, RunFailure } from "./run-failure.ts";

/**
 * What is known of a container: `down` refuses or loses connections, `failed` could not load its
 * pipeline, `unknown` was never asked.
 */
export type Health = "unknown" | "up" | "loading" | "failed" | "down";

/** Told of each call to a container: its status, 0 where none came, and the seconds until then. */
export type UpstreamObserver = (call: "run" | "stream" | "state", status: number, seconds: number) => void;

/** All that is ever asked of a container: nothing else of it can be reached through the gateway. */
const calls = {
  run: ["POST", runPath],
  stream: ["POST", runStreamPath],
  state: ["GET", containerStatePath],
} as const;

/** One endpoint: its connections, how many runs are on it, and how it was when last heard of. */
export class Upstream {
  /** Runs under way. */
  busy = 0;
  health: Health = "unknown";
  /** When that was known; milliseconds of `performance.now()`, as the next two. */
  heardAt = Number.NEGATIVE_INFINITY;
  /** When a run was last meant for it. */
  usedAt = Number.NEGATIVE_INFINITY;
  /** When it was last chosen among several. */
  chosenAt = Number.NEGATIVE_INFINITY;
  readonly #prefix: string;
  readonly #pool: Pool;
  readonly #patience: number;
  readonly #observe: UpstreamObserver | undefined;
  #probe: Promise<void> | undefined;

  constructor(
    { origin, prefix }: Endpoint,
    connect: buildConnector.connector,
    limits: GatewayLimits,
    observe?: UpstreamObserver,
  ) {
    this.#prefix = prefix;
    this.#patience = limits.state;
    this.#observe = observe;
    this.#pool = new Pool(origin, {
      connect,
      connections: limits.connections,
      // Uvicorn closes idle connections after 5 s: a run must not meet one that is about to be closed.
      keepAliveTimeout: 2_000,
      keepAliveMaxTimeout: 2_000,
      bodyTimeout: limits.idle,
    });
  }

  heard(health: Health): void {
    this.health = health;
    this.heardAt = performance.now();
  }

  /**
   * Sends a run, once, with none of its caller's headers.
   * @throws RunFailure unreachable, forbidden, lost, slow or garbled; the signal's reason
   */
  async post(
    call: "run" | "stream",
    run: { readonly body: string; readonly correlationId: string; readonly patience: number },
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const headers = { "content-type": "application/json", "x-request-id": run.correlationId };
    try {
      return await this.#send(call, { headers, body: run.body, headersTimeout: run.patience, signal });
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof RunFailure && isNoConnection[failure.kind] === true) this.heard("down");
      throw failure;
    }
  }

  /** Asks the container how it is: one question at a time, whoever else wants to know. Never rejects. */
  probe(): Promise<void> {
    return (this.#probe ??= this.#ask());
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  async #ask(): Promise<void> {
    let health: Health = "down";
    try {
      const answer = await this.#send("state", { signal: AbortSignal.timeout(this.#patience) });
      await readBody(answer.body, 2 ** 20);
      health = states[answer.statusCode] ?? "failed";
    } catch {
      // That it cannot be asked is what was asked.
    }
    this.heard(health);
    this.#probe = undefined;
  }

  async #send(
    call: keyof typeof calls,
    options: Pick<Dispatcher.RequestOptions, "headers" | "body" | "headersTimeout" | "signal">,
  ): Promise<Dispatcher.ResponseData> {
    const [method, path] = calls[call];
    const began = performance.now();
    let status = 0;
    try {
      const answer = await this.#pool.request({ method, path: this.#prefix + path, ...options });
      status = answer.statusCode;
      return answer;
    } finally {
      this.#observe?.(call, status, (performance.now() - began) / 1000);
    }
  }
}

const states: Partial<Record<number, Health>> = { 200: "up", 503: "loading" };
const isNoConnection: Partial<Record<FailureKind, boolean>> = {
  unreachable: true,
  forbidden: true,
  lost: true,
};

/** What went wrong between us and a container, for the caller: without the container's address. */
export function failureOf(error: unknown): unknown {
  if (error instanceof RunFailure) return error;
  if (error instanceof NotConnected) {
    return error.forbidden
      ? new RunFailure("forbidden", "the pipeline's endpoint stands for an address that is not allowed", {
          cause: error,
        })
      : new RunFailure("unreachable", "the pipeline's container cannot be reached", { cause: error });
  }
  if (error instanceof errors.HeadersTimeoutError) {
    return new RunFailure("slow", "the container did not answer in time", { cause: error });
  }
  if (error instanceof errors.BodyTimeoutError) {
    return new RunFailure("slow", "the container's answer stopped arriving", { cause: error });
  }
  if (error instanceof errors.HTTPParserError || error instanceof errors.ResponseContentLengthMismatchError) {
    return new RunFailure("garbled", "the container's answer is not HTTP", { cause: error });
  }
  if (error instanceof Error && ("code" in error || error instanceof errors.UndiciError)) {
    return new RunFailure("lost", "the connection to the container broke before the run was done", {
      cause: error,
    });
  }
  return error;
}
