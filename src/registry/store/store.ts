import type { WireSource } from "../../wire/source.ts";
import type { PipelineStore } from "./pipeline-store.ts";
import type { PointerStore } from "./pointer-store.ts";
import type { RunStore } from "./run-store.ts";
import type { TokenStore } from "./token-store.ts";

/** Who makes a write: kept in the audit as it is given. */
export interface Author {
  /** The token's id; "admin" for POINTSMAN_TOKEN, "local" in process. */
  readonly token: string;
  /** The token's name, for people. */
  readonly name: string;
  readonly source: WireSource | null;
}

/**
 * Where a registry keeps what it knows. All calls may throw `Unavailable`, and `Refusal` where a call
 * cannot be granted. A write settles once it is durable; after its refusal nothing has changed.
 */
export interface Store {
  readonly kind: "sqlite" | "postgres";
  readonly pointers: PointerStore;
  readonly pipelines: PipelineStore;
  readonly runs: RunStore;
  readonly tokens: TokenStore;
  /** Throws where the database does not answer, or its file is gone or cannot be read. */
  ping(): Promise<void>;
  /**
   * Writes a consistent copy to a new file, while the store is in use.
   * @throws PointsmanError backup-failed where there is such a file, or the database is no file
   */
  backup(file: string): Promise<void>;
  /**
   * Finishes the writes under way, and frees files and connections. Further calls are errors.
   * @param patience milliseconds after which a server is not waited for any longer: what is under way then fails
   */
  close(patience?: number): Promise<void>;
}
