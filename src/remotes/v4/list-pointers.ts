import type { RemotePointer } from "../../model/remote.ts";
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
 * The whole listing of pointers, read again where it contradicts itself.
 * @throws RemoteError `remote-inconsistent` after three such readings, and as `Caller.read`
 */
export async function listPointers(
  listed: Listed,
  filter: { readonly family?: string; readonly deleted?: boolean },
  signal?: AbortSignal,
): Promise<RemotePointer[]> {
  // Names of deleted pointers may come back: only with its id is such a row one of a kind.
  const keyOf = (row: WirePointer) => (filter.deleted === true ? `${row.pointer} ${row.id}` : row.pointer);
  for (let reading = 1; ; reading += 1) {
    try {
      const rows = await readListing((skip) => pageAt(listed, filter, skip, signal), keyOf);
      return rows
        .map(({ pointer, pipeline_id, locked }) => ({ pointer, pipeline: pipeline_id, locked }))
        .filter(({ pointer }) => filter.family === undefined || familyOf(pointer) === filter.family);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.code !== "remote-inconsistent") throw error;
      if (reading >= readings || signal?.aborted === true) throw untrusted(error, reading, listed);
      await listed.clock.sleep(backOff(reading, listed.delay, listed.delay * 4), signal);
    }
  }
}

async function pageAt(
  { caller, token }: Listed,
  { family, deleted }: { readonly family?: string; readonly deleted?: boolean },
  skip: number,
  signal?: AbortSignal,
): Promise<WirePage<WirePointer>> {
  const query = new URLSearchParams({ skip: String(skip), limit: String(pageLimit) });
  if (family !== undefined) query.set("pipeline_name", family);
  if (deleted === true) query.set("show_deleted", "true");
  return getPage(caller, `${pointerPath}?${query.toString()}`, readPointer, { signal, token });
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
