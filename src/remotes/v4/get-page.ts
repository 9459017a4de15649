import { readPage, type WirePage } from "../../wire/page.ts";
import { notJson, unreadableAnswer } from "./answer-error.ts";
import type { Caller } from "./caller.ts";
import { parseJson } from "./readable.ts";

/**
 * One page of a listing, each row read by `readRow`.
 * @throws RemoteError `remote-inconsistent` for a page that cannot be read, and as `Caller.read`
 */
export async function getPage<Row>(
  caller: Caller,
  path: string,
  readRow: (row: unknown) => Row,
  { signal, token }: { readonly signal?: AbortSignal | undefined; readonly token: string | undefined },
): Promise<WirePage<Row>> {
  const answer = await caller.read(path, signal);
  const body = parseJson(answer.body);
  try {
    return readPage(body, readRow);
  } catch (error) {
    const why =
      body === undefined ? notJson(answer.body) : String(error instanceof Error ? error.message : error);
    throw unreadableAnswer({ method: "GET", path }, answer, why, { token, code: "remote-inconsistent" });
  }
}
