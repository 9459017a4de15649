import { sql } from "kysely";
import { openSqlite } from "./open-sqlite.ts";
import { pipelineStore } from "./pipelines.ts";
import { pointerStore } from "./pointers.ts";
import { query } from "./query.ts";
import { type RunOptions, runStore } from "./runs.ts";
import type { Store } from "./store.ts";
import { tokenStore } from "./tokens.ts";

export interface StoreOptions {
  /** How long to wait for another process's write, in milliseconds. */
  readonly patience?: number;
  readonly runs?: RunOptions;
}

/**
 * A store on the SQLite file in a folder, made if missing. Several processes may open the same one.
 * @throws PointsmanError server-failed
 */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  const database = openSqlite(folder, options.patience ?? 10_000);
  const { runs, stop } = runStore(database, options.runs ?? { kept: 100_000, lease: 60_000 });
  const one = query(() => database.build.selectNoFrom(sql.lit(1).as("one")));
  return {
    kind: database.kind,
    pointers: pointerStore(database),
    pipelines: pipelineStore(database),
    runs,
    tokens: tokenStore(database),
    ping: async () => void (await database.all(one, {})),
    backup: (file) => database.backup(file),
    close: async () => {
      stop();
      await database.close();
    },
  };
}
