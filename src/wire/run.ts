import { isRecord } from "./wire-error.ts";

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
