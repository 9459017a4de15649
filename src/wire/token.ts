/** What a token may do. Each includes `read`, and `admin` everything. */
export type WireScope = "read" | "write" | "run" | "admin";

/** A token as it is listed: what it is recognised by is never shown. */
export interface WireToken {
  readonly id: string;
  readonly name: string;
  /** Whose pointers and pipelines it reaches; `["*"]` for everybody's. */
  readonly usernames: readonly string[];
  readonly scopes: readonly WireScope[];
  /** Seconds since 1970. */
  readonly created_at: number;
}

/** The answer to the call that makes a token: the only one that holds the token itself. */
export interface WireNewToken extends WireToken {
  readonly token: string;
}

export const tokenPath = "/v4/tokens";

/** The body of `POST /v4/tokens`, by token-create.schema.json. */
export type WireTokenCreate = Pick<WireToken, "name" | "usernames" | "scopes">;
