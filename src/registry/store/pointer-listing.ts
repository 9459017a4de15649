import type { Database } from "./database.ts";
import { type Filter, givenUsernames, pagings, readPage, usernameFields } from "./paging.ts";
import { columns, no } from "./pointer-queries.ts";
import type { PageOf, PointerStore } from "./pointer-store.ts";
import { showPointer } from "./pointer-row.ts";
import { query } from "./query.ts";

export function pointerListing(database: Database): PointerStore["list"] {
  const paging = pagings(({ deleted, family, usernames }) => {
    const filtered = (given: Filter) => {
      let rows = database.build.selectFrom("pointers");
      if (!deleted) rows = rows.where("hidden", "=", no);
      if (family) rows = rows.where("family", "=", given["family"] as string);
      if (usernames === null) return rows;
      return rows.where(
        "username",
        "in",
        usernameFields(usernames).map((field) => given[field] as string),
      );
    };
    return {
      rows: query((given: Filter & PageOf) =>
        filtered(given).select(columns).orderBy("pointer").limit(given.limit).offset(given.skip),
      ),
      count: query((given: Filter) => filtered(given).select(({ fn }) => fn.countAll<number>().as("total"))),
    };
  });
  return async ({ skip, limit, family, usernames, deleted }) => {
    const by = { deleted, family: family !== undefined, usernames: usernames?.length ?? null };
    const given = { skip, limit, family: family ?? null, ...givenUsernames(usernames) };
    return readPage(database, paging(by), given, showPointer);
  };
}
