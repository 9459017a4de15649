import { WireError, isRecord } from "./wire-error.ts";

/** One page of a listing: `limit` is what the server used, whatever was asked. */
export interface WirePage<Row> {
  readonly skip: number;
  readonly limit: number;
  readonly total: number;
  readonly data: readonly Row[];
}

/** What our client asks for: the most that the vendor's published reference allows. */
export const pageLimit = 1000;
/** What our registry uses for a listing without a `limit`, as the vendor's client would send. It takes 1…10000. */
export const defaultPageLimit = 1000;

/**
 * A page out of a remote's answer, each row read by `readRow`.
 * @throws WireError where it is not one
 */
export function readPage<Row>(value: unknown, readRow: (row: unknown) => Row): WirePage<Row> {
  if (!isRecord(value)) throw new WireError("the page is not an object");
  const { skip, limit, total, data } = value;
  if (!isCount(skip)) throw new WireError('the page has no "skip"');
  if (!isCount(limit)) throw new WireError('the page has no "limit"');
  if (!isCount(total)) throw new WireError('the page has no "total"');
  if (!Array.isArray(data)) throw new WireError('the page has no "data"');
  return { skip, limit, total, data: data.map(readRow) };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
