import type { Database } from "./database.ts";
import {
  type Filter,
  type FilteredBy,
  givenUsernames,
  isInRanges,
  pagings,
  readPage,
  startingWith,
} from "./paging.ts";
import { columns, no } from "./pointer-queries.ts";
import type { PageOf, PointerStore } from "./pointer-store.ts";
import { showPointer } from "./pointer-row.ts";
import { query } from "./query.ts";

export function pointerListing(database: Database): PointerStore["list"] {
  const { build } = database;
  const filtered = (given: Filter, { deleted, family, usernames }: FilteredBy) => {
    let rows = build.selectFrom("pointers");
    if (!deleted) rows = rows.where("hidden", "=", no);
    if (family)
      rows = rows.where("pointer", ">=", text(given, "from")).where("pointer", "<", text(given, "to"));
    if (usernames === null) return rows;
    return rows.where((eb) => isInRanges(eb, "pointer", given, usernames));
  };
  const pageOf = (rows: ReturnType<typeof filtered>, { limit, skip }: PageOf) =>
    rows.select(columns).orderBy("pointer").limit(limit).offset(skip);
  const paging = pagings((by) => ({
    rows: query((given: Filter & PageOf) => pageOf(filtered(given, by), given)),
    seek: {
      rows: query((given: Filter & PageOf) =>
        pageOf(filtered(given, by).where("pointer", ">", text(given, "after")), given),
      ),
      nameOf: ({ pointer }: { readonly pointer: string }) => pointer,
    },
    count: query((given: Filter) =>
      filtered(given, by).select(({ fn }) => fn.countAll<number>().as("total")),
    ),
  }));
  return async ({ skip, limit, family, usernames, deleted }) => {
    const by = { deleted, family: family !== undefined, usernames: usernames?.length ?? null };
    const range = family === undefined ? {} : startingWith(family, ":");
    const given = { skip, limit, ...range, ...givenUsernames(usernames) };
    return readPage(database, paging(by), given, showPointer);
  };
}

function text(given: Filter, field: string): string {
  return given[field] as string;
}
