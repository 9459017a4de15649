import { sql } from "kysely";
import type { Database } from "./database.ts";
import { query } from "./query.ts";
import type { Tables } from "./tables.ts";

type Row = Tables["runs"];
export type RunRow = Omit<Row, "owner">;

const columns = [
  ...(["id", "pointer", "pipeline_id", "token", "is_async", "state", "created_at", "updated_at"] as const),
  ...(["alive_until", "outputs", "error"] as const),
] as const;

const saved = [...columns, "owner"] as const;

/** To remove large outputs takes SQLite long, and everybody waits for what is done at once. */
export const forgottenAtOnce = 20;

/** The types of these columns, for rows that come as JSON. */
const recordset = sql<"given">`given (id text, pointer text, pipeline_id text, token text, is_async integer, state text,
  created_at double precision, updated_at double precision, alive_until double precision, outputs text, error text,
  owner text)`;

/** What an insert that met a row of the same key would have written. */
function excluded<T>(column: keyof Row) {
  return sql<T>`${sql.ref(`excluded.${column}`)}`;
}

export function runQueries({ build }: Database) {
  const update = {
    state: excluded<Row["state"]>("state"),
    updated_at: excluded<number>("updated_at"),
    outputs: excluded<string | null>("outputs"),
    error: excluded<string | null>("error"),
  };
  return {
    find: query((given: { id: string }) =>
      build.selectFrom("runs").select(columns).where("id", "=", given.id),
    ),
    size: query((given: { id: string }) =>
      build
        .selectFrom("runs")
        .select(({ fn }) => fn<number | null>("octet_length", ["outputs"]).as("size"))
        .where("id", "=", given.id),
    ),
    save: query((given: Row) =>
      build
        .insertInto("runs")
        .values({
          id: given.id,
          pointer: given.pointer,
          pipeline_id: given.pipeline_id,
          token: given.token,
          is_async: given.is_async,
          state: given.state,
          created_at: given.created_at,
          updated_at: given.updated_at,
          owner: given.owner,
          alive_until: given.alive_until,
          outputs: given.outputs,
          error: given.error,
        })
        .onConflict((conflict) => conflict.column("id").doUpdateSet(update)),
    ),
    /** Many at once, in PostgreSQL's own words: each alone would be a way to the server and back. */
    saveMany: query((given: { rows: string }) =>
      build
        .insertInto("runs")
        .columns(saved)
        .expression(
          build.selectFrom(sql<Row>`json_to_recordset(${given.rows}::json)`.as(recordset)).select(saved),
        )
        .onConflict((conflict) => conflict.column("id").doUpdateSet(update)),
    ),
    renew: query((given: Pick<Row, "owner" | "alive_until">) =>
      build
        .updateTable("runs")
        .set({ alive_until: given.alive_until })
        .where("owner", "=", given.owner)
        .where("state", "=", "running"),
    ),
    nthNewest: query((given: { kept: number }) =>
      build.selectFrom("runs").select("created_at").orderBy("created_at", "desc").limit(1).offset(given.kept),
    ),
    /** The oldest of them, but those in hand. */
    forget: query((given: { before: number; now: number }) =>
      build.deleteFrom("runs").where("id", "in", (row) =>
        row
          .selectFrom("runs")
          .select("id")
          .where("created_at", "<=", given.before)
          .where((old) => old.or([old("state", "!=", "running"), old("alive_until", "<=", given.now)]))
          .orderBy("created_at")
          .limit(sql.lit(forgottenAtOnce)),
      ),
    ),
  };
}
