import { sql } from "kysely";
import type { Database } from "./database.ts";
import { hold, no } from "./pointer-queries.ts";
import { query } from "./query.ts";
import type { Tables } from "./tables.ts";

type Row = Tables["pipelines"];

export const columns = ["id", "name", "image", "extras", "body", "created_at", "updated_at"] as const;

interface OfId {
  readonly id: string;
}

export function pipelineQueries(database: Database) {
  const { build } = database;
  const find = (id: string) =>
    build.selectFrom("pipelines").select(columns).where("id", "=", id).where("deleted", "=", no);
  const listed = (id: string) =>
    build.selectFrom("pointers").where("pipeline_id", "=", id).where("hidden", "=", no);
  return {
    find: query((given: OfId) => find(given.id)),
    hold: query((given: OfId) => hold(database, find(given.id), "update")),
    /** The count is its own row, which uploads of one name hold one after another until they are done. */
    nextVersion: query((given: { name: string }) =>
      build
        .insertInto("families")
        .values({ name: given.name, versions: 1 })
        .onConflict((counted) => counted.column("name").doUpdateSet({ versions: sql`families.versions + 1` }))
        .returning("versions"),
    ),
    insert: query((given: Omit<Row, "deleted">) =>
      build.insertInto("pipelines").values({
        id: given.id,
        name: given.name,
        version: given.version,
        image: given.image,
        extras: given.extras,
        body: given.body,
        created_at: given.created_at,
        updated_at: given.updated_at,
      }),
    ),
    update: query((given: Pick<Row, "id" | "extras" | "body" | "updated_at">) =>
      build
        .updateTable("pipelines")
        .set({ extras: given.extras, body: given.body, updated_at: given.updated_at })
        .where("id", "=", given.id),
    ),
    mark: query((given: Pick<Row, "id" | "updated_at">) =>
      build
        .updateTable("pipelines")
        .set({ deleted: 1, updated_at: given.updated_at })
        .where("id", "=", given.id),
    ),
    reaching: query((given: OfId) =>
      hold(database, listed(given.id).select(["pointer", "locked"]).orderBy("pointer"), "update"),
    ),
    hide: query((given: OfId) =>
      build.updateTable("pointers").set({ hidden: 1 }).where("pipeline_id", "=", given.id),
    ),
  };
}
