import { sql } from "kysely";
import type { Database } from "./database.ts";
import { isDatabaseUrl } from "./database-url.ts";
import { pipelineStore } from "./pipelines.ts";
import { pointerStore } from "./pointers.ts";
import { query } from "./query.ts";
import { type RunOptions, runStore } from "./runs.ts";
import type { Store } from "./store.ts";
import { tokenStore } from "./tokens.ts";

export interface StoreOptions {
  /** How long to wait for another process's write, or for a connection, in milliseconds. */
  readonly patience?: number;
  /** To a PostgreSQL server at most. */
  readonly connections?: number;
  /** Whether the folder's file or the database's tables are made where they are missing; true if absent. */
  readonly create?: boolean;
  readonly runs?: RunOptions;
}

/**
 * A store on the SQLite file in a folder, or in a PostgreSQL database. Several processes may open the same
 * one.
 * @param location a folder, or a URL `postgres://…`
 * @throws PointsmanError server-failed
 */
export async function openStore(location: string, options: StoreOptions = {}): Promise<Store> {
  const database = await openDatabase(location, options);
  const { runs, stop } = runStore(database, options.runs ?? { kept: 100_000, lease: 60_000 });
  const some = query(() => database.build.selectFrom("pointers").select("pointer").limit(sql.lit(1)));
  return {
    kind: database.kind,
    pointers: pointerStore(database),
    pipelines: pipelineStore(database),
    runs,
    tokens: tokenStore(database),
    ping: () => database.probe(some),
    backup: (file) => database.backup(file),
    close: async (patience) => {
      stop();
      await database.close(patience);
    },
  };
}

/** Each database's driver is loaded only where it is used. */
async function openDatabase(location: string, options: StoreOptions): Promise<Database> {
  const { patience = 10_000, connections = 10, create = true } = options;
  if (isDatabaseUrl(location)) {
    const { openPostgres } = await import("./open-postgres.ts");
    return openPostgres(location, { patience, connections, create });
  }
  const { openSqlite } = await import("./open-sqlite.ts");
  return openSqlite(location, { patience, create });
}
