import { type Dispatcher, Pool, type buildConnector, errors } from "undici";
import { type Exchanged, type Room, exchange } from "../../exchange.ts";
import { containerStatePath, runPath, runStreamPath } from "../../wire/run.ts";
import { NotConnected } from "./connector.ts";
import type { Endpoint } from "./endpoints.ts";
import type { GatewayLimits } from "./limits.ts";
import type { Run } from "./run.ts";
import { type FailureKind, RunFailure } from "./run-failure.ts";

/**
 * What is known of a container: `down` refuses or loses connections, `failed` could not load its
 * pipeline, `unknown` was never asked.
 */
export type Health = "unknown" | "up" | "loading" | "failed" | "down";

/** Told of each call to a container: its status, 0 where none came, and the seconds until then. */
export type UpstreamObserver = (call: "run" | "stream" | "state", status: number, seconds: number) => void;

/** What is sent to a container. */
export interface Sent {
  readonly body: string;
  readonly correlationId: string;
  /** Milliseconds until the answer must have begun. */
  readonly patience: number;
}

/** All that is ever asked of a container: nothing else of it can be reached through the gateway. */
const calls = {
  run: ["POST", runPath],
  stream: ["POST", runStreamPath],
  state: ["GET", containerStatePath],
} as const;

/** Bytes of a container's word of its state at most. */
const stateLimit = 2 ** 20;

/** One endpoint: its connections, how many runs are on it, and how it was when last heard of. */
export class Upstream {
  /** Runs under way. */
  busy = 0;
  health: Health = "unknown";
  /** When that was known; milliseconds of `performance.now()`, as the next one. */
  heardAt = Number.NEGATIVE_INFINITY;
  /** When it was last chosen among several. */
  chosenAt = Number.NEGATIVE_INFINITY;
  readonly url: string;
  readonly #prefix: string;
  readonly #pool: Pool;
  readonly #patience: number;
  readonly #observe: UpstreamObserver | undefined;
  #probe: Promise<void> | undefined;

  constructor(
    { url, origin, prefix }: Endpoint,
    connect: buildConnector.connector,
    limits: GatewayLimits,
    observe?: UpstreamObserver,
  ) {
    this.url = url;
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

  /** What was heard of it says nothing any more: it is asked before it gets the next run. */
  doubt(): void {
    this.health = "unknown";
    this.heardAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * Sends a run, once, and takes its whole answer.
   * @param limit bytes
   * @throws RunFailure unreachable, forbidden, lost, slow or garbled; what aborted the run
   */
  run(sent: Sent, limit: number, room: Room, onAbort: Run["onAbort"]): Promise<Exchanged> {
    return this.#observed("run", sent, (request) =>
      exchange(this.#pool, request, { limit, tooLarge: () => tooLarge(limit), room, onAbort }),
    );
  }

  /**
   * Sends a run, once, whose answer is then read as it comes.
   * @throws as `run`
   */
  async stream(sent: Sent, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return this.#observed("stream", sent, async (request) => {
      const answer = await this.#pool.request({ ...request, signal });
      return Object.assign(answer, { status: answer.statusCode });
    });
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
      const timeout = AbortSignal.timeout(this.#patience);
      const onAbort = (abort: (reason: Error) => void): void =>
        timeout.addEventListener("abort", () => abort(new RunFailure("slow", "no word of its state")));
      const { status } = await this.#observed("state", null, (request) =>
        exchange(this.#pool, request, { limit: stateLimit, tooLarge: () => tooLarge(stateLimit), onAbort }),
      );
      health = states[status] ?? "failed";
    } catch {
      // That it cannot be asked is what was asked.
    }
    this.heard(health);
    this.#probe = undefined;
  }

  /** None of a caller's own headers goes along. */
  async #observed<Answer extends { readonly status: number }>(
    call: keyof typeof calls,
    sent: Sent | null,
    send: (request: Dispatcher.DispatchOptions) => Promise<Answer>,
  ): Promise<Answer> {
    const [method, path] = calls[call];
    const began = performance.now();
    let status = 0;
    try {
      const answer = await send({
        method,
        path: this.#prefix + path,
        headers:
          sent === null ? null : { "content-type": "application/json", "x-request-id": sent.correlationId },
        body: sent?.body ?? null,
        // The run itself ends first, where both are as long: what its caller is told is then always the same.
        headersTimeout: sent === null ? null : sent.patience + 1000,
      });
      status = answer.status;
      return answer;
    } catch (error) {
      const failure = failureOf(error);
      if (failure instanceof RunFailure && isNoConnection[failure.kind] === true) this.heard("down");
      // It may be gone, or it is that run which breaks it: others shall not pay for that.
      if (failure instanceof RunFailure && failure.kind === "lost") this.doubt();
      throw failure;
    } finally {
      this.#observe?.(call, status, (performance.now() - began) / 1000);
    }
  }
}

const states: Partial<Record<number, Health>> = { 200: "up", 503: "loading" };
const isNoConnection: Partial<Record<FailureKind, boolean>> = {
  unreachable: true,
  forbidden: true,
};

function tooLarge(limit: number): RunFailure {
  return new RunFailure("garbled", `the container's answer is larger than ${limit} bytes`);
}

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
  if (error instanceof errors.HeadersOverflowError) {
    return new RunFailure("garbled", "the container's headers are too large", { cause: error });
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
