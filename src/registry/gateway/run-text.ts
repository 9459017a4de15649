import type { RunRecord } from "../store/run-store.ts";

/**
 * A run as the API gives it, as JSON text on one line. `pointer` is an extension; inputs are not kept.
 * @param detail what an answer that is an error says too, in FastAPI's way
 */
export function runText(run: RunRecord, detail?: string): string {
  const explained = detail === undefined ? "" : `"detail":${JSON.stringify(detail)},`;
  return (
    `{${explained}"id":"${run.id}","created_at":${run.created_at},"updated_at":${run.updated_at},` +
    `"pipeline_id":${JSON.stringify(run.pipeline_id)},"pointer":${JSON.stringify(run.pointer)},` +
    `"state":"${run.state}","queue_position":null,"inputs":null,` +
    `"outputs":${run.outputs ?? "null"},"error":${JSON.stringify(run.error)}}`
  );
}
