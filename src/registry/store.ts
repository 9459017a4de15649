import { openDatabase } from "./open-database.ts";
import { type PipelineStore, pipelineStore } from "./pipeline-store.ts";
import { type PointerStore, pointerStore } from "./pointer-store.ts";

/** Where a registry keeps what it knows. */
export interface Store {
  readonly pointers: PointerStore;
  readonly pipelines: PipelineStore;
  /** Finishes the writes under way, and frees the files. Further calls are errors. */
  close(): void;
}

/**
 * A store on the SQLite file in `folder`, made if missing. Several processes may open the same one.
 * @param folder a path, or ":memory:"
 * @param options.patience how long to wait for another process's write, in milliseconds
 * @throws PointsmanError server-failed
 */
export function openStore(folder: string, options: { readonly patience?: number } = {}): Store {
  const database = openDatabase(folder, options.patience ?? 10_000);
  return {
    pointers: pointerStore(database),
    pipelines: pipelineStore(database),
    close: () => database.close(),
  };
}
