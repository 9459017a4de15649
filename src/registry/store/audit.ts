import { sql } from "kysely";
import type { WirePointerEvent, WirePointerValue } from "../../wire/pointer-event.ts";
import type { WireSource } from "../../wire/source.ts";
import type { Database, WriteSession } from "./database.ts";
import { fromJson, toJson } from "./json.ts";
import { query } from "./query.ts";
import type { Author } from "./store.ts";
import type { Tables } from "./tables.ts";

type Row = Tables["audit"];

/** What a write did to one thing. Either side is null where there was, or is, nothing. */
export interface AuditEntry {
  readonly kind: Row["kind"];
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
}

export type Audit = (session: WriteSession, author: Author, entry: AuditEntry) => Promise<void>;

/** Adds to the audit, for a caller that is in a write already. */
export function auditOf({ build, kind }: Database): Audit {
  const insert = query((given: Omit<Row, "seq">) =>
    build.insertInto("audit").values({
      // Replicas have clocks of their own; the server has one.
      at: kind === "sqlite" ? given.at : sql<number>`extract(epoch from clock_timestamp())`,
      kind: given.kind,
      subject: given.subject,
      action: given.action,
      before: given.before,
      after: given.after,
      token: given.token,
      token_name: given.token_name,
      source: given.source,
    }),
  );
  return async (session, { token, name, source }, { kind, subject, before, after }) => {
    await session.run(insert, {
      at: Date.now() / 1000,
      kind,
      subject,
      action: before === null ? "create" : after === null ? "delete" : "update",
      before: toJson(before),
      after: toJson(after),
      token,
      token_name: name,
      source: toJson(source),
    });
  };
}

/** An entry on a pointer, as it is shown. */
export function showEvent(row: Omit<Row, "seq" | "kind" | "token">): WirePointerEvent {
  return {
    at: row.at,
    action: row.action,
    pointer: row.subject,
    before: fromJson(row.before) as WirePointerValue | null,
    after: fromJson(row.after) as WirePointerValue | null,
    token: row.token_name,
    source: fromJson(row.source) as WireSource | null,
  };
}
