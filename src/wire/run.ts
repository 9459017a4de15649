import { WireError, isRecord } from "./wire-error.ts";

export const runPath = "/v4/runs";
export const runStreamPath = "/v4/runs/stream";
/** A container's own; so are `runPath` and `runStreamPath`. */
export const containerStatePath = "/v4/container/state";

/** Why a run failed. The official client knows these `type`s and no other. */
export interface WireRunError {
  readonly type:
    | "input_error"
    | "cuda_oom"
    | "cuda_error"
    | "oom"
    | "pipeline_error"
    | "startup_error"
    | "pipeline_loading"
    | "timeout"
    | "unknown";
  readonly message: string;
  readonly traceback: string | null;
}

/** One output of a run: `file` where its type is file. */
export interface WireRunOutput {
  readonly type: string;
  readonly value?: unknown;
  readonly file?: unknown;
}

/** A run as `POST /v4/runs` and `GET /v4/runs/{id}` give it. Times are seconds since 1970. */
export interface WireRun {
  readonly id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly pipeline_id: string;
  readonly state: string;
  readonly outputs: readonly WireRunOutput[] | null;
  readonly error: {
    readonly type: string;
    readonly message: string;
    readonly traceback: string | null;
  } | null;
}

/** The body of `POST /v4/runs` and `POST /v4/runs/stream`, by run-create.schema.json. */
export interface WireRunCreate {
  /** A pointer's name or a pipeline's id. */
  readonly pipeline: string;
  readonly inputs?: readonly unknown[] | null;
  /** Whether to answer before the run is done. */
  readonly async_run?: boolean | null;
  /** Whether to wait for a container that is still loading. */
  readonly wait_for_resources?: boolean | null;
}

/**
 * A run out of a registry's answer. Further fields are let be.
 * @throws WireError where a field that matters is missing or of another type
 */
export function readRun(value: unknown): WireRun {
  if (!isRecord(value)) throw new WireError("a run is not an object");
  const { id, pipeline_id, state, outputs, error, created_at, updated_at } = value;
  if (typeof id !== "string") throw new WireError('a run has no "id"');
  if (typeof pipeline_id !== "string") throw new WireError(`the run ${id} has no "pipeline_id"`);
  if (typeof state !== "string") throw new WireError(`the run ${id} has no "state"`);
  const listed = outputs ?? null;
  if (listed !== null && !(Array.isArray(listed) && listed.every(isOutput))) {
    throw new WireError(`the run ${id} has no list of outputs`);
  }
  return {
    id,
    created_at: Number(created_at),
    updated_at: Number(updated_at),
    pipeline_id,
    state,
    outputs: listed,
    error: readRunError(error),
  };
}

/** The error in an answer of a registry or a container; null where there is none. */
export function readRunError(
  value: unknown,
): { type: string; message: string; traceback: string | null } | null {
  if (!isRecord(value)) return null;
  const { type, message, traceback } = value;
  return {
    type: typeof type === "string" ? type : "unknown",
    message: typeof message === "string" ? message : "no message",
    traceback: typeof traceback === "string" ? traceback : null,
  };
}

/** Whether a value is an output of a run: no caller can read one without a type. */
export function isOutput(value: unknown): value is WireRunOutput {
  return isRecord(value) && typeof value["type"] === "string";
}
