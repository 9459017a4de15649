import type { WireRunError } from "../../wire/run.ts";

/**
 * The runs that went through the gateway, the newest of them: how many are kept is bounded. A run that
 * nobody finishes, because its process is gone, is shown as failed after a while.
 */
export interface RunStore {
  /** Writes runs as they are now, in one transaction: those that are new, and what has become of others. */
  save(runs: readonly RunRecord[]): Promise<void>;
  get(id: string): Promise<RunRecord | null>;
  /** Bytes of its outputs, for which these are not read; 0 where there are none. */
  size(id: string): Promise<number>;
}

export interface RunRecord {
  readonly id: string;
  /** The name it was asked by; null where that was a pipeline's id. */
  readonly pointer: string | null;
  readonly pipeline_id: string;
  /** The id of the token that asked. */
  readonly token: string;
  /** Whether its caller does not wait for it. */
  readonly async: boolean;
  /** Seconds since 1970. */
  readonly created_at: number;
  /** Seconds since 1970. */
  readonly updated_at: number;
  readonly state: "running" | "completed" | "failed" | "no_resources_available";
  /** JSON text: numbers keep the digits that their container gave them. */
  readonly outputs: string | null;
  readonly error: WireRunError | null;
}
