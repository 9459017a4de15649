import type { Generated } from "kysely";

/** The columns, alike in both databases. Flags are numbers, times are seconds since 1970, JSON is text. */
export interface Tables {
  readonly pipelines: {
    readonly id: string;
    readonly name: string;
    readonly version: number;
    readonly image: string;
    /** JSON; null where there are none. */
    readonly extras: string | null;
    /** JSON: all other fields of the upload. */
    readonly body: string;
    readonly created_at: number;
    readonly updated_at: number;
    /** A pipeline is never removed, only marked: pointers and runs name it. */
    readonly deleted: Generated<number>;
  };
  /** How many uploads each `username/pipeline` had. */
  readonly families: {
    readonly name: string;
    readonly versions: number;
  };
  readonly pointers: {
    readonly pointer: string;
    readonly id: string;
    readonly pipeline_id: string;
    readonly locked: number;
    /** Set while its pipeline is deleted. */
    readonly hidden: Generated<number>;
  };
  readonly runs: {
    readonly id: string;
    readonly pointer: string | null;
    readonly pipeline_id: string;
    readonly token: string;
    readonly is_async: number;
    readonly state: "running" | "completed" | "failed" | "no_resources_available";
    readonly created_at: number;
    readonly updated_at: number;
    /** The process that has it in hand. */
    readonly owner: string;
    /** Until when its owner is believed to live, unless it says so again. */
    readonly alive_until: number;
    readonly outputs: string | null;
    readonly error: string | null;
  };
  readonly tokens: {
    readonly id: string;
    readonly name: string;
    readonly digest: string;
    readonly usernames: string;
    readonly scopes: string;
    readonly created_at: number;
  };
  /** Append-only: triggers refuse anything else. */
  readonly audit: {
    readonly seq: Generated<number>;
    readonly at: number;
    readonly kind: "pointer" | "endpoints" | "token";
    /** A pointer's name, a pipeline's id, a token's id. */
    readonly subject: string;
    readonly action: "create" | "update" | "delete";
    readonly before: string | null;
    readonly after: string | null;
    readonly token: string;
    readonly token_name: string;
    readonly source: string | null;
  };
}
