import type { RemoteToken, TokenScope } from "../../model/remote-tokens.ts";
import { pageLimit } from "../../wire/page.ts";
import { tokenPath } from "../../wire/token.ts";
import { WireError, isRecord } from "../../wire/wire-error.ts";
import type { Caller } from "./caller.ts";
import { getPage } from "./get-page.ts";
import { readListing } from "./listing.ts";

/** All tokens of a registry. @throws RemoteError */
export async function listTokens(caller: Caller, token: string | undefined): Promise<RemoteToken[]> {
  const tokens = await readListing(
    (skip) => getPage(caller, `${tokenPath}?skip=${skip}&limit=${pageLimit}`, readToken, { token }),
    ({ id }) => id,
    (row) => row,
  );
  return [...tokens.values()];
}

/** @throws WireError */
export function readNewToken(value: unknown): RemoteToken & { readonly token: string } {
  const token = isRecord(value) ? value["token"] : undefined;
  if (typeof token !== "string") throw new WireError("the answer holds no token");
  return { ...readToken(value), token };
}

function readToken(value: unknown): RemoteToken {
  if (!isRecord(value) || typeof value["id"] !== "string" || typeof value["name"] !== "string") {
    throw new WireError("a token has no id or no name");
  }
  const { id, name, usernames, scopes, created_at } = value;
  return {
    id,
    name,
    usernames: textsOf(usernames),
    scopes: textsOf(scopes) as TokenScope[],
    created_at: Number(created_at),
  };
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
