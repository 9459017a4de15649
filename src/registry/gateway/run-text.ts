import type { WireRunError, WireRunState } from "../../wire/run.ts";

/** What of a run is known from its start. */
export interface RunHead {
  readonly id: string;
  /** The name it was asked by; null where that was a pipeline's id. */
  readonly pointer: string | null;
  readonly pipelineId: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
}

/** How far a run is. `outputs` is JSON text, so that they pass through as the container wrote them. */
export interface RunProgress {
  readonly state: WireRunState;
  /** Seconds since 1970. */
  readonly updatedAt: number;
  readonly outputs: string;
  readonly error: WireRunError | null;
}

/**
 * A run as the API gives it, as JSON text on one line. `pointer` is an extension; inputs are not kept.
 * @param detail what an answer that is an error says too, in FastAPI's way
 */
export function runText(head: RunHead, progress: RunProgress, detail?: string): string {
  const { id, pointer, pipelineId, createdAt } = head;
  const { state, updatedAt, outputs, error } = progress;
  const explained = detail === undefined ? "" : `"detail":${JSON.stringify(detail)},`;
  return (
    `{${explained}"id":"${id}","created_at":${createdAt},"updated_at":${updatedAt},` +
    `"pipeline_id":${JSON.stringify(pipelineId)},"pointer":${JSON.stringify(pointer)},"state":"${state}",` +
    `"queue_position":null,"inputs":null,"outputs":${outputs},"error":${JSON.stringify(error)}}`
  );
}

export function secondsNow(): number {
  return Date.now() / 1000;
}
