import type { PointerValue } from "../../model/pointer.ts";
import { familyOf } from "../../pointer/name.ts";
import { pageLimit, type WirePage } from "../../wire/page.ts";
import { pointerPath, readPointer, type WirePointer } from "../../wire/pointer.ts";
import { backOff, type Clock } from "../clock.ts";
import { RemoteError } from "../remote-error.ts";
import type { Caller } from "./caller.ts";
import { getPage } from "./get-page.ts";
import { readListing } from "./listing.ts";
import { oneLine } from "./readable.ts";

/** How often a listing that contradicts itself is read: somebody may be writing meanwhile. */
const readings = 3;

interface Listed {
  readonly caller: Caller;
  readonly clock: Clock;
  /** Milliseconds before the second reading. */
  readonly delay: number;
  readonly url: string;
  readonly token: string | undefined;
}

/**
 * The whole listing of pointers, or of one family's.
 * @throws RemoteError `remote-inconsistent` where it contradicts itself three times, and as `Caller.read`
 */
export async function listPointers(
  listed: Listed,
  family: string | undefined,
  signal?: AbortSignal,
): Promise<Map<string, PointerValue>> {
  const pageAt = pagesOf(listed, family === undefined ? {} : { pipeline_name: family }, signal);
  const rows = await trusted(() => readListing(pageAt, nameOf, valueOf), listed, signal);
  if (family === undefined) return rows;
  // A remote may know the filter and not mind it.
  for (const pointer of rows.keys()) if (familyOf(pointer) !== family) rows.delete(pointer);
  return rows;
}

/** Whether a name is in the listing that has the pointers of deleted pipelines too. @throws as `listPointers` */
export async function holdsName(listed: Listed, pointer: string, signal?: AbortSignal): Promise<boolean> {
  const pageAt = pagesOf(listed, { pipeline_name: familyOf(pointer), show_deleted: "true" }, signal);
  // Names of deleted pointers may come back: only with its id is such a row one of a kind.
  const keyOf = (row: WirePointer): string => `${row.pointer} ${row.id}`;
  const rows = await trusted(() => readListing(pageAt, keyOf, nameOf), listed, signal);
  return [...rows.values()].includes(pointer);
}

function nameOf({ pointer }: WirePointer): string {
  return pointer;
}

function valueOf({ pipeline_id, locked }: WirePointer): PointerValue {
  return { pipeline: pipeline_id, locked };
}

function pagesOf(
  { caller, token }: Listed,
  filter: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): (skip: number) => Promise<WirePage<WirePointer>> {
  return (skip) => {
    const query = new URLSearchParams({ skip: String(skip), limit: String(pageLimit), ...filter });
    return getPage(caller, `${pointerPath}?${query.toString()}`, readPointer, { signal, token });
  };
}

/** A listing, read again where it contradicts itself. */
async function trusted<Listing>(
  read: () => Promise<Listing>,
  listed: Listed,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  for (let reading = 1; ; reading += 1) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== "remote-inconsistent") throw error;
      if (reading >= readings || signal?.aborted === true) throw untrusted(error, reading, listed);
      await listed.clock.sleep(backOff(reading, listed.delay, listed.delay * 4), signal);
    }
  }
}

function untrusted(error: RemoteError, times: number, { url, token }: Listed): RemoteError {
  return new RemoteError(
    `the listing of ${url} cannot be trusted: ${oneLine(error.message, token)}${times === 1 ? "" : ` (read ${times} times)`}`,
    {
      outcome: "unclear",
      code: "remote-inconsistent",
      status: error.status,
      hint: error.hint ?? "is somebody else writing to it? try again",
      cause: error,
    },
  );
}
