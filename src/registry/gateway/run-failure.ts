import type { WireRunError } from "../../wire/run.ts";

/**
 * Why a run has no result of its container:
 * - `unset`: its pipeline has no endpoints
 * - `forbidden`: an endpoint is none that the operator allows, or stands for such an address
 * - `loading`: the container is not ready yet
 * - `unreachable`: no connection was made, so that the container never got the run
 * - `lost`: the connection broke, so that nobody knows what became of the run
 * - `slow`: an answer, or the next part of it, took too long
 * - `garbled`: the answer is none of a pipeline container
 * - `crowded`: too many runs are under way
 * - `left`: the caller did not wait
 * - `stopped`: the registry is stopping
 */
export type FailureKind = keyof typeof kinds;

interface Meaning {
  /** HTTP's, for the caller. */
  readonly status: number;
  readonly state: "failed" | "no_resources_available";
  readonly type: WireRunError["type"];
}

const kinds = {
  unset: { status: 503, state: "failed", type: "unknown" },
  forbidden: { status: 502, state: "failed", type: "unknown" },
  // The state for which the official client says that the pipeline is starting up.
  loading: { status: 503, state: "no_resources_available", type: "pipeline_loading" },
  unreachable: { status: 502, state: "failed", type: "unknown" },
  lost: { status: 502, state: "failed", type: "unknown" },
  slow: { status: 504, state: "failed", type: "timeout" },
  garbled: { status: 502, state: "failed", type: "unknown" },
  crowded: { status: 503, state: "failed", type: "unknown" },
  left: { status: 499, state: "failed", type: "unknown" },
  stopped: { status: 503, state: "failed", type: "unknown" },
} as const satisfies Record<string, Meaning>;

/** A run that ended without a result of its container. `message` is a sentence for the caller. */
export class RunFailure extends Error {
  override readonly name = "RunFailure";
  readonly kind: FailureKind;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | null;

  constructor(
    kind: FailureKind,
    message: string,
    options: { retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.kind = kind;
    this.retryAfter = options.retryAfter ?? null;
  }

  get meaning(): Meaning {
    return kinds[this.kind];
  }

  /** As a run's `error`. */
  get runError(): WireRunError {
    return { type: this.meaning.type, message: this.message, traceback: null };
  }
}
