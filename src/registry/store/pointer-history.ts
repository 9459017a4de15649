import { sql } from "kysely";
import { showEvent } from "./audit.ts";
import type { Database } from "./database.ts";
import { type Filter, lengthOf, readPage, sizeOfPage } from "./paging.ts";
import type { PageOf, PointerStore } from "./pointer-store.ts";
import { query } from "./query.ts";

const columns = ["at", "action", "subject", "before", "after", "token_name", "source"] as const;

/** Written out, not bound: only so do databases see that the index on such entries will do. */
const ofPointers = sql.lit<"pointer">("pointer");

/** The calls that read a pointer's audit. */
export function pointerHistory(database: Database): Pick<PointerStore, "history" | "at"> {
  const ofPointer = (pointer: string) =>
    database.build.selectFrom("audit").where("kind", "=", ofPointers).where("subject", "=", pointer);
  const page = (given: Filter & PageOf) =>
    ofPointer(given["pointer"] as string)
      .orderBy("seq", "desc")
      .limit(given.limit)
      .offset(given.skip);
  const paging = {
    rows: query((given: Filter & PageOf) => page(given).select(columns)),
    size: sizeOfPage(database, (given) => page(given).select(lengthOf("source").as("bytes"))),
    count: query((given: Filter) =>
      ofPointer(given["pointer"] as string).select(({ fn }) => fn.countAll<number>().as("total")),
    ),
  };
  const last = query((given: { pointer: string; time: number }) =>
    ofPointer(given.pointer).select(columns).where("at", "<=", given.time).orderBy("seq", "desc").limit(1),
  );
  return {
    history: (pointer, { skip, limit }) => readPage(database, paging, { pointer, skip, limit }, showEvent),
    at: async (pointer, time) => {
      const row = await database.first(last, { pointer, time });
      return row === undefined || row.after === null ? null : showEvent(row);
    },
  };
}
