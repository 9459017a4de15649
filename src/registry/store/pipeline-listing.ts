import type { Database } from "./database.ts";
import {
  type Filter,
  givenUsernames,
  isInRanges,
  lengthOf,
  pagings,
  readPage,
  sizeOfPage,
} from "./paging.ts";
import { columns } from "./pipeline-queries.ts";
import type { PipelineStore } from "./pipeline-store.ts";
import { showPipeline } from "./pipeline-row.ts";
import { no } from "./pointer-queries.ts";
import type { PageOf } from "./pointer-store.ts";
import { query } from "./query.ts";

export function pipelineListing(database: Database): PipelineStore["list"] {
  const paging = pagings(({ family, usernames }) => {
    const filtered = (given: Filter) => {
      let rows = database.build.selectFrom("pipelines").where("deleted", "=", no);
      if (family) rows = rows.where("name", "=", given["family"] as string);
      if (usernames === null) return rows;
      return rows.where((eb) => isInRanges(eb, "name", given, usernames));
    };
    const page = (given: Filter & PageOf) =>
      filtered(given).orderBy("name").orderBy("version").limit(given.limit).offset(given.skip);
    return {
      rows: query((given: Filter & PageOf) => page(given).select(columns)),
      size: sizeOfPage(database, (given) => page(given).select(lengthOf("body", "extras").as("bytes"))),
      count: query((given: Filter) => filtered(given).select(({ fn }) => fn.countAll<number>().as("total"))),
    };
  });
  return async ({ skip, limit, name, usernames }) => {
    const by = { deleted: false, family: name !== undefined, usernames: usernames?.length ?? null };
    const given = { skip, limit, family: name ?? null, ...givenUsernames(usernames) };
    return readPage(database, paging(by), given, showPipeline);
  };
}
