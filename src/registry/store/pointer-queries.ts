import { type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import type { PointerRow } from "./pointer-row.ts";
import { insertion, lookup, query } from "./query.ts";
import type { Tables } from "./tables.ts";

export interface Target {
  readonly target: string;
}

/** What of a pointer is shown. */
export const columns = ["pointer", "id", "pipeline_id", "locked"] as const;

/** Written out, not bound: only so does SQLite see that an index on such rows will do. */
export const no = sql.lit<0>(0);

/**
 * Rows that a write goes by are held until it is done. In SQLite whoever writes has the whole file, and
 * there is no word for it.
 */
export function hold<DB, TB extends keyof DB, O>(
  { kind }: Database,
  rows: SelectQueryBuilder<DB, TB, O>,
  how: "update" | "share",
): SelectQueryBuilder<DB, TB, O> {
  if (kind === "sqlite") return rows;
  return how === "update" ? rows.forUpdate() : rows.forShare();
}

export function pointerQueries(database: Database) {
  const { build } = database;
  const find = (pointer: string) =>
    build
      .selectFrom("pointers")
      .select([...columns, "hidden"])
      .where("pointer", "=", pointer);
  const living = (id: string) => build.selectFrom("pipelines").where("id", "=", id).where("deleted", "=", no);
  const pointed = (pointer: string) =>
    build
      .selectFrom("pointers")
      .innerJoin("pipelines", "pipelines.id", "pointers.pipeline_id")
      .where("pointer", "=", pointer)
      .where("hidden", "=", no)
      .where("deleted", "=", no);
  /** PostgreSQL wants to know what is bound where it is not compared with a column. */
  const bound = <T>(value: T, type: "text" | "integer") =>
    database.kind === "sqlite" ? sql<T>`${value}` : sql<T>`cast(${value} as ${sql.raw(type)})`;
  const made = (given: Omit<Tables["pointers"], "hidden">) =>
    [
      bound(given.pointer, "text").as("pointer"),
      bound(given.id, "text").as("pointer_id"),
      "id" as const,
      bound(given.locked, "integer").as("locked"),
    ] as const;
  return {
    find: query((given: { pointer: string }) => find(given.pointer), { isHot: true }),
    hold: lookup((given: { pointer: string }) => hold(database, find(given.pointer), "update"), "pointer"),
    /** The same, and beside it the id of the pipeline it is to have, if there is one: one statement for both. */
    holdForMove: lookup(
      (given: { pointer: string } & Target) =>
        hold(
          database,
          find(given.pointer).select(hold(database, living(given.target).select("id"), "share").as("target")),
          "update",
        ),
      "pointer",
    ),
    living: query((given: Target) => hold(database, living(given.target).select("id"), "share")),
    pointed: query((given: Target) => hold(database, pointed(given.target).select("pipelines.id"), "share")),
    resolvePointer: query(
      (given: Target) => pointed(given.target).select(["pipelines.id", "name", "image", "extras"]),
      { isHot: true },
    ),
    resolvePipeline: query(
      (given: Target) => living(given.target).select(["id", "name", "image", "extras"]),
      { isHot: true },
    ),
    /** Adds nothing where there is no such pipeline, or the name is taken: one statement finds out both. */
    insert: insertion(
      (rows: readonly Omit<Tables["pointers"], "hidden">[]) =>
        build
          .insertInto("pointers")
          .columns(columns)
          .expression(
            rows
              .map((given) => hold(database, living(given.pipeline_id), "share").select(made(given)))
              .reduce((all, one) => all.unionAll(one)),
          )
          .onConflict((taken) => taken.doNothing()),
      { key: "pointer", shared: ["locked"] },
    ),
    /** Writes over rows that are held, in the form that adds rows: so those of many writes are one statement. */
    update: insertion(
      (rows: readonly PointerRow[]) =>
        build
          .insertInto("pointers")
          .values(
            rows.map(({ pointer, id, pipeline_id, locked, hidden }) => ({
              pointer,
              id,
              pipeline_id,
              locked,
              hidden,
            })),
          )
          .onConflict((there) =>
            there.column("pointer").doUpdateSet((row) => ({
              pipeline_id: row.ref("excluded.pipeline_id"),
              locked: row.ref("excluded.locked"),
              hidden: row.ref("excluded.hidden"),
            })),
          ),
      { key: "pointer", shared: ["locked", "hidden"] },
    ),
    remove: query((given: { pointer: string }) =>
      build.deleteFrom("pointers").where("pointer", "=", given.pointer),
    ),
  };
}
