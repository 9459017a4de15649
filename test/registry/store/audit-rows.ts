import { join } from "node:path";
import Libsql from "libsql";
import { isDatabaseUrl } from "../../../src/registry/store/database-url.ts";
import { execute } from "./a-database.ts";

/** An entry of the audit, as the table has it; its JSON is parsed. */
export interface AuditRow {
  readonly kind: string;
  readonly subject: string;
  readonly action: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly token: string;
  readonly token_name: string;
  readonly source: unknown;
}

const columns = 'kind, subject, action, "before", "after", token, token_name, source';

/** The whole audit, oldest entry first, past the store: only that of pointers is ever shown. */
export async function auditIn(location: string): Promise<AuditRow[]> {
  const rows = isDatabaseUrl(location)
    ? await execute(location, `SELECT ${columns} FROM pointsman.audit ORDER BY seq`)
    : rowsOfFile(location);
  return (rows as AuditRow[]).map((row) => {
    const [before, after, source] = [row.before, row.after, row.source].map(parsed);
    return Object.assign(row, { before, after, source });
  });
}

function rowsOfFile(folder: string): unknown[] {
  const database = new Libsql(join(folder, "registry.db"));
  try {
    return database.prepare(`SELECT ${columns} FROM audit ORDER BY seq`).all();
  } finally {
    database.close();
  }
}

function parsed(json: unknown): unknown {
  return json === null ? null : JSON.parse(json as string);
}
