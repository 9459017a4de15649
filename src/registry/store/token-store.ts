import type { WireNewToken, WireToken, WireTokenCreate } from "../../wire/token.ts";
import type { Author } from "./store.ts";

/** The tokens of a registry. Only their digests are kept. */
export interface TokenStore {
  /** Makes a token of 256 random bits. 409 where the name is taken. */
  create(body: WireTokenCreate, author: Author): Promise<WireNewToken>;
  /** All that are not revoked, by name. */
  list(): Promise<readonly WireToken[]>;
  revoke(id: string, author: Author): Promise<void>;
  /** The token with a digest (`digestOf`); null where none has it, or it is revoked. */
  find(digest: string): Promise<WireToken | null>;
}
