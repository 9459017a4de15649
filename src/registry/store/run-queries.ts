import type { Database } from "./database.ts";
import { query } from "./query.ts";
import type { Tables } from "./tables.ts";

type Row = Tables["runs"];
export type RunRow = Omit<Row, "owner">;

const columns = [
  ...(["id", "pointer", "pipeline_id", "token", "is_async", "state", "created_at", "updated_at"] as const),
  ...(["alive_until", "outputs", "error"] as const),
] as const;

export function runQueries({ build }: Database) {
  return {
    find: query((given: { id: string }) =>
      build.selectFrom("runs").select(columns).where("id", "=", given.id),
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
        .onConflict((conflict) =>
          conflict.column("id").doUpdateSet({
            state: given.state,
            updated_at: given.updated_at,
            outputs: given.outputs,
            error: given.error,
          }),
        ),
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
    forget: query((given: { before: number }) =>
      build.deleteFrom("runs").where("created_at", "<=", given.before),
    ),
  };
}
