import { randomBytes } from "node:crypto";
import { familyOf } from "../../pointer/name.ts";
import type { WirePointer } from "../../wire/pointer.ts";
import type { Database, Session } from "./database.ts";
import { pointerQueries } from "./pointer-queries.ts";
import { usernameOf } from "./pointer-row.ts";

/** Adds a pointer, for a caller that is in a write already; null where its name is taken. */
export function insertPointer(database: Database) {
  const { insert } = pointerQueries(database);
  return async (
    session: Session,
    pointer: string,
    pipeline_id: string,
    locked: boolean,
  ): Promise<WirePointer | null> => {
    const id = `pointer_${randomBytes(12).toString("hex")}`;
    const [family, username] = [familyOf(pointer), usernameOf(pointer)];
    const made = { pointer, id, family, username, pipeline_id, locked: Number(locked) };
    if ((await session.first(insert, made)) === undefined) return null;
    return { id, pointer, pipeline_id, locked };
  };
}
