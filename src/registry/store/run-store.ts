import type { WireRunError } from "../../wire/run.ts";

/**
 * The runs that went through the gateway, the newest of them: how many are kept is bounded. A run that
 * nobody finishes, because its process is gone, is shown as failed after a while.
 */
export interface RunStore {
  start(run: RunStart): Promise<void>;
  /** Does nothing for a run that is no longer kept. */
  finish(id: string, end: RunEnd): Promise<void>;
  get(id: string): Promise<RunRecord | null>;
}

export interface RunStart {
  readonly id: string;
  /** The name it was asked by; null where that was a pipeline's id. */
  readonly pointer: string | null;
  readonly pipeline_id: string;
  /** The id of the token that asked. */
  readonly token: string;
  /** Seconds since 1970. */
  readonly created_at: number;
  /** Whether its caller does not wait for it. */
  readonly async: boolean;
}

export interface RunEnd {
  /** Seconds since 1970. */
  readonly updated_at: number;
  readonly state: "completed" | "failed" | "no_resources_available";
  /** JSON text: numbers keep the digits that their container gave them. */
  readonly outputs: string | null;
  readonly error: WireRunError | null;
}

export interface RunRecord extends RunStart {
  readonly updated_at: number;
  readonly state: "running" | RunEnd["state"];
  readonly outputs: string | null;
  readonly error: WireRunError | null;
}
