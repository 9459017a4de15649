import type { RunRecord } from "../../src/registry/store/run-store.ts";

/** A run that has begun. */
export function aRun(id: string, more: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    pointer: "u/p:latest",
    pipeline_id: "pipeline_1",
    token: "token_1",
    async: true,
    created_at: 1,
    updated_at: 1,
    state: "running",
    outputs: null,
    error: null,
    ...more,
  };
}
