import type { WirePointer } from "../../wire/pointer.ts";
import type { Database, WriteSession } from "./database.ts";
import { newId } from "./new-id.ts";
import { pointerQueries } from "./pointer-queries.ts";

/** Adds a pointer, for a caller that is in a write already; null where its name is taken, or there is no such pipeline. */
export function insertPointer(database: Database) {
  const { insert } = pointerQueries(database);
  return async (
    session: WriteSession,
    pointer: string,
    pipeline_id: string,
    locked: boolean,
  ): Promise<WirePointer | null> => {
    const id = newId("pointer");
    const made = { pointer, id, pipeline_id, locked: Number(locked) };
    if (!(await session.append(insert, made))) return null;
    return { id, pointer, pipeline_id, locked };
  };
}
