import type { Remote } from "./remote.ts";

/** What a token may do. Each includes `read`, and `admin` everything. */
export type TokenScope = "read" | "write" | "run" | "admin";

export interface NewToken {
  /** For people; no other token has it. */
  readonly name: string;
  /** Whose pointers and pipelines it reaches; `*` for everybody's. */
  readonly usernames: readonly string[];
  readonly scopes: readonly TokenScope[];
}

export interface RemoteToken extends NewToken {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created_at: number;
}

/** A registry whose tokens may be managed by whoever administers it. Every call may throw `RemoteError`. */
export interface TokenRemote extends Remote {
  /** By name. */
  listTokens(): Promise<readonly RemoteToken[]>;
  /** `token` is shown this once. */
  createToken(token: NewToken): Promise<RemoteToken & { readonly token: string }>;
  revokeToken(id: string): Promise<void>;
}
