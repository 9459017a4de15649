import type { WirePage } from "../../wire/page.ts";
import { RemoteError } from "../remote-error.ts";

/** Pages under way at a time, once the first has told their size. */
const window = 10;
/** More than any registry has; a hostile one could otherwise fill memory row by row. */
const mostRows = 1_000_000;
const mostPages = 20_000;

/**
 * All rows of a paged listing by their keys, or throws: never a part. It advances by the rows received, whatever limit
 * was asked for, and notices a total that moves, a row twice, a row too many and a row missing.
 * @param getPage asks for the page that begins at row `skip`
 * @param keyOf what no two rows share
 * @param valueOf what is kept of a row
 * @throws RemoteError `remote-inconsistent`
 */
export async function readListing<Row, Value>(
  getPage: (skip: number) => Promise<WirePage<Row>>,
  keyOf: (row: Row) => string,
  valueOf: (row: Row) => Value,
): Promise<Map<string, Value>> {
  const rows = new Map<string, Value>();
  const first = await getPage(0);
  const { total } = first;
  const stride = first.data.length;
  if (total > mostRows) throw inconsistent(`it claims ${total} rows; pointsman takes ${mostRows} at most`);
  if (stride > 0 && total / stride > mostPages) {
    throw inconsistent(
      `it gives ${total} rows in pages of ${stride}; pointsman takes ${mostPages} pages at most`,
    );
  }
  take(first);
  const asked: { readonly skip: number; readonly page: Promise<WirePage<Row>> }[] = [];
  let pages = 1;
  let next = rows.size;
  while (rows.size < total) {
    for (; asked.length < window && next < total; next += stride) {
      const page = getPage(next);
      // Whose turn never comes may fail unheard.
      page.catch(() => undefined);
      asked.push({ skip: next, page });
      pages += 1;
    }
    if (pages > mostPages) throw inconsistent(`it did not end within ${mostPages} pages`);
    const one = asked.shift();
    if (one?.skip === rows.size) take(await one.page);
    else {
      // After a page shorter or longer than the first, the others begin at the wrong row: ask again from there.
      await Promise.allSettled(asked.splice(0).map(({ page }) => page));
      next = rows.size;
    }
  }
  return rows;

  function take(page: WirePage<Row>): void {
    if (page.total !== total)
      throw inconsistent(`its total moved from ${total} to ${page.total} between pages`);
    if (page.data.length === 0 && rows.size < total) {
      throw inconsistent(`it ended after ${rows.size} rows of ${total}`);
    }
    for (const row of page.data) {
      const key = keyOf(row);
      if (rows.size === rows.set(key, valueOf(row)).size) throw inconsistent(`it has ${key} twice`);
    }
    if (rows.size > total) throw inconsistent(`it has ${rows.size} rows though it says ${total}`);
  }
}

function inconsistent(why: string): RemoteError {
  return new RemoteError(why, { outcome: "unclear", code: "remote-inconsistent" });
}
