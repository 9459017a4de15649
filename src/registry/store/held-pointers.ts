import { isReserved } from "../../pointer/name.ts";
import { isName } from "../../pointer/target.ts";
import { type Condition, etagOf } from "../../wire/etag.ts";
import type { Database, Session } from "./database.ts";
import { pointerQueries } from "./pointer-queries.ts";
import { type PointerRow, showPointer } from "./pointer-row.ts";
import { Refusal } from "../refusal.ts";

/** The rows that writes to pointers go by: nobody else changes them before the write is done. */
export function heldPointers(database: Database) {
  const queries = pointerQueries(database);

  /** The pipeline id that a target stands for now: chains are flattened here, on write. */
  async function targetOf(session: Session, target: string): Promise<string | null> {
    const query = isName(target) ? queries.pointed : queries.living;
    return (await session.first(query, { target }))?.id ?? null;
  }

  /** The pointer that a write is about, which nobody else changes before the write is done. */
  async function held(
    session: Session,
    pointer: string,
    expected: Condition | undefined,
  ): Promise<PointerRow> {
    return checkHeld(await session.first(queries.hold, { pointer }), pointer, expected);
  }

  /** The same, and the pipeline that it is to have, which is held too; null where there is none. */
  async function heldForMove(
    session: Session,
    pointer: string,
    target: string | null,
    expected: Condition | undefined,
  ): Promise<PointerRow & { readonly target: string | null }> {
    if (target !== null && !isName(target)) {
      return checkHeld(await session.first(queries.holdForMove, { pointer, target }), pointer, expected);
    }
    // By name one after the other: two that want each other's wait in one order.
    const early = target !== null && target < pointer ? await targetOf(session, target) : null;
    const row = await held(session, pointer, expected);
    return {
      ...row,
      target: target === null ? row.pipeline_id : (early ?? (await targetOf(session, target))),
    };
  }

  return { targetOf, held, heldForMove };
}

/** @throws Refusal where nobody may change it, or it is not what was expected */
function checkHeld<Row extends PointerRow>(
  row: Row | undefined,
  pointer: string,
  expected: Condition | undefined,
): Row {
  const etag = row === undefined ? null : etagOf(showPointer(row));
  if (expected !== undefined && !expected(etag)) {
    throw new Refusal(412, `${pointer} is not what was expected: it has changed`);
  }
  if (row === undefined) throw new Refusal(404, `no pointer is named ${pointer}`);
  if (isReserved(pointer)) throw new Refusal(403, `${pointer} is a version pointer, which never changes`);
  return row;
}
