import type { WireScope } from "../../wire/token.ts";
import type { SchemaName } from "./schemas.ts";

export type Method = "get" | "post" | "patch" | "delete";

/** What a call is for the document: its route says the rest. */
export interface Operation {
  readonly summary: string;
  readonly description?: string;
  /** The scope that a caller's token needs; null where any token will do, `open` where none is needed. */
  readonly scope: WireScope | null | "open";
  /** Fields of query.schema.json. */
  readonly query?: readonly string[];
  readonly headers?: readonly HeaderName[];
  readonly body?: SchemaName;
  readonly answer: Answer;
  /** Another success. */
  readonly also?: Answer;
  /** The refusals of its own, by status; those that every call has are added. */
  readonly refusals?: Readonly<Record<number, string>>;
  /** Of these, statuses that a run that failed has too: its answer is the run, without a detail. */
  readonly failures?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly says: string;
  /** A schema's name, or one of its pages; absent where there is no body. */
  readonly schema?: SchemaName | { readonly pageOf: SchemaName };
  /** Of a body that is no JSON. */
  readonly type?: string;
  readonly headers?: readonly ("ETag" | "x-pointsman")[];
}

export type HeaderName = "If-Match" | "If-None-Match" | "x-pointsman-source";

/** Operations by path and method, as OpenAPI has them. */
export type Paths = Readonly<Record<string, Partial<Record<Method, Operation>>>>;
