import { sql } from "kysely";
import type { WirePointerEvent, WirePointerValue } from "../../wire/pointer-event.ts";
import type { WireSource } from "../../wire/source.ts";
import type { Database, WriteSession } from "./database.ts";
import { fromJson, toJson } from "./json.ts";
import { insertion } from "./query.ts";
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

export type Audit = (session: WriteSession, author: Author, entry: AuditEntry) => Promise<unknown>;

type Given = Pick<Row, "at" | "subject" | "before" | "after" | "token" | "token_name" | "source">;

/** Adds to the audit, for a caller that is in a write already. */
export function auditOf({ build, kind: database }: Database): Audit {
  /** Written out, not bound, as far as it can be: a row costs less then. */
  const entriesOf = (kind: Row["kind"], action: Row["action"]) =>
    insertion<Given>(
      (rows) =>
        build.insertInto("audit").values(
          rows.map((given) => ({
            // Replicas have clocks of their own; the server has one.
            at: database === "sqlite" ? given.at : sql<number>`extract(epoch from clock_timestamp())`,
            kind: sql.lit(kind),
            subject: given.subject,
            action: sql.lit(action),
            before: action === "create" ? sql.lit(null) : given.before,
            after: action === "delete" ? sql.lit(null) : given.after,
            token: given.token,
            token_name: given.token_name,
            source: given.source,
          })),
        ),
      { isLast: true, shared: ["token", "token_name", "source"] },
    );
  const allOf = (kind: Row["kind"]) => ({
    create: entriesOf(kind, "create"),
    update: entriesOf(kind, "update"),
    delete: entriesOf(kind, "delete"),
  });
  const entries = { pointer: allOf("pointer"), endpoints: allOf("endpoints"), token: allOf("token") };

  return (session, { token, name, source }, { kind, subject, before, after }) => {
    const action = before === null ? "create" : after === null ? "delete" : "update";
    return session.append(entries[kind][action], {
      at: Date.now() / 1000,
      subject,
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
