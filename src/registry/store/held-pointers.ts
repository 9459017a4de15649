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

  /** What a write of a pointer asks for first, to be given to `held` or `heldForMove`. */
  function ahead(pointer: string, target: string | null = null) {
    return target === null || isName(target)
      ? { lookup: queries.hold, given: { pointer, target } }
      : { lookup: queries.holdForMove, given: { pointer, target } };
  }

  /** The pointer that a write is about, which nobody else changes before the write is done. */
  async function held(
    session: Session,
    { given }: ReturnType<typeof ahead>,
    expected: Condition | undefined,
  ): Promise<PointerRow> {
    return checkHeld(await session.first(queries.hold, given), given.pointer, expected);
  }

  /** The same, and the pipeline that it is to have, which is held too; null where there is none. */
  async function heldForMove(
    session: Session,
    wanted: ReturnType<typeof ahead>,
    expected: Condition | undefined,
  ): Promise<PointerRow & { readonly target: string | null }> {
    const { pointer, target } = wanted.given;
    if (wanted.lookup === queries.holdForMove) {
      return checkHeld(await session.first(queries.holdForMove, wanted.given), pointer, expected);
    }
    // By name one after the other: two that want each other's wait in one order.
    const early = target !== null && target < pointer ? await targetOf(session, target) : null;
    const row = await held(session, wanted, expected);
    return {
      ...row,
      target: target === null ? row.pipeline_id : (early ?? (await targetOf(session, target))),
    };
  }

  return { targetOf, ahead, held, heldForMove };
}

/** @throws Refusal where nobody may change it, or it is not what was expected */
function checkHeld<Row extends PointerRow>(
  row: Row | undefined,
  pointer: string,
  expected: Condition | undefined,
): Row {
  if (expected !== undefined && !expected(row === undefined ? null : etagOf(showPointer(row)))) {
    throw new Refusal(412, `${pointer} is not what was expected: it has changed`);
  }
  if (row === undefined) throw new Refusal(404, `no pointer is named ${pointer}`);
  if (isReserved(pointer)) throw new Refusal(403, `${pointer} is a version pointer, which never changes`);
  return row;
}
