import type { WirePage } from "../../wire/page.ts";
import { RemoteError } from "../remote-error.ts";

/** Pages asked for at a time, once the first has told their size. */
const window = 10;
/** More than any registry has; a hostile one could otherwise fill memory row by row. */
const mostRows = 1_000_000;
const mostPages = 20_000;

/**
 * All rows of a paged listing, or throws: never a part. It advances by the rows received, whatever limit
 * was asked for, and notices a total that moves, a row twice, a row too many and a row missing.
 * @param getPage asks for the page that begins at row `skip`
 * @param keyOf what no two rows share
 * @throws RemoteError `remote-inconsistent`
 */
export async function readListing<Row>(
  getPage: (skip: number) => Promise<WirePage<Row>>,
  keyOf: (row: Row) => string,
): Promise<Row[]> {
  const rows: Row[] = [];
  const keys = new Set<string>();
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
  let pages = 1;
  while (rows.length < total) {
    const skips = skipsFrom(rows.length, total, stride);
    const answers = await Promise.all(skips.map(getPage));
    pages += answers.length;
    if (pages > mostPages) throw inconsistent(`it did not end within ${mostPages} pages`);
    for (const [i, page] of answers.entries()) {
      // After a page shorter or longer than the first, the others begin at the wrong row: ask again from there.
      if (skips[i] !== rows.length) break;
      take(page);
    }
  }
  return rows;

  function take(page: WirePage<Row>): void {
    if (page.total !== total)
      throw inconsistent(`its total moved from ${total} to ${page.total} between pages`);
    if (page.data.length === 0 && rows.length < total) {
      throw inconsistent(`it ended after ${rows.length} rows of ${total}`);
    }
    for (const row of page.data) {
      const key = keyOf(row);
      if (keys.has(key)) throw inconsistent(`it has ${key} twice`);
      keys.add(key);
      rows.push(row);
    }
    if (rows.length > total) throw inconsistent(`it has ${rows.length} rows though it says ${total}`);
  }
}

function skipsFrom(start: number, total: number, stride: number): number[] {
  const count = Math.min(window, Math.ceil((total - start) / stride));
  return Array.from({ length: count }, (_, i) => start + i * stride);
}

function inconsistent(why: string): RemoteError {
  return new RemoteError(why, { outcome: "unclear", code: "remote-inconsistent" });
}
