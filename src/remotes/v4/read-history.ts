import type { PointerValue } from "../../model/pointer.ts";
import type { RemoteEvent } from "../../model/remote.ts";
import { pageLimit } from "../../wire/page.ts";
import { pathOfPointer } from "../../wire/pointer.ts";
import { WireError, isRecord } from "../../wire/wire-error.ts";
import type { Caller } from "./caller.ts";
import { getPage } from "./get-page.ts";
import { readSource } from "./source-header.ts";

/**
 * A pointer's record, page by page. What is recorded meanwhile comes on top: an entry may then be read twice,
 * and none is missed.
 * @throws RemoteError `remote-inconsistent` for a page that cannot be read, and as `Caller.read`
 */
export async function* readHistory(
  caller: Caller,
  pointer: string,
  options: { readonly signal?: AbortSignal | undefined; readonly token: string | undefined },
): AsyncGenerator<RemoteEvent> {
  for (let skip = 0; ;) {
    const path = `${pathOfPointer(pointer)}/history?skip=${skip}&limit=${pageLimit}`;
    const page = await getPage(caller, path, readEvent, options);
    yield* page.data;
    skip += page.data.length;
    if (page.data.length === 0 || skip >= page.total) return;
  }
}

function readEvent(value: unknown): RemoteEvent {
  if (!isRecord(value)) throw new WireError("an entry of the history is not an object");
  const { at, before, after, token, source } = value;
  if (typeof at !== "number") throw new WireError('an entry of the history has no "at"');
  return {
    at: at * 1000,
    before: readValue(before),
    after: readValue(after),
    by: typeof token === "string" ? token : "",
    source: readSource(source),
  };
}

function readValue(value: unknown): PointerValue | null {
  if (value === null) return null;
  if (!isRecord(value) || typeof value["pipeline_id"] !== "string") {
    throw new WireError("an entry of the history does not say which pipeline");
  }
  return { pipeline: value["pipeline_id"], locked: value["locked"] === true };
}
